"""Revenue twelve months after the start: whether it was measured, of whom, and its sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from cxcase import gates
from cxcase.estimate import Floats
from cxcase.intake.customer_list.docket import Docket, data_finding, decide
from cxcase.settings import Settings

NOT_GIVEN = "no_revenue_end"
SAME_AS_START = "revenue_end_same"
OF_TOO_FEW = "revenue_end_of_few"
_SAME = 1e-6  # share by which two amounts may differ and be one: no more than rounding
_COPIED = 2  # customers who stayed with the same revenue, from which the column may be a copy


@dataclass(frozen=True, eq=False)
class EndRevenue:
    """What came of the column.

    why_none: the code that says why it is not measured, None where it is; aside: reason -> rows.
    """

    why_none: str | None
    docket: Docket = field(default_factory=Docket)
    aside: Mapping[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class EndMeasured:
    """revenue (n,) at the end, 0 for the lost and for those whose end is not known; weight (n,):
    0 for the latter, and for the others who stayed what makes up for them.
    """

    revenue: Floats
    weight: Floats

    def sum_of(self, values: Floats) -> float:
        """The sum of values (n,) over all, others who stayed standing in for those not known."""
        return float((self.weight * values).sum())


def end_measured(base: pd.DataFrame) -> EndMeasured | None:
    """Revenue at the end of base customers, weighted to all by what they paid at the start; None
    where it was not measured.
    """
    if "revenue_end" not in base:
        return None
    start = base["revenue_start"].to_numpy(float)
    end = base["revenue_end"].to_numpy(float)
    stayed = ~base["churned"].to_numpy(bool)
    known = ~np.isnan(end)
    weight = known.astype(float)
    if not known.all() and (stayed & known).any():
        weight[stayed & known] = start[stayed].sum() / start[stayed & known].sum()
    return EndMeasured(np.where(known, end, 0.0), weight)


def with_end(base: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, EndRevenue]:
    """The base with revenue_end, the run rate at t0 + 12 months: 0 for the lost, NaN where it is
    not known; without that column where nobody measured it.
    """
    if "revenue_end" not in base or base["revenue_end"].isna().all():
        return _without(base), EndRevenue(NOT_GIVEN)
    base = base.assign(revenue_end=base["revenue_end"].astype(float))
    measured, about_same = _taken_as_measured(base, settings)
    if not measured:
        return _without(base), EndRevenue(SAME_AS_START, about_same)
    base, about_paying = _lost_but_paying(base, settings)
    base, blanks = _blanks_decided(base, settings)
    docket = about_same + about_paying + blanks.docket
    if blanks.why_none is not None:
        return _without(base), EndRevenue(blanks.why_none, docket)
    base, about_stopped = _kept_without_revenue(base, settings)
    base = base.assign(revenue_end=base["revenue_end"].where(~base["churned"], 0.0))
    return base, EndRevenue(None, docket + about_stopped, blanks.aside)


def _without(base: pd.DataFrame) -> pd.DataFrame:
    return base.drop(columns="revenue_end", errors="ignore")


def _taken_as_measured(base: pd.DataFrame, settings: Settings) -> tuple[bool, Docket]:
    """False where all who stayed pay to the penny what they paid: a copied column, unless somebody
    says that it was measured.
    """
    known = base.loc[~base["churned"] & base["revenue_end"].notna()]
    same = np.isclose(known["revenue_end"], known["revenue_start"], rtol=_SAME, atol=0.0)
    count = len(known) if same.all() and len(known) >= _COPIED else 0
    said = data_finding("review", SAME_AS_START, count=count)
    chosen, docket = decide(settings, SAME_AS_START, count, said)
    return not count or chosen == "measured", docket


def _lost_but_paying(base: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, Docket]:
    """Customers who left and still show revenue at the end: lost, or kept after all. Who left on a
    day of their own and shows less than before paid until that day: nothing is open about that.
    """
    shown = base["churned"] & (base["revenue_end"] > 0)
    until = shown & base["churn_date"].notna() & (base["revenue_end"] < base["revenue_start"])
    paying = shown & ~until
    about_until = Docket()
    if until.any():
        paid = {"count": int(until.sum()), "revenue": float(base.loc[until, "revenue_end"].sum())}
        about_until = about_until.saying(data_finding("ok", "paid_until_left", **paid))
    count = int(paying.sum())
    revenue = float(base.loc[paying, "revenue_end"].sum())
    said = data_finding("review", "lost_but_paying", count=count, revenue=revenue)
    chosen, docket = decide(settings, "lost_but_paying", count, said)
    docket = about_until + docket
    if chosen == "lost":
        return base, docket
    kept = base.assign(
        churned=base["churned"] & ~paying, churn_date=base["churn_date"].mask(paying)
    )
    return kept, docket


def _blanks_decided(base: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, EndRevenue]:
    """The base with the blanks of those who stayed left out of what is said of the end, filled, or
    their rows set aside. Where too few are known nothing is said of the end.
    """
    stayed = ~base["churned"]
    blank = stayed & base["revenue_end"].isna()
    count = int(blank.sum())
    share = _share_known(base.loc[stayed])
    counts = {"count": count, "total": int(stayed.sum()), "share": share}
    few = not gates.end_known(share)
    code = OF_TOO_FEW if few else "revenue_end_blank"
    said = data_finding("review", code, **counts)
    chosen, docket = decide(settings, "revenue_end_blank", count, said)
    if chosen == "left_out":
        return base, EndRevenue(OF_TOO_FEW if few else None, docket)
    if chosen == "set_aside":
        aside = {"revenue_end_missing": base.loc[blank]} if count else {}
        return base.loc[~blank].reset_index(drop=True), EndRevenue(None, docket, aside)
    fill = 0.0 if chosen == "zero" else base["revenue_start"]
    return base.assign(revenue_end=base["revenue_end"].mask(blank, fill)), EndRevenue(None, docket)


def _share_known(stayed: pd.DataFrame) -> float:
    """The share whose end is known of those who stayed, or of their revenue: the smaller."""
    if stayed.empty:
        return 1.0
    known = stayed["revenue_end"].notna()
    revenue = stayed["revenue_start"]
    return float(min(known.mean(), revenue[known].sum() / revenue.sum()))


def _kept_without_revenue(base: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, Docket]:
    """Customers who stayed and pay nothing at the end (or less): as they are, at 0, or lost."""
    stopped = ~base["churned"] & (base["revenue_end"] <= 0)
    count = int(stopped.sum())
    said = data_finding("review", "kept_without_revenue", count=count)
    chosen, docket = decide(settings, "kept_without_revenue", count, said)
    if chosen == "lost":
        base = base.assign(churned=base["churned"] | stopped)
    elif chosen == "zero":
        base = base.assign(revenue_end=base["revenue_end"].mask(stopped, 0.0))
    return base, docket
