"""Team engagement from waves: which waves came before the customers answered, and one figure a team
over them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.privacy.small_groups import SmallGroups
from cxcase.intake.roles.ex_items import ITEM_COLUMN


@dataclass(frozen=True, eq=False)
class Engagement:
    """ex: team str, n int, mean f8, sd f8, one row a team large enough to show; `teams_suppressed` had
    no such wave.

    items: team, item, n, mean of each question over the same waves; empty where the score is one
    figure. repeated: teams with two waves or more; before: whether the waves used ended before the
    first response (None: can't be told).
    """

    ex: pd.DataFrame
    waves_used: int
    waves: int
    teams_suppressed: int
    findings: tuple[Finding, ...]
    repeated: int = 0
    before: bool | None = None
    items: pd.DataFrame = field(default_factory=pd.DataFrame)


def combine_waves(
    waves: pd.DataFrame, first_response: dt.date | None, groups: SmallGroups, suppressed: int = 0
) -> Engagement:
    """One row a team over the waves that ended before the first CX response (all, with a finding,
    if none did).

    waves: team, wave (date it ended, may be missing), n, mean, sd, a row per team and wave. groups:
    which cells are large enough. suppressed: teams that had no such cell and never left the
    reader.
    """
    findings: list[Finding] = []
    cells = waves.loc[groups.shown(waves["n"])].reset_index(drop=True)
    suppressed += waves["team"].nunique() - cells["team"].nunique()
    if "wave" in cells:
        ended = pd.to_datetime(cells["wave"])
    else:
        ended = pd.Series(pd.NaT, index=cells.index)
    use = _before(ended, first_response, findings)
    kept = cells.loc[use]
    suppressed += cells["team"].nunique() - kept["team"].nunique()
    ex = _pool(kept)
    if suppressed:
        findings.append(
            Finding(
                "ok", "ex_teams_suppressed", "data", {"count": suppressed, "k_min": groups.k_min}
            )
        )
    if ex.empty:
        findings.append(Finding("review", "ex_all_suppressed", "data", {"k_min": groups.k_min}))
    before = None
    if ended.notna().any() and first_response is not None:
        before = bool((ended[use] < pd.Timestamp(first_response)).all())
    waves_each = ended.groupby(cells["team"].to_numpy()).nunique()
    return Engagement(
        ex,
        int(ended[use].nunique()),
        int(ended.nunique()),
        suppressed,
        tuple(findings),
        int((waves_each > 1).sum()),
        before,
        _pool_items(kept),
    )


def _before(ended: pd.Series, first_response: dt.date | None, findings: list[Finding]) -> pd.Series:
    everything = pd.Series(True, index=ended.index)
    if ended.isna().all() or first_response is None:
        if len(ended):
            findings.append(Finding("review", "ex_undated", "data"))
        return everything
    earlier = ended < pd.Timestamp(first_response)
    if not earlier.any():
        findings.append(
            Finding("review", "ex_not_before_cx", "data", {"first_response": first_response})
        )
        return everything
    unused = ended[~earlier].nunique()
    if unused:
        findings.append(Finding("ok", "ex_later_waves_unused", "data", {"count": int(unused)}))
    return earlier


def _pool(cells: pd.DataFrame) -> pd.DataFrame:
    """One row a team: each person counted once where the reader could tell people, else n-weighted
    over waves.
    """
    pooled = _pool_answers(cells)
    if "people" not in cells:
        return pooled
    last = (
        cells.drop_duplicates("team", keep="last")
        .set_index("team")
        .loc[pooled["team"]]
        .reset_index()
    )
    whole = (
        last["answers"].fillna(-1).astype("int64") == pooled["n"]
    )  # over just the waves that are used, from one file
    for name, own in (("n", "people"), ("mean", "people_mean"), ("sd", "people_sd")):
        pooled[name] = last[own].where(whole, pooled[name]).astype(pooled[name].dtype)
    return pooled


def _pool_items(cells: pd.DataFrame) -> pd.DataFrame:
    """team, item, n, mean: each question over the cells that show it, weighted by their answers."""
    columns = [c for c in cells if str(c).startswith(ITEM_COLUMN)]
    if not columns:
        return pd.DataFrame()
    long = (
        cells[["team", "n", *columns]]
        .melt(["team", "n"], columns, "item", "mean")
        .dropna(subset=["mean"])
    )
    long = long.assign(item=long["item"].str.removeprefix(ITEM_COLUMN), s=long["n"] * long["mean"])
    sums = long.groupby(["item", "team"], sort=False)[["n", "s"]].sum().reset_index()
    made = pd.DataFrame(
        {"team": sums["team"].astype("str"), "item": sums["item"].astype("str"), "n": sums["n"]}
    )
    return made.assign(mean=sums["s"] / sums["n"]).astype({"n": "int64"})


def _pool_answers(cells: pd.DataFrame) -> pd.DataFrame:
    """n-weighted mean over waves; sd over all answers (within and between waves)."""
    n = cells["n"].astype(float)
    mean = cells["mean"].astype(float)
    within = (n - 1) * cells["sd"].astype(float) ** 2
    sums = (
        pd.DataFrame({"team": cells["team"], "n": n, "s": n * mean, "ss": within + n * mean**2})
        .groupby("team", sort=True)
        .sum(skipna=False)  # a spread that is not given is not zero
        .reset_index()
    )
    pooled = sums["s"] / sums["n"]
    spread = (sums["ss"] - sums["n"] * pooled**2).clip(lower=0) / (sums["n"] - 1).clip(lower=1)
    return pd.DataFrame(
        {
            "team": sums["team"].astype("str"),
            "n": sums["n"].astype("int64"),
            "mean": pooled,
            "sd": np.sqrt(spread),
        }
    )
