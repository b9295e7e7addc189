"""Formulas that failed or were never calculated are seen where a reader shows a blank cell."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus.register import content
from corpus.rows import customers
from corpus.writers import edited, xlsx
from make_books import ods, part_of, rezipped
from make_files import parsed

from cxcase.intake.files import formula_cells
from cxcase.intake.files.formula_cells import hidden_cells
from cxcase.intake.files.ods import read_open_document
from cxcase.intake.files.xlsx import calamine_sheets
from cxcase.intake.ratings.parse import read_ratings
from cxcase.intake.values.cells import (
    UNCALCULATED,
    blank,
    failed,
    read_ids,
    read_numbers,
    read_texts,
)
from cxcase.intake.values.dates import read_dates
from cxcase.intake.values.yes_no import read_flags

_SHEET = "xl/worksheets/sheet1.xml"


def _places(data: bytes) -> dict[tuple[int, int], str]:
    found = hidden_cells(data)
    return {
        divmod(place, 1 << 14): hidden.texts[which]
        for hidden in found.values()
        for place, which in zip(hidden.places, hidden.which, strict=True)
    }


@pytest.mark.parametrize("chunk", [1, 60, 500, 1 << 20])
def test_wherever_the_sheet_is_cut(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formula_cells, "_CHUNK", chunk)
    assert _places(content("error_cells.xlsx")) == {
        (1, 3): "#REF!",
        (2, 3): "#DIV/0!",
        (3, 3): "#N/A",
    }
    without = _places(content("formulas_without_values.xlsx"))
    assert without == {(k, 3): UNCALCULATED for k in range(1, 13)}


def test_values_and_empty_texts_hide_nothing() -> None:
    assert hidden_cells(content("formulas_with_values.xlsx")) == {}
    assert hidden_cells(content("customers.xlsb")) == {}
    assert hidden_cells(b"PK\3\4 no zip") == {}
    assert hidden_cells(content("customers.xls")) == {}
    plain = xlsx({"C": customers()})
    first = b'<c r="D2"><v>1000.5</v></c>'
    empty = edited(plain, _SHEET, (first, b'<c r="D2" t="str"><f>IF(1,"")</f><v></v></c>'))
    assert hidden_cells(empty) == {}
    shared = edited(plain, _SHEET, (first, b'<c r="D2"><f t="shared" si="0"/><v/></c>'))
    assert _places(shared) == {(1, 3): UNCALCULATED}


def test_only_the_formulas_are_counted_never_the_numbers_and_blanks_beside_them(
    tmp_path: Path,
) -> None:
    read = parsed(content("formulas_in_rating.xlsx"), tmp_path, "formulas_in_rating.xlsx")
    said = [
        f
        for table in read.tables
        for f in table.source.messages
        if f.code == "formulas_not_calculated"
    ]
    assert [f.params["count"] for f in said] == [2]


def test_failed_formulas_are_bad_where_a_value_is_read_and_blank_where_text_is() -> None:
    for word in (
        "#REF!",
        "#N/A",
        "#DIV/0!",
        "#NV",
        "#BEZUG!",
        "#WERT!",
        "#NOM?",
        "#¡REF!",
        "#NAAM?",
        "Err:502",
    ):
        assert failed(word)
        assert blank(word)
        assert read_numbers([word, 1.0]).bad.tolist() == [True, False]
        assert read_dates([word]).bad.tolist() == [True]
        assert read_flags([word, "yes", "no"]).bad.tolist() == [True, False, False]
        assert list(read_texts([word, "Leeds"]).values) == [None, "Leeds"]
        assert list(read_ids([word, 42.0]).values) == [None, "42"]
        ratings = read_ratings([word, 3.0, 5.0])
        assert ratings.bad.tolist() == [True, False, False]
        assert not ratings.unknown
    for word in ("#1", "#value", "# REF", "#hashtag!", "error", "Erring"):
        assert not failed(word)


def test_formulas_nobody_calculated_are_blank() -> None:
    assert blank(UNCALCULATED)
    assert not read_numbers([UNCALCULATED, 1.0]).bad.any()
    assert list(read_texts([UNCALCULATED, "Leeds"]).values) == [None, "Leeds"]
    assert read_ratings([UNCALCULATED, 3.0]).unknown == {}


_CALCEXT = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


def test_an_open_document_shows_failed_formulas_and_what_merged_cells_stand_for() -> None:
    """As an office program writes them: an empty value with the error beside it, and a cell that
    spans three rows.
    """
    data = ods(
        [["id", "region", "figure"], ["a", "North", "FAILED"], ["b", None, 2.0], ["c", None, 3.0]]
    )
    text = part_of(data, "content.xml").decode()
    text = text.replace("<office:document-content", f"<office:document-content {_CALCEXT}", 1)
    cell = text[text.rindex("<table:table-cell", 0, text.index("FAILED")) :]
    cell = cell[: cell.index("</table:table-cell>") + len("</table:table-cell>")]
    failed_cell = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" '
        'office:string-value="" '
        'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    text = text.replace(cell, failed_cell)
    at = text.rindex("<table:table-cell", 0, text.index("North")) + len("<table:table-cell")
    text = text[:at] + ' table:number-rows-spanned="3"' + text[at:]
    data = rezipped(data, {"content.xml": text.encode()})
    for sheets in (calamine_sheets(data), read_open_document("book.ods", data)):
        assert [(m.top, m.bottom, m.column) for m in sheets[0].merged] == [(1, 3, 1)]
        assert [row[2] for row in sheets[0].rows] == ["figure", "#DIV/0!", 2.0, 3.0]
