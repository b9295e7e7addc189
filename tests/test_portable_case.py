"""A case comes back from one file as it was, and nobody is recognised in it."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cxcase.case_document import CaseInputs, SavedFile, body_of, inputs_of
from cxcase.content_key import content_key
from cxcase.errors import StoreError
from cxcase.intake import Upload, assemble, parse
from cxcase.portable_case import portable, unpacked
from cxcase.settings import Settings
from cxcase.voice import Band, Clip, Pin

SETTINGS = Settings(
    start=dt.date(2025, 6, 1),
    margin=0.31,
    target_ratings={"Delivery": 6.0},
    period_budgets=(5.0, 7.5),
    asked={"budget": 5.0, "period_budgets": (1.0,), "plan_start": dt.date(2026, 1, 1)},
    owned=frozenset({"margin"}),
)
NAMES = ("Zbigniew Kowalczyk", "Marguerite Duplessis")
TEAMS = ("North", "South", "Tiny")


def _files() -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(2)
    ids = [f"C{k:04d}" for k in range(60)]
    customers = pd.DataFrame(
        {
            "Customer ID": ids,
            "Contact name": [NAMES[k % 2] for k in range(60)],
            "Branch": [TEAMS[k % 3] for k in range(60)],
            "Revenue start": rng.integers(100, 900, 60),
            "Revenue end": rng.integers(100, 900, 60),
            "Churned": ["yes" if k % 7 == 0 else "no" for k in range(60)],
        }
    )
    survey = pd.DataFrame(
        {
            "Customer ID": ids,
            "Response date": "2025-05-14",
            "Ease (1-7)": rng.integers(1, 8, 60),
            "Comment": [
                f"I spoke with {NAMES[k % 2]} about delivery number {k}" for k in range(60)
            ],
        }
    )
    people = [*["North"] * 12, *["South"] * 9, *["Tiny"] * 2]
    engagement = pd.DataFrame({"Team": people, "I like it here (1-5)": rng.integers(1, 6, 23)})
    return {"customers.csv": customers, "survey.csv": survey, "employees.csv": engagement}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> CaseInputs:
    folder = tmp_path_factory.mktemp("parsed")
    files = []
    for name, frame in _files().items():
        upload = Upload(name, frame.to_csv(index=False).encode())
        parsed = parse(upload, mapping=None, folder=folder, k_min=5, secret="a secret")
        files.append(SavedFile(name, "digest", parsed))
    pin = Pin("p", "quote", "Delivery", "low", "It took long", "en", Band(1.0, None, 7))
    clip = Clip("c1", "Delivery", "call.mp3", "mp3", 4.0)
    return CaseInputs(SETTINGS, "Thornbeck", tuple(files), ({"role": "cx"},), "", (pin,), (clip,))


def _folder(inputs: CaseInputs) -> Path:
    path = inputs.files[0].parsed.tables[0].path
    assert path
    return path.parent


def test_plain_values_give_the_same_inputs(inputs: CaseInputs) -> None:
    text = json.dumps(body_of(inputs), allow_nan=False)
    back = inputs_of(json.loads(text), _folder(inputs), "a secret")
    assert back.settings == inputs.settings
    assert content_key(back) == content_key(inputs)
    assert back.files == inputs.files
    assert back.pins == inputs.pins


def test_a_file_keeps_how_it_was_read_by_itself(inputs: CaseInputs, tmp_path: Path) -> None:
    first, second, third = inputs.files
    told = replace(inputs, files=(first, replace(second, alone=first.parsed), third))
    back = inputs_of(json.loads(json.dumps(body_of(told))), _folder(inputs), "a secret")
    assert back.files == told.files
    taken = unpacked("a.cxcase", portable(told, _folder(inputs), tmp_path), tmp_path / "back")
    alone = taken.files[1].alone
    assert alone
    assert not alone.names
    assert len(alone.tables[0].frame()) == 60


def test_what_a_later_version_added_is_left_out(inputs: CaseInputs) -> None:
    body = body_of(inputs)
    body["settings"]["of_tomorrow"] = 5
    body["files"][0]["parsed"]["of_tomorrow"] = {}
    del body["settings"]["horizon"]
    del body["pins"]
    back = inputs_of(body, _folder(inputs), "a secret")
    assert back.settings == inputs.settings
    assert back.pins == ()


@pytest.mark.parametrize("body", [{}, {"settings": {"margin": 7.0}}, {"files": 3}, {"files": [{}]}])
def test_a_body_of_another_form_is_told(body: dict[str, object], tmp_path: Path) -> None:
    if not body:
        assert inputs_of(body, tmp_path, "") == CaseInputs()
        return
    with pytest.raises(StoreError):
        inputs_of(body, tmp_path, "")


def test_the_file_gives_the_same_case(inputs: CaseInputs, tmp_path: Path) -> None:
    data = portable(inputs, _folder(inputs), tmp_path)
    back = unpacked("a.cxcase", data, tmp_path / "back")
    assert back.settings == inputs.settings
    before = assemble([f.parsed for f in inputs.files], SETTINGS, tmp_path / "one")
    after = assemble([f.parsed for f in back.files], SETTINGS, tmp_path / "two")
    assert after.base == before.base
    assert after.verdict == before.verdict
    for name in ("customers", "responses", "ex"):
        pd.testing.assert_frame_equal(after.table(name), before.table(name))


def _everything(data: bytes) -> str:
    """All that can be read in the file, its tables as text."""
    texts = []
    with zipfile.ZipFile(BytesIO(data)) as opened:
        for part in opened.namelist():
            content = opened.read(part)
            texts.append(content.decode("utf-8", "replace"))
            if part.endswith(".parquet"):
                texts.append(pd.read_parquet(BytesIO(content)).to_csv())
    return "\n".join(texts)


def test_nobody_is_recognised_in_the_file(inputs: CaseInputs, tmp_path: Path) -> None:
    said = _everything(portable(inputs, _folder(inputs), tmp_path))
    assert "about delivery number" in said
    for word in " ".join(NAMES).split():
        assert word not in said
    assert "a secret" not in said


def test_of_a_small_team_nothing_goes_along(inputs: CaseInputs, tmp_path: Path) -> None:
    data = portable(inputs, _folder(inputs), tmp_path)
    back = unpacked("a.cxcase", data, tmp_path / "back")
    (ex,) = [t for f in back.files for t in f.parsed.tables if t.source.role == "ex"]
    rows = ex.frame()
    small = rows[rows["team"] == "Tiny"]
    assert small.drop(columns=["team", "n"]).select_dtypes("number").isna().all(axis=None)
    assert ex.raw is None
