"""Each chart as PNG and SVG, drawn by a browser on this machine; nothing is fetched."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxcase.report import charts
from cxcase.report.reader_locale import as_reader_writes
from cxcase.report.result import Report

Formats = Sequence[tuple[str, float]]  # format, scale

_WIDTH = 1000
_HEIGHT = 600
_FORMATS: Formats = (("png", 2.0), ("svg", 1.0))
_PATIENCE = 180.0  # seconds for all charts together
# no browser, one that is too slow, one that fails to start, one that is closed
_FAILURES = (ImportError, TimeoutError, RuntimeError, OSError, ValueError)


@dataclass(frozen=True)
class ImageResult:
    """The file names written, in the charts' order; or none of them and the code of the reason."""

    names: tuple[str, ...]
    reason: str | None = None


@as_reader_writes
def make_images(report: Report, folder: Path) -> ImageResult:
    """Writes `<chart>.png` and `<chart>.svg` into the folder, all of them or none.

    One browser is started for all charts and stopped afterwards; where there is none, the result
    says so and nothing is raised.
    """
    drawn = {name: charts.draw(name, report) for name in charts.NAMES}
    figures = {name: figure for name, figure in drawn.items() if figure is not None}
    if not figures:
        return ImageResult((), "nothing_to_draw")
    try:
        images = _in_a_thread(figures, _FORMATS)
    except _FAILURES as problem:
        return ImageResult((), _reason_of(problem))
    return _written(images, folder)


def _reason_of(problem: Exception) -> str:
    """The code of the reason why a browser drew nothing."""
    if isinstance(problem, ImportError) or type(problem).__name__ == "ChromeNotFoundError":
        return "no_browser"
    if isinstance(problem, TimeoutError):
        return "browser_slow"
    return "browser_failed"


def make_image(figure: Any, kind: str) -> bytes | None:
    """One figure as "png" or "svg"; None where no browser can draw it."""
    formats = [(name, scale) for name, scale in _FORMATS if name == kind]
    try:
        images = _in_a_thread({"figure": figure}, formats)
    except _FAILURES:
        return None
    return images[f"figure.{kind}"]


def _in_a_thread(figures: dict[str, Any], formats: Formats) -> dict[str, bytes]:
    """The images, drawn in a thread of its own: the caller's may already run an event loop."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, _all_drawn(figures, formats)).result()


async def _all_drawn(figures: dict[str, Any], formats: Formats) -> dict[str, bytes]:
    return await asyncio.wait_for(_drawn(figures, formats), _PATIENCE)


async def _drawn(figures: dict[str, Any], formats: Formats) -> dict[str, bytes]:
    """File name -> image of every figure in every format."""
    import kaleido

    # without it, this would be fetched from the network on every start
    page = kaleido.PageGenerator(mathjax=False)
    images = {}
    async with kaleido.Kaleido(n=1, timeout=60, page_generator=page) as browser:
        for name, figure in figures.items():
            for kind, scale in formats:
                options = {"format": kind, "scale": scale, **_size_of(figure)}
                images[f"{name}.{kind}"] = await browser.calc_fig(figure, options)
    return images


def _size_of(figure: Any) -> dict[str, int]:
    """A figure's own width and height in pixels, ours where it has none."""
    return {
        "width": figure.layout.width or _WIDTH,
        "height": figure.layout.height or _HEIGHT,
    }


def _written(drawn: dict[str, bytes], folder: Path) -> ImageResult:
    """Writes every image aside first, so that none stands half-written under its name."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as aside:
        for name, data in drawn.items():
            (Path(aside) / name).write_bytes(data)
        for name in drawn:
            shutil.move(Path(aside) / name, folder / name)
    return ImageResult(tuple(drawn))
