"""The version of the package, and the name of the code behind its figures.

Every result's key holds `CODE`: a figure made by other code is another figure, whether or not
somebody remembered to raise the version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

__version__ = "0.1.0"

# What shows figures, asks for them or invents companies to try them on, but computes none. All
# else counts, so that a new stage is in the hash from its first day.
COMPUTES_NOTHING = (
    "__init__.py",
    "__main__.py",
    "agreement.py",
    "brought_files.py",
    "case_folder.py",
    "calibrate",
    "changes",
    "case_document.py",
    "export",
    "mapping_file.py",
    "notebook",
    "options.py",
    "output_folder.py",
    "portable_case.py",
    "report/adding_up.py",
    "report/charts",
    "report/console.py",
    "report/format.py",
    "report/words",
    "sample",
    "saved_build.py",
    "screen",
    "shown.py",
    "store",
)
_ENDINGS = (".py", ".toml")


def code_of(package: Path) -> str:
    """A sha-256 hex digest of the files of `package` that compute figures: their paths and texts.

    The same wherever the package lies, in whatever order its files are listed, and whichever line
    endings a checkout gave them.
    """
    digest = hashlib.sha256()
    for name, path in sorted(_figure_files(package)):
        text = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name}\n{len(text)}\n".encode())
        digest.update(text)
    return digest.hexdigest()


def _figure_files(package: Path) -> Iterator[tuple[str, Path]]:
    """(path inside the package, file) of everything that computes figures, in no order."""
    for path in package.rglob("*"):
        name = path.relative_to(package).as_posix()
        if path.suffix in _ENDINGS and not _computes_nothing(name):
            yield name, path


def _computes_nothing(name: str) -> bool:
    return any(name == place or name.startswith(f"{place}/") for place in COMPUTES_NOTHING)


CODE = code_of(Path(__file__).parent)
