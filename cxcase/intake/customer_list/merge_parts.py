"""Customer facts from several tables to one customer list: joined by key, nothing lost, conflicts
counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.roles.price_steps import AS_MONEY, AS_SHARE
from cxcase.intake.schema import Role

EXTRA = "extra:"
FIELDS = (
    "team", "segment", "tenure_months", "customer_since", "renewal_date", "revenue_start", "revenue_end", "churned",
    "churn_date", "currency", AS_SHARE, AS_MONEY,
)  # fmt: skip
LISTS: tuple[Role, ...] = ("customers", "customer_facts")  # in order of whose word counts
_RANK: tuple[Role, ...] = (*LISTS, "subscriptions", "revenue_periods", "churn_events")
_MEETS = 0.5  # share of ids in common from which a column is the key
_PENNY = 0.005


@dataclass(frozen=True, eq=False)
class Part:
    """One table: its typed rows with customer_id, _source and _row, and how people know it."""

    role: Role
    frame: pd.DataFrame
    name: str

    def ids(self) -> pd.Index:
        """Its customers, once each."""
        return pd.Index(self.frame["customer_id"].unique())


@dataclass(frozen=True, eq=False)
class Joined:
    """facts: one row a customer (index customer_id), FIELDS where known and extras; of which table
    each came first.

    parts: the tables that joined, keys settled. left_out: rows by reason that joined nothing.
    """

    facts: pd.DataFrame
    parts: tuple[Part, ...]
    left_out: dict[str, list[pd.DataFrame]] = field(default_factory=dict)

    def of(self, role: Role) -> list[pd.DataFrame]:
        """The frames of a role."""
        return [p.frame for p in self.parts if p.role == role]


def join_parts(parts: Sequence[Part], findings: list[Finding]) -> Joined:
    """All tables with customers joined on the union of their ids, in an order that does not depend
    on that given.
    """
    ordered = sorted(parts, key=lambda p: (_RANK.index(p.role), -len(p.ids()), p.name))
    base = ordered[0]
    kept = [ordered[0]]
    out: dict[str, list[pd.DataFrame]] = {}
    known = base.ids()
    for part in ordered[1:]:
        part = _keyed(part, known, findings)
        met = len(part.ids().intersection(known))
        if not met and part.role in ("customer_facts", "churn_events"):
            _say_strangers(part, base, findings)
            out.setdefault("facts_not_joined", []).append(part.frame)
            continue
        if not met:
            _say_strangers(part, base, findings)
        else:
            _say_unmatched(part, known, findings)
        kept.append(part)
        if part.role == "churn_events":
            strange = ~part.frame["customer_id"].isin(known)
            out.setdefault("customer_not_in_list", []).append(part.frame.loc[strange])
        else:
            known = known.union(part.ids(), sort=False)
    kept = _without_copies(kept, out, findings)
    ids = pd.Index(sorted(known), name="customer_id")
    return Joined(_facts([p for p in kept if p.role in LISTS], ids, findings), tuple(kept), out)


def _keyed(part: Part, known: pd.Index, findings: list[Finding]) -> Part:
    """The table with the column as key whose values meet the other tables', where the named one's
    do not.
    """
    here = _overlap(part.frame["customer_id"], known)
    if here >= _MEETS:
        return part
    others = {
        c: _overlap(_as_ids(part.frame[c]), known) for c in part.frame if str(c).startswith(EXTRA)
    }
    best = max(others, key=lambda c: (others[c], str(c)), default=None)
    if best is None or others[best] < max(_MEETS, 2 * here):
        return part
    frame = part.frame.assign(customer_id=_as_ids(part.frame[best])).drop(columns=best)
    frame = frame.loc[frame["customer_id"].notna()]
    if part.role in LISTS:
        frame = frame.drop_duplicates("customer_id")
    params = {"file": part.name, "column": str(best).removeprefix(EXTRA), "share": others[best]}
    findings.append(Finding("review", "key_by_values", "data", params))
    return Part(part.role, frame, part.name)


def _overlap(ids: pd.Series, known: pd.Index) -> float:
    mine = pd.Index(ids.dropna().unique())
    return len(mine.intersection(known)) / max(min(len(mine), len(known)), 1)


def _as_ids(values: pd.Series) -> pd.Series:
    """Values as ids are written: 42.0 as 42."""
    if pd.api.types.is_numeric_dtype(values):
        whole = values.dropna()
        if len(whole) and (whole % 1 == 0).all():
            return values.astype("Int64").astype("str").where(values.notna())
    return values.astype("str").where(values.notna())


def _say_strangers(part: Part, base: Part, findings: list[Finding]) -> None:
    params = {"file": part.name, "other": base.name, "count": len(part.ids())}
    first = {
        "here": str(part.ids()[0]) if len(part.ids()) else "",
        "there": str(base.ids()[0]) if len(base.ids()) else "",
    }
    findings.append(Finding("fail", "facts_no_overlap", "data", params | first))


def _say_unmatched(part: Part, known: pd.Index, findings: list[Finding]) -> None:
    """Ids that only one side has, counted on both; that a list has customers without a leaving is
    as it should be.
    """
    mine = part.ids()
    only_here = len(mine.difference(known))
    missing = 0 if part.role == "churn_events" else len(known.difference(mine))
    if only_here or missing:
        params = {
            "file": part.name,
            "only_here": only_here,
            "missing": missing,
            "total": len(known),
        }
        findings.append(Finding("review" if only_here else "ok", "facts_unmatched", "data", params))


def _without_copies(
    parts: list[Part], out: dict[str, list[pd.DataFrame]], findings: list[Finding]
) -> list[Part]:
    """Without rows of money or leavings that a table before already has in every respect: the same
    export twice.
    """
    kept = []
    seen = dict[Role, pd.DataFrame]()
    for part in parts:
        if part.role in LISTS or part.role not in seen:
            kept.append(part)
            seen[part.role] = part.frame
            continue
        on = [c for c in part.frame if c in seen[part.role] and not str(c).startswith((EXTRA, "_"))]
        before = pd.MultiIndex.from_frame(seen[part.role][on])
        copies = pd.MultiIndex.from_frame(part.frame[on]).isin(before)
        if copies.any():
            out.setdefault("row_of_another_file", []).append(part.frame.loc[copies])
            params = {"file": part.name, "count": int(copies.sum())}
            findings.append(Finding("review", "rows_in_two_files", "data", params))
        part = Part(part.role, part.frame.loc[~copies], part.name)
        kept.append(part)
        seen[part.role] = pd.concat([seen[part.role], part.frame], ignore_index=True)
    return kept


def _facts(lists: Sequence[Part], ids: pd.Index, findings: list[Finding]) -> pd.DataFrame:
    """Each field from the first list that knows it; where a later one says otherwise, how often."""
    out: dict[str, pd.Series] = {}
    origin: dict[str, str] = {}
    for part in lists:
        rows = part.frame.drop_duplicates("customer_id").set_index("customer_id")
        names = [str(c) for c in rows if c in FIELDS or str(c).startswith(EXTRA)]
        for name in names:
            values = _plain(rows[name]).reindex(ids)
            if name not in out:
                out[name] = values
                origin[name] = part.name
                continue
            if count := disagreeing(out[name], values):
                params = {"column": name.removeprefix(EXTRA), "count": count, "file": origin[name]}
                findings.append(
                    Finding("review", "facts_disagree", "data", params | {"other": part.name})
                )
            out[name] = _filled(out[name], values)
    return pd.DataFrame(out, index=ids)


def _plain(values: pd.Series) -> pd.Series:
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
