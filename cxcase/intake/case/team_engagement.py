"""Team engagement over waves: those that came before the customers answered, one figure a team."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.customer_list.docket import data_finding
from cxcase.intake.employees.near_waves import SINCE, WAVES
from cxcase.intake.privacy.small_groups import SmallGroups
from cxcase.intake.schema import EX, EX_ITEMS, ITEM


@dataclass(frozen=True, eq=False)
class Engagement:
    """What teams said over the waves used.

    ex                 team str, n int, mean f8, sd f8, one row a team large enough to show
    waves              dated waves
    teams_suppressed   teams that had no wave large enough
    repeated           teams with two waves or more
    before             whether the waves used ended before the first response (None: can't be told)
    items              team, item, n, mean of each question over the same waves; empty where the
                       score is one figure
    """

    ex: pd.DataFrame
    waves: int
    teams_suppressed: int
    findings: tuple[Finding, ...]
    repeated: int = 0
    before: bool | None = None
    items: pd.DataFrame = field(default_factory=pd.DataFrame)


def combine_waves(
    waves: pd.DataFrame,
    first_response: dt.date | None,
    groups: SmallGroups,
    suppressed: int = 0,
) -> Engagement:
    """One row a team over the waves that ended before the first CX response (all, with a finding,
    if none did).

    waves: team, wave (date it ended, may be missing), n, mean, sd, a row per team and wave. groups:
    which cells are large enough. suppressed: teams that had no such cell and never left the reader.
    """
    cells = waves.loc[groups.shown(waves["n"])].reset_index(drop=True)
    ended = _days(cells, "wave")
    began = _days(cells, SINCE).fillna(ended)
    use, about_days = _before(began, first_response)
    used = cells.loc[use]
    suppressed += waves["team"].nunique() - used["team"].nunique()
    ex = _pooled(used)
    before = None
    if ended.notna().any() and first_response is not None:
        late = use & (ended >= pd.Timestamp(first_response))
        before = not late.any()
        about_days += _about_late(cells.loc[late & (began < pd.Timestamp(first_response))])
    waves_each = _waves_of_teams(cells, ended)
    return Engagement(
        ex=ex,
        waves=max(int(pd.concat([ended, began]).nunique()), _most_waves(cells)),
        teams_suppressed=suppressed,
        findings=(*about_days, *_about_small_teams(ex, suppressed, groups)),
        repeated=int((waves_each > 1).sum()),
        before=before,
        items=_pooled_items(used),
    )


def _days(cells: pd.DataFrame, name: str) -> pd.Series:
    """A column of days; blank where there is none."""
    if name in cells:
        return pd.to_datetime(cells[name])
    return pd.Series(pd.NaT, index=cells.index, dtype="datetime64[us]")


def _waves_of_teams(cells: pd.DataFrame, ended: pd.Series) -> pd.Series:
    """team -> its dated waves, those counted that only stand together."""
    waves = ended.groupby(cells["team"].to_numpy()).nunique()
    if WAVES not in cells:
        return waves
    together = cells[WAVES].fillna(1).where(ended.notna(), 0)
    together = together.groupby(cells["team"].to_numpy()).max()
    return waves.where(waves > together, together)


def _most_waves(cells: pd.DataFrame) -> int:
    """Of how many dated waves a row is at most."""
    if WAVES not in cells or "wave" not in cells:
        return 0
    return int(cells.loc[cells["wave"].notna(), WAVES].fillna(1).max(skipna=True) or 0)


def _about_late(late: pd.DataFrame) -> list[Finding]:
    """Says of how many teams only all waves together may be used, also those that came later."""
    if late.empty:
        return []
    return [data_finding("review", "ex_waves_not_parted", count=late["team"].nunique())]


def _about_small_teams(ex: pd.DataFrame, suppressed: int, groups: SmallGroups) -> list[Finding]:
    found = []
    if suppressed:
        found.append(
            data_finding("ok", "ex_teams_suppressed", count=suppressed, k_min=groups.k_min)
        )
    if ex.empty:
        found.append(data_finding("review", "ex_all_suppressed", k_min=groups.k_min))
    return found


def _before(ended: pd.Series, first_response: dt.date | None) -> tuple[pd.Series, list[Finding]]:
    """(which cells (n,) ended before the first response, all where none did; what is said)."""
    everything = pd.Series(True, index=ended.index)
    if ended.isna().all() or first_response is None:
        if len(ended):
            return everything, [data_finding("review", "ex_undated")]
        return everything, []
    earlier = ended < pd.Timestamp(first_response)
    if not earlier.any():
        said = data_finding("review", "ex_not_before_cx", first_response=first_response)
        return everything, [said]
    if unused := int(ended[~earlier].nunique()):
        return earlier, [data_finding("ok", "ex_later_waves_unused", count=unused)]
    return earlier, []


def _pooled(cells: pd.DataFrame) -> pd.DataFrame:
    """One row a team: the people of its largest wave (all its people where ids tell them over
    waves), their mean and spread n-weighted over waves.

    Waves, and files, are not added up: the same people may have answered each.
    """
    n = cells["n"].astype(float)
    people = n
    if "people" in cells:
        people = n.where(n > cells["people"], cells["people"].fillna(n))
    sums = pd.DataFrame(
        {
            "team": cells["team"],
            "people": people,
            "n": n,
            "sum": n * cells["mean"].astype(float),
            "squares": n * cells["sd"].astype(float) ** 2,
        }
    )
    by_team = sums.groupby("team", sort=True)
    # a spread that is not given is not zero
    total = by_team[["n", "sum", "squares"]].sum(skipna=False).reset_index()
    made = {
        "team": total["team"].astype("str"),
        "n": by_team["people"].max().to_numpy().astype("int64"),
        "mean": total["sum"] / total["n"],
        "sd": np.sqrt(total["squares"] / total["n"]),
    }
    return pd.DataFrame(made, columns=[*EX.needed])


def _pooled_items(cells: pd.DataFrame) -> pd.DataFrame:
    """team, item, n, mean: each question over the cells that show it, weighted by their people; n:
    the people of the largest.
    """
    columns = [c for c in cells if str(c).startswith(ITEM)]
    if not columns:
        return pd.DataFrame()
    long = cells[["team", "n", *columns]].melt(["team", "n"], columns, "item", "mean")
    long = long.dropna(subset=["mean"])
    long = long.assign(item=long["item"].str.removeprefix(ITEM), sum=long["n"] * long["mean"])
    by_item = long.groupby(["item", "team"], sort=False)
    sums = by_item[["n", "sum"]].sum().reset_index()
    made = {
        "team": sums["team"].astype("str"),
        "item": sums["item"].astype("str"),
        "n": by_item["n"].max().to_numpy().astype("int64"),
        "mean": sums["sum"] / sums["n"],
    }
    return pd.DataFrame(made, columns=[*EX_ITEMS.needed])
