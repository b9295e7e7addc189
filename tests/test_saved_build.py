"""A build that is kept, and one that goes on from what was kept."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import make_uploads
import pytest

from cxcase.__main__ import BAD_USAGE, DONE, _store, main
from cxcase.saved_build import find


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Charts take long, and say nothing here."""
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "nowhere"))


@pytest.fixture
def march(tmp_path: Path) -> list[str]:
    return written(tmp_path / "march", make_uploads.files(ex=False))


def written(folder: Path, files: dict[str, bytes]) -> list[str]:
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [str(folder / name) for name in files]


def build(out: Path, *arguments: str) -> dict[str, Any]:
    assert main(["build", *arguments, "--out", str(out)]) == DONE
    found: dict[str, Any] = json.loads((out / "case.json").read_text())
    return found


def test_a_refresh_says_what_changed_by_cause(
    march: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"Thornbeck {tmp_path.name}"
    first = build(tmp_path / "a", *march, "--budget", "9000", "--save", name)
    assert "changed" not in first
    customers = make_uploads.customers()
    for column in ("Revenue start", "Revenue end"):
        customers[column] = (1.1 * customers[column]).round(2)
    data = {"customers april.csv": make_uploads.as_csv(customers)}
    (april,) = written(tmp_path / "april", data)
    capsys.readouterr()
    more = ["--margin", "0.45", "--from", name, "--save", name]
    second = build(tmp_path / "b", april, *more)
    assert "Expected NPV since then" in capsys.readouterr().out
    changed = second["changed"]
    causes = [cause for part in changed["parts"] for cause in part["causes"]]
    assert {(c["kind"], c["name"]) for c in causes} == {
        ("file_replaced", "customers april.csv"),
        ("setting", "margin"),
    }
    ends = changed["npv_mean"]
    assert ends["before"] == pytest.approx(first["plan"]["npv"]["mean"])
    assert ends["after"] == pytest.approx(second["plan"]["npv"]["mean"])
    parts = math.fsum(part["npv"] for part in changed["parts"])
    assert parts == pytest.approx(ends["after"] - ends["before"], abs=0.001)
    assert second["settings"]["budget"] == 9000
    assert {s["file"] for s in second["sources"]} == {
        "customers april.csv",
        "cx.csv",
        "recommendations.csv",
    }
    kept = find(_store(), name)
    assert kept is not None
    april_version, march_version = _store().versions("", kept.id)
    assert march_version.npv == pytest.approx(first["plan"]["npv"]["mean"]), "old figures stay"
    assert april_version.npv == pytest.approx(second["plan"]["npv"]["mean"])
    assert main(["cases"]) == DONE
    (line,) = [x for x in capsys.readouterr().out.splitlines() if name in x]
    assert "   2  " in line
    assert changed["since"]["id"] in line


def test_a_case_file_gives_the_same_case(march: list[str], tmp_path: Path) -> None:
    file = str(tmp_path / "kept.cxcase")
    first = build(tmp_path / "a", *march, "--budget", "9000", "--save", file)
    again = build(tmp_path / "b", "--from", file)
    assert again["plan"] == first["plan"]
    assert again["key"] == first["key"]
    assert again["changed"]["parts"] == []


def test_a_case_that_is_not_kept_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for named in ("nobody's case", str(tmp_path / "gone.cxcase")):
        assert main(["build", "--from", named, "--out", str(tmp_path / "x")]) == BAD_USAGE
        assert "No case is kept" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_one_name_for_two_cases_is_asked_about(
    march: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"Twice {tmp_path.name}"
    ids = [_store().create("", name).id for _ in range(2)]
    assert main(["build", *march, "--from", name, "--out", str(tmp_path / "x")]) == BAD_USAGE
    said = capsys.readouterr().err
    assert all(id in said for id in ids)
