"""Each chart as PNG and SVG, drawn by a browser on this machine where there is one; nothing is
fetched.
"""

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
from cxcase.report.result import Report

_SIZE = {"width": 1000, "height": 600}
_FORMATS: tuple[tuple[str, float], ...] = (("png", 2.0), ("svg", 1.0))
_PATIENCE = 180.0  # seconds for all charts together


@dataclass(frozen=True)
class ImageResult:
    """The file names written, in the charts' order; or none of them and the code of the reason."""

    names: tuple[str, ...]
    reason: str | None = None


def make_images(report: Report, folder: Path) -> ImageResult:
    """Writes `<chart>.png` and `<chart>.svg` into the folder, all of them or none; never raises for
    want of a browser.

    One browser is started for all charts and stopped afterwards.
    """
    figures = {
        name: figure for name in charts.NAMES if (figure := charts.draw(name, report)) is not None
    }
    if not figures:
        return ImageResult((), "nothing_to_draw")
    try:
        with ThreadPoolExecutor(
            1
        ) as apart:  # a thread of its own: the caller's may already run an event loop
            drawn = apart.submit(asyncio.run, _drawn(figures)).result()
    except ImportError:
        return ImageResult((), "no_browser")
    except TimeoutError:
        return ImageResult((), "browser_slow")
    except (
        RuntimeError,
        OSError,
        ValueError,
    ) as problem:  # no browser, one that fails to start, one that is closed
        return ImageResult(
            (),
            "no_browser" if type(problem).__name__ == "ChromeNotFoundError" else "browser_failed",
        )
    return _written(drawn, folder)


def make_image(figure: Any, kind: str) -> bytes | None:
    """One figure as "png" or "svg"; None where no browser can draw it."""
    chosen = tuple(form for form in _FORMATS if form[0] == kind)
    try:
        with ThreadPoolExecutor(1) as apart:
            drawn = apart.submit(asyncio.run, _drawn({"figure": figure}, chosen)).result()
    except (ImportError, TimeoutError, RuntimeError, OSError, ValueError):
        return None
    return drawn[f"figure.{kind}"]


async def _drawn(
    figures: dict[str, Any], formats: Sequence[tuple[str, float]] = _FORMATS
) -> dict[str, bytes]:
    """File name -> image of every figure."""
    import kaleido

    async def all_of_them() -> dict[str, bytes]:
        page = kaleido.PageGenerator(
            mathjax=False
        )  # else it is fetched from the network on every start
        images = {}
        async with kaleido.Kaleido(n=1, timeout=60, page_generator=page) as browser:
            for name, figure in figures.items():
                for kind, scale in formats:
                    size = {
                        "width": figure.layout.width or _SIZE["width"],
                        "height": figure.layout.height,
                    }
                    size["height"] = size["height"] or _SIZE["height"]
                    images[f"{name}.{kind}"] = await browser.calc_fig(
                        figure, {"format": kind, "scale": scale, **size}
                    )
        return images

    return await asyncio.wait_for(all_of_them(), _PATIENCE)


def _written(drawn: dict[str, bytes], folder: Path) -> ImageResult:
    """Writes every image beside its place first, so that none stands half-written under its name."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as aside:
        for name, data in drawn.items():
            (Path(aside) / name).write_bytes(data)
        for name in drawn:
            shutil.move(Path(aside) / name, folder / name)
    return ImageResult(tuple(drawn))
