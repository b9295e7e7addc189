"""Customer facts from several tables to one row a customer: joined by key, conflicts counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from cxcase.checks import Finding
from cxcase.estimate import Bools
from cxcase.intake.customer_list.docket import data_finding
from cxcase.intake.roles.price_steps import AS_MONEY, AS_SHARE
from cxcase.intake.schema import EXTRA, STATE_OPEN, Role
from cxcase.intake.tables.came_back import CAME_BACK

FIELDS = (
    "team",
    "segment",
    "tenure_months",
    "customer_since",
    "renewal_date",
    "revenue_start",
    "revenue_end",
    "churned",
    STATE_OPEN,
    "churn_date",
    CAME_BACK,
    "currency",
    AS_SHARE,
    AS_MONEY,
)
LISTS: tuple[Role, ...] = ("customers", "customer_facts")  # in order of whose word counts
_RANK: tuple[Role, ...] = (*LISTS, "subscriptions", "revenue_periods", "churn_events")
_PENNY = 0.005


@dataclass(frozen=True, eq=False)
class Part:
    """One table: its typed rows with customer_id, _source and _row, and how people know it."""

    role: Role
    frame: pd.DataFrame
    name: str

    def ids(self) -> pd.Index:
        """Its customers, once each."""
        ids: pd.Index = pd.Index(self.frame["customer_id"].unique())
        return ids

    def holding(self, frame: pd.DataFrame) -> Part:
        """The same table with these rows."""
        return replace(self, frame=frame)


@dataclass(frozen=True, eq=False)
class Joined:
    """The parts joined by customer.

    facts      one row a customer (index customer_id): FIELDS where known, and extras
    parts      the tables that joined
    left_out   reason -> rows that joined nothing
    findings   what is said about strangers, copies and conflicts
    """

    facts: pd.DataFrame
    parts: tuple[Part, ...]
    left_out: Mapping[str, Sequence[pd.DataFrame]]
    findings: tuple[Finding, ...] = ()

    def of(self, role: Role) -> list[pd.DataFrame]:
        """The frames of a role."""
        return [p.frame for p in self.parts if p.role == role]


def join_parts(parts: Sequence[Part]) -> Joined:
    """All tables with customers joined on the union of their ids, in an order that does not depend
    on that given.
    """
    first, *others = sorted(parts, key=lambda p: (_RANK.index(p.role), -len(p.ids()), p.name))
    kept = [first]
    known = first.ids()
    findings: list[Finding] = []
    not_joined: list[pd.DataFrame] = []
    strangers: list[pd.DataFrame] = []
    for part in others:
        met = len(part.ids().intersection(known)) > 0
        findings += _unmatched(part, known) if met else [_no_overlap(part, first)]
        if not met and part.role in ("customer_facts", "churn_events"):
            not_joined.append(part.frame)
            continue
        kept.append(part)
        if part.role == "churn_events":
            strangers.append(part.frame.loc[~part.frame["customer_id"].isin(known)])
        else:
            known = known.union(part.ids(), sort=False)
    kept, copies, about_copies = _without_copies(kept)
    lists = [p for p in kept if p.role in LISTS]
    facts, about_facts = _facts(lists, pd.Index(sorted(known), name="customer_id"))
    left_out = {
        "facts_not_joined": not_joined,
        "customer_not_in_list": strangers,
        "row_of_another_file": copies,
    }
    return Joined(
        facts=facts,
        parts=tuple(kept),
        left_out={reason: frames for reason, frames in left_out.items() if frames},
        findings=(*_each_once(findings), *about_copies, *about_facts),
    )


def _each_once(findings: Sequence[Finding]) -> list[Finding]:
    """The findings without what was said before."""
    return [said for k, said in enumerate(findings) if said not in findings[:k]]


# ---- keys ----------------------------------------------------------------------------------------


def _no_overlap(part: Part, base: Part) -> Finding:
    """A table that has no customer in common with the others, an id of each side beside."""
    return data_finding(
        "fail",
        "facts_no_overlap",
        file=part.name,
        other=base.name,
        count=len(part.ids()),
        here=_example(part),
        there=_example(base),
    )


def _example(part: Part) -> str:
    return next((str(id) for id in part.ids()), "")


def _unmatched(part: Part, known: pd.Index) -> list[Finding]:
    """Ids that only one side has, counted on both; that a list has customers without a leaving is
    as it should be.
    """
    mine = part.ids()
    only_here = len(mine.difference(known))
    missing = len(known.difference(mine))
    if part.role == "churn_events":
        missing = 0
    if not only_here and not missing:
        return []
    return [
        data_finding(
            "review" if only_here else "ok",
            "facts_unmatched",
            file=part.name,
            only_here=only_here,
            missing=missing,
            total=len(known),
        )
    ]


# ---- rows of money or leavings -------------------------------------------------------------------


def _without_copies(
    parts: Iterable[Part],
) -> tuple[list[Part], list[pd.DataFrame], list[Finding]]:
    """(the parts without rows of money or leavings that a table before already has in every
    respect, those rows, what is said): the same export twice.
    """
    kept = []
    copied = []
    findings = []
    seen = dict[Role, pd.DataFrame]()
    for part in parts:
        if part.role in LISTS or part.role not in seen:
            kept.append(part)
            seen[part.role] = part.frame
            continue
        copies = _stands_in(part.frame, seen[part.role])
        if copies.any():
            copied.append(part.frame.loc[copies])
            count = int(copies.sum())
            findings.append(
                data_finding("review", "rows_in_two_files", file=part.name, count=count)
            )
        part = part.holding(part.frame.loc[~copies])
        kept.append(part)
        seen[part.role] = pd.concat([seen[part.role], part.frame], ignore_index=True)
    return kept, copied, findings


def _stands_in(rows: pd.DataFrame, before: pd.DataFrame) -> Bools:
    """(n,) True for rows that stand in `before`, compared by the fields both have."""
    on = [c for c in rows if c in before and not str(c).startswith((EXTRA, "_"))]
    known = pd.MultiIndex.from_frame(before[on])
    return np.asarray(pd.MultiIndex.from_frame(rows[on]).isin(known))


# ---- facts ---------------------------------------------------------------------------------------


def _facts(lists: Sequence[Part], ids: pd.Index) -> tuple[pd.DataFrame, list[Finding]]:
    """(each field from the first list that knows it; where a later one says otherwise, how
    often).
    """
    facts: dict[str, pd.Series] = {}
    origin: dict[str, str] = {}
    findings = []
    for part in lists:
        rows = part.frame.drop_duplicates("customer_id").set_index("customer_id")
        names = [str(c) for c in rows if c in FIELDS or str(c).startswith(EXTRA)]
        for name in names:
            values = _flags_as_numbers(rows[name]).reindex(ids)
            if name not in facts:
                facts[name] = values
                origin[name] = part.name
                continue
            if count := disagreeing(facts[name], values):
                findings.append(
                    data_finding(
                        "review",
                        "facts_disagree",
                        column=name.removeprefix(EXTRA),
                        count=count,
                        file=origin[name],
                        other=part.name,
                    )
                )
            facts[name] = _filled(facts[name], values)
    return pd.DataFrame(facts, index=ids), findings


def _flags_as_numbers(values: pd.Series) -> pd.Series:
    """Yes and no as 1 and 0, so that a customer of whom nothing is known can be blank."""
    if values.dtype == bool:
        return values.astype(float)
    return values


def _filled(first: pd.Series, second: pd.Series) -> pd.Series:
    if first.dtype != second.dtype:
        first = first.astype(object)
        second = second.astype(object)
    return first.where(first.notna(), second)


def disagreeing(first: pd.Series, second: pd.Series) -> int:
    """How many customers both know and differ on; money and numbers by more than half a penny."""
    both = first.notna() & second.notna()
    a = first[both]
    b = second[both]
    if pd.api.types.is_numeric_dtype(a) and pd.api.types.is_numeric_dtype(b):
        return int(((a - b).abs() > _PENNY).sum())
    if a.dtype != b.dtype:
        return int((a.astype("str") != b.astype("str")).sum())
    return int((a != b).sum())
