"""The schemas of a case's tables: what they let be stored, and that they know every table made."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from make_files import csv, customer_rows, survey_rows, text_dates

from cxcase.intake import Upload, read
from cxcase.intake.schema import CUSTOMERS, EX, RESPONSES, STORED, UNITS, StoredTableError
from cxcase.settings import Settings


def _dtypes(frame: pd.DataFrame) -> dict[str, str]:
    return {str(name): str(dtype) for name, dtype in frame.dtypes.items()}


def test_what_a_case_stores_keeps_to_its_schema(tmp_path: Path) -> None:
    uploads = [
        Upload("customers.csv", csv(customer_rows(60))),
        Upload("survey.csv", csv(text_dates(survey_rows(40)))),
    ]
    case = read(uploads, Settings(), tmp_path)
    stored = {path.stem for path in case.folder.iterdir()}
    assert {"customers", "responses"} <= stored <= set(STORED)
    for name in stored:
        STORED[name].check(_dtypes(case.table(name)))


def test_columns_of_a_family_are_known_by_how_they_start() -> None:
    rating = RESPONSES.column("rating:Delivery")
    assert rating is not None
    assert rating.unit == "points of its scale"
    assert RESPONSES.column("Region") is None


@pytest.mark.parametrize(
    ("dtypes", "why"),
    [
        ({"team": "str", "n": "int64", "mean": "float64"}, "ex lacks sd"),
        (
            {"team": "str", "n": "float64", "mean": "float64", "sd": "float64"},
            "ex: 'n' is float64, not int",
        ),
        (
            {"team": "str", "n": "int64", "mean": "float64", "sd": "float64", "who": "str"},
            "ex knows no column 'who'",
        ),
    ],
)
def test_a_table_that_breaks_its_schema_is_refused(dtypes: dict[str, str], why: str) -> None:
    with pytest.raises(StoredTableError, match=why):
        EX.check(dtypes)


def test_headings_of_the_file_are_taken_where_the_table_is_open() -> None:
    pandas = {"str": "str", "float": "float64", "bool": "bool", "day": "datetime64[us]"}
    needed = {c.name: pandas[c.dtype] for c in CUSTOMERS.columns if c.needed}
    CUSTOMERS.check(needed | {"Sites": "float64"})
    UNITS.check({"team": "str", "extra:Region": "str", "extra:Area": "float64"})
