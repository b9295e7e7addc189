"""What is installed: each package by its hash, under a permissive licence."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKED = (ROOT / "requirements.lock").read_text(encoding="utf-8")
# what licences of packages say, in whichever of three places; "LGPL" and "GPL" are in none of them
PERMISSIVE = re.compile(
    r"\b(MIT|BSD|Apache|0BSD|HPND|PSF|Python Software Foundation|MPL|Mozilla Public License)\b"
)
COPYLEFT = re.compile(r"\b[AL]?GPL|General Public|Affero|SSPL|Commons Clause", re.IGNORECASE)


def test_every_package_is_locked_with_its_hash() -> None:
    blocks = re.split(r"\n(?=\S)", LOCKED.strip())
    pinned = {}
    for block in blocks:
        name, version = re.match(r"([\w.-]+)==([^ ;\\]+)", block).groups()
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), name
        pinned[name] = version
    asked = re.findall(
        r"^([\w.-]+)==(\S+)", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(asked) > 20
    for name, version in asked:
        assert pinned[re.sub(r"[-_.]+", "-", name).lower()] == version, f"{name}: make lock"


@pytest.mark.parametrize("name", re.findall(r"^([\w.-]+)==", LOCKED, re.MULTILINE))
def test_every_licence_is_a_permissive_one(name: str) -> None:
    try:
        package = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        pytest.skip("not for this system")
    said = [package.get("License-Expression") or ""]
    said += [c for c in package.get_all("Classifier", []) if c.startswith("License")]
    said += (package.get("License") or "").splitlines()[:1]
    text = " ".join(said)
    assert PERMISSIVE.search(text), f"{name}: {text}"
    assert not COPYLEFT.search(text), f"{name}: {text}"
