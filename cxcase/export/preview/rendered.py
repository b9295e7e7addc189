"""A deck's slides as pictures, by LibreOffice: in the background, each there once it is made."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import tempfile
import time
import zipfile
from pathlib import Path

_PROGRAMS = ("soffice", "libreoffice")
_PLACES = ("/Applications/LibreOffice.app/Contents/MacOS/soffice",)
_PRESENTATION = "ppt/presentation.xml"
_LISTED = re.compile(rb"<p:sldId\b[^>]*?/>")
_PATIENCE = 120.0  # seconds for all slides together


def office() -> str | None:
    """LibreOffice on this machine; None where it is not found."""
    found = (shutil.which(program) for program in _PROGRAMS)
    there = (place for place in _PLACES if Path(place).exists())
    return next((program for program in (*found, *there) if program), None)


class Rendering:
    """The slides of one deck on their way to pictures. Nobody waits: `pictures` says what is there.

    The folder and the process go with the object.
    """

    def __init__(self, deck: bytes, program: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="cxcase-preview-")
        self._place = Path(self._folder.name)
        self._names = _write_one_by_one(deck, self._place)
        profile = (self._place / "profile").as_uri()
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore"]
        self._ends = time.monotonic() + _PATIENCE
        self._process: subprocess.Popen[bytes] | None = None
        # where it cannot be started nothing comes, and `over` says so
        with contextlib.suppress(OSError):
            self._process = subprocess.Popen(
                [*command, "--convert-to", "png", "--outdir", str(self._place), *self._names],
                cwd=self._place,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "HOME": str(self._place)},
            )

    @property
    def slides(self) -> int:
        """How many there are in all."""
        return len(self._names)

    @property
    def over(self) -> bool:
        """True once no further picture comes."""
        if self._process is None or self._process.poll() is not None:
            return True
        if time.monotonic() > self._ends:
            self.stop()
            return True
        return False

    @property
    def pictures(self) -> dict[int, bytes]:
        """Place of a slide (0-based) -> its picture as PNG, of those that are made."""
        over = self.over
        found = {}
        for place, name in enumerate(self._names):
            path = (self._place / name).with_suffix(".png")
            # the last one made may still be written to while the process runs
            if path.exists() and (over or self._begun(place + 1)):
                found[place] = path.read_bytes()
        return found

    def _begun(self, place: int) -> bool:
        """True where the picture of this slide is there, so that those before it are whole."""
        later = self._names[place : place + 1]
        return any((self._place / name).with_suffix(".png").exists() for name in later)

    def stop(self) -> None:
        """Ends the process."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def __del__(self) -> None:
        self.stop()


def _write_one_by_one(deck: bytes, folder: Path) -> list[str]:
    """A file a slide: the same package, which lists that slide alone. Returns their names."""
    names = []
    with zipfile.ZipFile(io.BytesIO(deck)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    listed = _LISTED.findall(parts[_PRESENTATION])
    for place, one in enumerate(listed):
        others = (other for other in listed if other != one)
        alone = parts[_PRESENTATION]
        for other in others:
            alone = alone.replace(other, b"")
        name = f"slide{place:03d}.pptx"
        with zipfile.ZipFile(folder / name, "w") as made:
            for part, data in parts.items():
                made.writestr(part, alone if part == _PRESENTATION else data)
        names.append(name)
    return names
