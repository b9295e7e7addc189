"""The two hand-written sheets, 14 recommendations and 10 case studies, as intake types them."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pandas as pd

_RECOMMENDATION = (
    "id",
    "title",
    "acts_on",
    "moment",
    "one_off_cost",
    "yearly_cost",
    "cost_low",
    "cost_high",
    "months_to_deliver",
    "lift_low",
    "lift_likely",
    "lift_high",
    "needs",
    "excludes",
    "part_of",
    "owner",
    "pnl_line",
    "effort_days",
)
_CASE_STUDY = (
    "source",
    "kind",
    "controlled",
    "vendor",
    "moment",
    "effect",
    "unit",
    "se",
    "n",
    "sd",
    "year",
    "link",
)
_NUMBERS = {
    "one_off_cost",
    "yearly_cost",
    "cost_low",
    "cost_high",
    "months_to_deliver",
    "lift_low",
    "lift_likely",
    "lift_high",
    "effort_days",
    "effect",
    "se",
    "n",
    "sd",
    "year",
}


def recommendations() -> pd.DataFrame:
    """14 rows in the canonical columns; money in GBP, lifts in points of what the step acts on."""
    return _table("recommendation", _RECOMMENDATION)


def case_studies() -> pd.DataFrame:
    """10 rows in the canonical columns; every source and vendor is invented."""
    frame = _table("case_study", _CASE_STUDY)
    return frame.assign(controlled=frame["controlled"] == "yes")


def _table(name: str, columns: tuple[str, ...]) -> pd.DataFrame:
    rows = tomllib.loads(
        files("cxcase.sample").joinpath("sheets.toml").read_text(encoding="utf-8")
    )[name]
    frame = pd.DataFrame([{c: row.get(c) for c in columns} for row in rows], columns=list(columns))
    for column in columns:
        if column in _NUMBERS:
            frame[column] = pd.to_numeric(frame[column]).astype("float64")
    return frame
