"""What a notebook sees of results: ten lines, a table, a frame with units; and what an unknown id
says.
"""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pytest
from make_report import make_report
from make_uploads import files

import cxcase
from cxcase.notebook.opened_case import READABLE
from cxcase.shown import Shown

REPORT = make_report()
RESULTS = [
    REPORT.case,
    REPORT.link,
    REPORT.moments,
    REPORT.steps,
    REPORT.returns,
    REPORT.plan,
    REPORT,
]


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: type(result).__name__)
def test_a_result_prints_in_ten_lines_and_as_a_table(result: Any) -> None:
    assert isinstance(result, Shown)
    assert 2 <= len(str(result).splitlines()) <= 10
    assert result.key[:8] in str(result)
    assert "<table" in result._repr_html_()


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: type(result).__name__)
def test_units_are_those_of_columns_that_are_there(result: Any) -> None:
    frame = result.to_frame()
    assert len(frame)
    assert set(frame.attrs["units"]) <= set(frame.columns) | set(frame.index)


def test_a_frame_holds_the_figures_as_they_are() -> None:
    moment = REPORT.moments.moments[0]
    row = REPORT.moments.to_frame().loc[moment.name]
    assert row["revenue_at_stake"] == moment.revenue_at_stake.value
    worth = REPORT.link.worth_of("one_point_of_cx")
    assert REPORT.link.to_frame().loc["one_point_of_cx", "high"] == worth.high


def test_a_refused_result_says_why() -> None:
    refused = make_report(refused="no_churn")
    assert len(str(refused.link).splitlines()) <= 10
    assert refused.link.to_frame().loc["one_point_of_cx", "reason"] is not None


def test_what_files_hold_is_escaped() -> None:
    assert "<script" not in make_report(ugly=True).moments._repr_html_()


def test_an_unknown_id_is_a_key_error_that_lists_the_ids() -> None:
    for look_up, known in (
        (lambda: REPORT.moments["Nope"], REPORT.moments.moments[0].name),
        (lambda: REPORT.link.worth_of("Nope"), "one_point_of_cx"),
        (lambda: REPORT.link.effect("Nope"), "ex_to_cx"),
        (lambda: REPORT.steps["Nope"], REPORT.steps.steps[0].id),
        (lambda: REPORT.returns["Nope"], REPORT.steps.steps[0].id),
    ):
        with pytest.raises(KeyError) as caught:
            look_up()
        assert "Nope" in str(caught.value)
        assert known in str(caught.value)


def test_an_error_is_its_sentence_and_keeps_its_code() -> None:
    error = cxcase.InputError("file_missing", file="a.xlsx")
    assert str(error) == "a.xlsx: there is no such file. Check the name and the folder."
    assert repr(error) == "InputError('file_missing', file='a.xlsx')"


def test_a_folder_becomes_a_case_and_its_tables_go_with_it(tmp_path: Path) -> None:
    for name, data in files().items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "notes.md").write_text("no table")
    case = cxcase.open_case(tmp_path, margin=0.3)
    tables = case.case.folder
    assert tables.exists()
    assert case.settings.margin == 0.3
    assert "margin" in case.settings.owned
    assert case.link.worth
    assert case.report.case.key == case.case.key
    assert (case.steps is None) == (case.plan is None)
    del case
    gc.collect()
    assert not tables.exists()


def test_what_cannot_be_opened_says_so(tmp_path: Path) -> None:
    with pytest.raises(cxcase.InputError, match="there is no such file"):
        cxcase.open_case(tmp_path / "nothing.csv")
    with pytest.raises(cxcase.InputError, match="No file was named"):
        cxcase.open_case(tmp_path)
    with pytest.raises(cxcase.UnknownIdError, match="margin"):
        cxcase.open_case(tmp_path, profit=0.4)


def test_a_folder_gives_what_the_page_on_files_says_can_be_read() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "files.md").read_text()
    assert [ending for ending in READABLE if ending not in page] == []
