"""A case's tables, each by its schema, as Parquet in a folder of the case's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.privacy.small_groups import SmallGroups
from cxcase.intake.roles.cx_comments import COMMENT, OF_MOMENT
from cxcase.intake.schema import STORED, Scale
from cxcase.settings import METRICS

CUSTOMER_COLUMNS = (
    "team", "segment", "tenure_months", "revenue_start", "revenue_end", "churned", "churn_date", "responded",
)  # fmt: skip
EXTRA = "extra:"


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Writes the tables to the case's own folder.

    Raises StoredTableError for one that is not as its schema says.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        STORED[name].check({str(column): str(dtype) for column, dtype in table.dtypes.items()})
        table.to_parquet(folder / f"{name}.parquet", index=False)


def customers_table(
    frame: pd.DataFrame, answered: pd.Series, controls: Sequence[str]
) -> tuple[pd.DataFrame, list[Finding]]:
    """(base customers with the named controls, a finding for each control there is not)."""
    findings = []
    kept = frame.assign(responded=frame["customer_id"].isin(answered))
    out = kept[
        ["customer_id", *CUSTOMER_COLUMNS, *(c for c in ("price_increase", "teams") if c in kept)]
    ].copy()
    for name in controls:
        heading = next((c for c in (f"{EXTRA}{name}", name) if c in frame), None)
        if heading is None:
            findings.append(Finding("review", "control_not_found", "data", {"name": name}))
        elif name not in out:
            out[name] = frame[heading]
    return out.astype(
        {"team": "str", "segment": "str", "customer_id": "str", "churned": bool}
    ), findings


def responses_table(frame: pd.DataFrame, moments: Mapping[str, Scale]) -> pd.DataFrame:
    """One row a responding base customer: metrics, each moment's rating and whether it was lived,
    day and comment.
    """
    metrics = [m for m in METRICS if m in frame]
    ratings = [f"{kind}:{name}" for name in moments for kind in ("rating", "lived")]
    texts = [
        c
        for c in ("responded_at", COMMENT, *(f"{OF_MOMENT}{name}" for name in moments))
        if c in frame
    ]
    out = frame[["customer_id", *metrics, *ratings, *texts]].copy()
    for column in out:
        if str(column).startswith("lived:"):
            out[column] = out[column].astype(bool)
        elif column in metrics or str(column).startswith("rating:"):
            out[column] = out[column].astype(float)
    return out


def every_response(rows: pd.DataFrame, moments: Mapping[str, Scale]) -> pd.DataFrame:
    """Each dated answer that came in time, several a customer where there are: customer, day,
    metrics and moments.
    """
    metrics = [m for m in METRICS if m in rows]
    ratings = [f"rating:{name}" for name in moments]
    lived = [f"lived:{name}" for name in moments]
    out = rows.loc[
        rows["responded_at"].notna(), ["customer_id", "responded_at", *metrics, *ratings, *lived]
    ]
    kinds = {**dict.fromkeys([*metrics, *ratings], float), **dict.fromkeys(lived, bool)}
    return out.astype(kinds).reset_index(drop=True)


def waves_table(cells: pd.DataFrame, groups: SmallGroups) -> pd.DataFrame:
    """team, wave (the day it ended), n, mean: a row per team and dated wave that is large
    enough to show.

    A team that stands in several files, or under two names that mean one, is one cell; only cells
    that are large enough by themselves are put together, so that no smaller one can be worked out
    from them.
    """
    used = cells.loc[groups.shown(cells["n"]) & cells["wave"].notna() & cells["mean"].notna()]
    made = pd.DataFrame(
        {"team": used["team"].astype("str"), "wave": pd.to_datetime(used["wave"]), "n": used["n"]}
    )
    sums = (
        made.assign(s=used["n"] * used["mean"])
        .groupby(["team", "wave"], sort=True)
        .sum()
        .reset_index()
    )
    return sums.assign(mean=sums["s"] / sums["n"])[["team", "wave", "n", "mean"]].astype(
        {"n": "int64"}
    )


def sheet_table(frame: pd.DataFrame) -> pd.DataFrame:
    """A sheet for later stages, without what only intake needs."""
    return frame.drop(columns=[c for c in frame if str(c).startswith("_")])
