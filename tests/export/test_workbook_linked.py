"""The sheets of units and of questions: live formulas that LibreOffice brings to the app's own
figures, also after the points or the slope are changed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from make_report import make_report
from make_units import case_of_units, make_units

from cxcase.export import make_workbook
from cxcase.export.workbook.units_and_questions import HEAD
from cxcase.link import ExItems, Item, fit_link
from cxcase.link.units.table import read_units
from cxcase.link.units.unit_worth import price_units
from cxcase.report import Report, Results, gather
from cxcase.settings import Settings

XLSX = "xlsx:Calc MS Excel 2007 XML"
KINDS = {
    "churn": ["revenue_end"],
    "kept": ["churn_rate"],
    "sales": ["churn_rate", "revenue_end", "revenue_start"],
}


def of_units(folder: Path, kind: str) -> tuple[Report, Any]:
    """A report on 20 units that tell customers lost, revenue kept or sales; and the same units
    priced by the app.
    """
    frame = make_units(4, g=20).frame
    if kind == "sales":
        frame = frame.assign(revenue=frame["revenue_end"], revenue_months=12.0)
    case = case_of_units(frame.drop(columns=KINDS[kind]), folder)
    link = fit_link(case, Settings()).published
    assert link.diagnosis.units.outcome == kind
    rows, _ = read_units(case, "ease", Settings())
    made = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
    report = gather(Results(case, link=link), Settings(), made_at=made, company="Branches Ltd")
    return report, price_units(rows, link.scale)


def sheet_of(data: bytes | Path, name: str) -> Any:
    return openpyxl.load_workbook(
        io.BytesIO(data) if isinstance(data, bytes) else data, data_only=True
    )[name]


@pytest.mark.parametrize("kind", ["churn", "kept", "sales"])
def test_units_recalculate_to_the_app_also_after_a_change(
    kind: str, tmp_path: Path, soffice: Any
) -> None:
    report, money = of_units(tmp_path / "case", kind)
    data = make_workbook(report)
    (tmp_path / "a.xlsx").write_bytes(data)
    total = report.link.worth_of("one_point_of_cx")
    for shown in (sheet_of(data, "Units"), sheet_of(soffice(tmp_path / "a.xlsx", XLSX), "Units")):
        assert shown.cell(HEAD + 2, 6).value == pytest.approx(total.value, rel=1e-9)
        assert [shown.cell(HEAD + 2, c).value for c in (8, 9)] == pytest.approx(
            [total.low, total.high]
        )
        assert abs(shown.cell(HEAD + 2, 10).value) < 1e-6
        rows = range(HEAD + 3, HEAD + 3 + len(report.link.diagnosis.units.worth))
        for row, one in zip(rows, report.link.diagnosis.units.worth, strict=True):
            assert shown.cell(row, 1).value == one.unit
            assert shown.cell(row, 6).value == pytest.approx(one.worth.value, rel=1e-9)
    book = openpyxl.load_workbook(io.BytesIO(data))
    slope = 1.3 * book["Units"]["B5"].value
    book["Units"]["B4"].value = 2.5
    book["Units"]["B5"].value = slope
    book.save(tmp_path / "b.xlsx")
    again = sheet_of(soffice(tmp_path / "b.xlsx", XLSX), "Units")
    expected = dict(zip(money.names, money.gain(kind, slope, 2.5), strict=True))
    assert again.cell(HEAD + 2, 6).value == pytest.approx(sum(expected.values()), rel=1e-9)
    for row in range(HEAD + 3, HEAD + 23):
        assert again.cell(row, 6).value == pytest.approx(
            expected[again.cell(row, 1).value], rel=1e-9
        )


def test_questions_stand_in_order_with_a_live_distance(tmp_path: Path, soffice: Any) -> None:
    report = make_report()
    one = report.link.effect("ex_to_cx").estimate
    items = tuple(
        Item(name, dataclasses.replace(one, value=v, low=v - 0.2, high=v + 0.2), raw, k == 0)
        for k, (name, v, raw) in enumerate(
            [("=My manager", 0.6, 0.9), ("Tools", 0.3, 0.2), ("Pay", 0.15, 0.05)]
        )
    )
    diagnosis = dataclasses.replace(report.link.diagnosis, items=ExItems(items, 0.2, 20, 0))
    report = dataclasses.replace(report, link=dataclasses.replace(report.link, diagnosis=diagnosis))
    path = tmp_path / "q.xlsx"
    path.write_bytes(make_workbook(report))
    sheet = sheet_of(soffice(path, XLSX), "Questions")
    assert [sheet.cell(r, 1).value for r in (5, 6, 7)] == ["=My manager", "Tools", "Pay"]
    assert [sheet.cell(r, 5).value for r in (5, 6, 7)] == pytest.approx([0.25, -0.05, -0.2])
    assert [sheet.cell(r, 7).value for r in (5, 6, 7)] == [0.9, 0.2, 0.05]
    assert sheet_of(path, "Read me").max_row > 10
    links = [sheet_of(path, "Read me").cell(r, 1).value for r in range(1, 40)]
    assert "Questions" in links
    assert "Units" not in links


def test_without_units_or_questions_there_is_no_such_sheet() -> None:
    report = make_report()
    report = dataclasses.replace(report, link=dataclasses.replace(report.link, diagnosis=None))
    names = openpyxl.load_workbook(io.BytesIO(make_workbook(report))).sheetnames
    assert not {"Units", "Questions"} & set(names)
