"""Images of the charts: by a browser where there is one, a reason where there is none, never an
error.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import kaleido
import pytest

from cxcase.export import make_images
from cxcase.report import Report, charts, words

BROWSER = next(
    (b for b in ("chromium", "google-chrome", "chromium-browser", "chrome") if shutil.which(b)),
    None,
)


@pytest.fixture
def browser() -> None:
    if BROWSER is None:
        if os.environ.get("CI") == "true":
            pytest.fail("a Chromium is needed in CI and was not found")
        pytest.skip("no Chromium is installed: images of the charts are not checked")


@pytest.mark.browser
def test_every_chart_becomes_a_png_and_an_svg(
    browser: None, report: Report, tmp_path: Path
) -> None:
    result = make_images(report, tmp_path / "charts")
    assert result.reason is None
    drawn = [name for name in charts.NAMES if charts.draw(name, report) is not None]
    assert result.names == tuple(f"{name}.{kind}" for name in drawn for kind in ("png", "svg"))
    assert sorted(p.name for p in (tmp_path / "charts").iterdir()) == sorted(result.names)
    for name in result.names:
        data = (tmp_path / "charts" / name).read_bytes()
        assert data.startswith(b"\x89PNG") if name.endswith("png") else b"<svg" in data[:400]
        assert len(data) > 2000
        assert b"http://" not in data.replace(b"http://www.w3.org", b"")


class _Failing:
    """A browser that ends as `problem` says."""

    problem: Exception

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise self.problem


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (type("ChromeNotFoundError", (RuntimeError,), {})("no Chrome"), "no_browser"),
        (RuntimeError("closed"), "browser_failed"),
        (OSError("no permission"), "browser_failed"),
        (TimeoutError(), "browser_slow"),
        (ImportError("kaleido"), "no_browser"),
    ],
)
def test_without_a_working_browser_there_is_a_reason(
    problem: Exception, reason: str, report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Failing, "problem", problem, raising=False)
    monkeypatch.setattr(kaleido, "Kaleido", _Failing)
    result = make_images(report, tmp_path / "charts")
    assert result.names == ()
    assert result.reason == reason
    assert words.reason(reason).text.startswith("No images")
    assert not (tmp_path / "charts").exists()


def test_nothing_to_draw_is_a_reason_too(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charts, "draw", lambda name, report: None)
    assert make_images(report, tmp_path).reason == "nothing_to_draw"
