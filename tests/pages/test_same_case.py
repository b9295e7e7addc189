"""The pages and the command line come to the same case: same files and settings, same key, same
figures.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from moves import App

from cxcase import export, pipeline, stage_settings
from cxcase.__main__ import main


def test_screen_and_command_line_agree(
    app: App, small: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        pipeline, "make_images", lambda report, folder: export.ImageResult((), "no_browser")
    )
    paths = []
    for name, data in small.items():
        (tmp_path / name).write_bytes(data)
        paths.append(str(tmp_path / name))
    assert main(["build", *paths, "--budget", "9000", "--out", str(tmp_path / "out")]) == 0
    told = json.loads((tmp_path / "out" / "case.json").read_text())
    app.bring(small).go("budget").fine()
    app.at.number_input(key="budget").set_value(9000.0).run()
    session = app.fine().session
    assert session.settings.budget == told["settings"]["budget"] == 9000
    assert set(stage_settings.STAGES) <= set(session.done)
    assert session.report_key == told["key"]
    assert f"Case {told['key'][:8]}" in app.text
