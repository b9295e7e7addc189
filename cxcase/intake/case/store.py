"""A case's tables, each by its schema, as Parquet in a folder of the case's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.case.inputs import Inputs
from cxcase.intake.case.joined_tables import JoinedTables
from cxcase.intake.customer_list.docket import data_finding
from cxcase.intake.customer_list.groupings import customer_groups
from cxcase.intake.employees.near_waves import WAVES
from cxcase.intake.privacy.small_groups import SmallGroups
from cxcase.intake.roles.cx_comments import with_masked_comments
from cxcase.intake.schema import (
    COMMENT,
    COMMENT_ON,
    CUSTOMERS,
    EX_WAVES,
    EXTRA,
    LIVED,
    RATING,
    STORED,
    Scale,
    Source,
)
from cxcase.intake.values.among import among
from cxcase.settings import METRICS, Settings

_LISTS = ("customers", "customer_facts")
SHEETS = ("units", "recommendations", "case_studies")  # stored as they were typed


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Writes the tables to the case's own folder.

    Raises StoredTableError for one that we made and that is not as its schema says; what people
    wrote is stored as it was typed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        if name not in SHEETS:
            STORED[name].check({str(column): str(dtype) for column, dtype in table.dtypes.items()})
        table.to_parquet(folder / f"{name}.parquet", index=False)


def tables_of(
    inputs: Inputs, settings: Settings, joined: JoinedTables
) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    """(the case's tables by name, which controls are not there)."""
    tables: dict[str, pd.DataFrame] = {}
    findings: list[Finding] = []
    if joined.listed is not None:
        base = joined.listed.ledger.customers
        answered = joined.responses["customer_id"]
        taken = _taken_for(inputs.sources)
        tables["customers"], findings = customers_table(base, answered, settings.controls, taken)
        groups = customer_groups(base, answered, settings.controls)
        if groups is not None:
            tables["customer_groups"] = groups
    if joined.surveyed is not None:
        masked = with_masked_comments(joined.responses, joined.names)
        tables["responses"] = responses_table(masked, inputs.moment_scales)
    about_teams, said = _ex_tables(joined, SmallGroups(settings.k_min))
    tables |= about_teams
    findings = [*findings, *said]
    tables |= _every_answer(joined, inputs.moment_scales, followed="ex_waves" in tables)
    frames = joined.frames
    tables |= {name: sheet_table(frames[name]) for name in SHEETS if name in frames}
    return tables, findings


def _ex_tables(
    joined: JoinedTables, groups: SmallGroups
) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    """(ex, its questions where there are several, its waves where there are two or more; what is
    said of these).
    """
    if joined.engagement is None:
        return {}, []
    said = []
    tables = {"ex": joined.engagement.ex}
    if len(joined.engagement.items):
        tables["ex_items"] = joined.engagement.items
    if "wave" in joined.frames["ex"]:
        waves, near = waves_table(joined.frames["ex"], groups)
        if waves["wave"].nunique() > 1:
            tables["ex_waves"] = waves
        if near:
            said.append(data_finding("ok", "ex_waves_too_near", count=near, k_min=groups.k_min))
    return tables, said


def _every_answer(
    joined: JoinedTables, moments: Mapping[str, Scale], *, followed: bool
) -> dict[str, pd.DataFrame]:
    """Every answer with its day, where customers answered several times or engagement was followed
    over time.
    """
    if joined.surveyed is None or "responded_at" not in joined.surveyed.answers.rows:
        return {}
    every = joined.surveyed.matched.every
    if not followed and len(every) <= len(joined.responses):
        return {}  # the responses say it all
    return {"all_responses": every_response(joined.surveyed.answers.rows.iloc[every], moments)}


def _taken_for(sources: Sequence[Source]) -> dict[str, str]:
    """Heading of a list of customers -> "team" or "segment", where it was taken for one."""
    return {
        source.columns[name]: name
        for source in sources
        for name in ("team", "segment")
        if source.role in _LISTS and name in source.columns
    }


def customers_table(
    base: pd.DataFrame,
    answered: pd.Series,
    controls: Sequence[str],
    taken_for: Mapping[str, str] = MappingProxyType({}),
) -> tuple[pd.DataFrame, list[Finding]]:
    """(base customers with the named controls, a finding for each control there is not).

    taken_for: heading -> "team" or "segment". A segment is a control under that name already.
    """
    findings = []
    kept = base.assign(responded=among(base["customer_id"], answered))
    out = kept[[column.name for column in CUSTOMERS.columns if column.name in kept]].copy()
    for name in controls:
        named = (f"{EXTRA}{name}", name, taken_for.get(name))
        column = next((c for c in named if c in base), None)
        if column == "segment":
            continue
        if column is None:
            findings.append(data_finding("review", "control_not_found", name=name))
        elif name not in out:
            out[name] = base[column]
    kinds = {"team": "str", "segment": "str", "customer_id": "str", "churned": "bool"}
    return out.astype(kinds), findings


def responses_table(responses: pd.DataFrame, moments: Mapping[str, Scale]) -> pd.DataFrame:
    """One row a responding base customer: metrics, each moment's rating and whether it was lived,
    day and comments.
    """
    metrics = [metric for metric in METRICS if metric in responses]
    marks = [f"{kind}{moment}" for moment in moments for kind in (RATING, LIVED)]
    said = ["responded_at", COMMENT, *(f"{COMMENT_ON}{moment}" for moment in moments)]
    texts = [column for column in said if column in responses]
    out = responses[["customer_id", *metrics, *marks, *texts]]
    return out.astype(_kinds(metrics, moments))


def every_response(rows: pd.DataFrame, moments: Mapping[str, Scale]) -> pd.DataFrame:
    """Each dated answer that came in time, several a customer where there are: customer, day,
    metrics and moments.
    """
    metrics = [metric for metric in METRICS if metric in rows]
    ratings = [f"{RATING}{moment}" for moment in moments]
    lived = [f"{LIVED}{moment}" for moment in moments]
    columns = ["customer_id", "responded_at", *metrics, *ratings, *lived]
    dated = rows.loc[rows["responded_at"].notna(), columns]
    return dated.astype(_kinds(metrics, moments)).reset_index(drop=True)


def _kinds(metrics: Sequence[str], moments: Mapping[str, Scale]) -> dict[str, type]:
    """Column -> how it is stored, of metrics and moments."""
    ratings = [f"{RATING}{moment}" for moment in moments]
    lived = [f"{LIVED}{moment}" for moment in moments]
    return {**dict.fromkeys([*metrics, *ratings], float), **dict.fromkeys(lived, bool)}


def waves_table(cells: pd.DataFrame, groups: SmallGroups) -> tuple[pd.DataFrame, int]:
    """(team, wave (the day it ended), n, mean: a row per team and dated wave that is large enough;
    teams that are not there, as their waves are too near each other to be shown one by one: only
    all of them together are, in `ex`).

    A team that stands in several files, or under two names that mean one, is one cell of the people
    of its largest, as the same people may stand in each; only cells that are large enough by
    themselves are put together, so that no smaller one can be worked out from them.
    """
    together = set[str]()
    if WAVES in cells:
        together = {*cells.loc[cells[WAVES] > 1, "team"]}
        cells = cells.loc[~cells["team"].isin(together)]
    used = cells.loc[groups.shown(cells["n"]) & cells["wave"].notna() & cells["mean"].notna()]
    sums = pd.DataFrame(
        {
            "team": used["team"].astype("str"),
            "wave": pd.to_datetime(used["wave"]),
            "n": used["n"],
            "sum": used["n"] * used["mean"],
        }
    )
    by_wave = sums.groupby(["team", "wave"], sort=True)
    total = by_wave.sum().reset_index()
    waves = total.assign(mean=total["sum"] / total["n"], n=by_wave["n"].max().to_numpy())
    near = [team for team, n in waves.groupby("team")["n"] if not all(groups.apart([*n]))]
    waves = waves.loc[~waves["team"].isin(near)].reset_index(drop=True)
    return waves[[*EX_WAVES.needed]].astype({"n": "int64"}), len(near) + len(together)


def sheet_table(frame: pd.DataFrame) -> pd.DataFrame:
    """A sheet for later stages, without what only intake needs; steps keep their row's number."""
    numbered = frame.rename(columns={"_row": "row"}) if "title" in frame else frame
    return numbered.drop(columns=[c for c in numbered if str(c).startswith("_")])
