"""Every line of docs/security.md names tests, and all of these exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_each_threat_names_tests_that_exist() -> None:
    files = (ROOT / "tests").rglob("test_*.py")
    there = {name for path in files for name in re.findall(r"def (test_\w+)", path.read_text())}
    page = (ROOT / "docs" / "security.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    threats = [row for row in rows if not row.startswith("| what could happen")]
    assert len(threats) >= 25
    for row in threats:
        named = re.findall(r"`(test_\w+)`", row)
        assert named, row
        assert not set(named) - there, row
