"""What a table is and which column is which: by headings and content together, never by position."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from cxcase.intake.cells import Cells, blank, read_ids, read_numbers, share
from cxcase.intake.column import Column
from cxcase.intake.dated import dated_headings
from cxcase.intake.dates import read_dates
from cxcase.intake.flags import read_flags
from cxcase.intake.grid import Table
from cxcase.intake.headings import STRONG, Field, clean, fields_of, fit, personal, spoken
from cxcase.intake.hints import about_importance, labelled_scale
from cxcase.intake.ratings import likert_like, read_ratings
from cxcase.intake.result import ROLES, Role
from cxcase.intake.spread import (
    MOST_UNIQUE,
    SPREAD,
    by_period,
    fields_for,
    is_one,
    is_units,
    key_of,
    looks_answered,
    metrics_in,
    names_key,
    names_team,
    tells_of_customers,
    unique_share,
    usable,
    without_a_few,
)
from cxcase.intake.spread import lacks as spread_lacks
from cxcase.settings import METRICS

SAMPLE = 400  # cells a column is judged by
_LOOKED_AT = 4 * SAMPLE  # filled cells that these are chosen from, as some only say that there is nothing
MOMENT, ITEM = "moment:", "item:"
NOT_USED = "not_used"  # what a table "lacks" that a person said is not to be used
_VARIED = 12  # this many different cells could be ids, however often each stands there
_MOST = 0.6  # share of a column that has to be of its field's kind
_PARTS: tuple[Role, ...] = (*SPREAD, "units")  # what needs other tables beside it, or holds no customers at all
_ONE_OF: Mapping[str, tuple[str, ...]] = {
    "customers": ("churned", "churn_date"),
    "cx": ("ease", "csat", "nps", "rating", MOMENT),
    "ex": ("engagement", "mean", "enps", ITEM),
}
_WEIGHT_NEEDED, _WEIGHT_ONE_OF, _WEIGHT_OTHER, _WEIGHT_RATED, _MOST_RATED = 3.0, 2.0, 1.0, 0.5, 6
_NO_RATING = re.compile(
    r"\b(age|alter|tenure|years?|months?|days?|number of|no of|count|qty|quantity|visits|calls|tickets|orders|revenue|"
    r"price|amount|spend|distance|delay|duration|minutes|seconds|progress|finished|channel|wave|quarter|employees|"
    r"headcount|size|sites|products|licen[cs]es|seats|id|status|churn|cltv|lifetime|label|flag|code|row|index)\b"
)
_NOTHING_SAID: Mapping[str, str] = MappingProxyType({})
_SURVEYS = ("cx", "ex")  # the roles whose tables survey tools write
_OF_CUSTOMERS = ("customer_id", "revenue_start", "revenue_end")
_MATCHED = 0.8  # share of headings that a saved mapping and a table must have in common


@dataclass(frozen=True)
class Guess:
    """A table's role (None: none), how sure, field -> heading, and what a nearly recognised role lacks."""

    role: Role | None
    confidence: float
    columns: Mapping[str, str]
    nearly: Role | None = None
    missing: tuple[str, ...] = ()
    decisions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class Profile:
    """A column by a sample of its cells, each share worked out when first asked for."""

    heading: str
    cells: Cells

    @cached_property
    def sample(self) -> list[Any]:
        """Up to SAMPLE filled cells, spread over the column."""
        column = Column.of(self.cells)
        rows = np.flatnonzero(column.filled)
        spread = rows[:: max(1, len(rows) // _LOOKED_AT)]
        filled = [c for c in (column[int(k)] for k in spread) if not blank(c)]
        return filled[:: max(1, len(filled) // SAMPLE)][:SAMPLE]

    @cached_property
    def numbers(self) -> float:
        """Share of the sample that is a number."""
        return share(~np.isnan(read_numbers(self.sample).values))

    @cached_property
    def dates(self) -> float:
        """Share that is a date; plain numbers do not count, as text neither: they may as well be ids."""
        text = [None if _bare(c) else c for c in self.sample]
        return share(~np.isnat(read_dates(text).values))

    @cached_property
    def flags(self) -> float:
        """Share that says yes or no."""
        return share([v is not None for v in read_flags(self.sample).values])

    @cached_property
    def ratings(self) -> float:
        """Share that is a mark from 0 to 100, in numbers or words."""
        values = read_ratings(self.sample).values
        return share((values >= 0) & (values <= 100))

    @cached_property
    def likert(self) -> bool:
        """True when the cells are marks on a usual rating scale."""
        return likert_like(self.sample)

    @cached_property
    def length(self) -> float:
        """Characters of a middling cell."""
        return float(np.median([len(str(c)) for c in self.sample])) if self.sample else 0.0

    @cached_property
    def varied(self) -> bool:
        """True when the cells could tell customers apart: many different ones for how many there are."""
        return len(set(self.sample)) >= min(_VARIED, 0.3 * len(self.sample))

    def is_a(self, kind: str) -> float:
        """1 when the content fits a field's kind, 0.75 when there is none to judge by, 0 when it does not."""
        if not self.sample:
            return 0.75
        fits = {
            "id": self.dates < 0.5 and self.length <= 60 and (self.varied or self._lost_digits()),
            "text": self.dates < 0.5 and self.length <= 100,
            "period": self.length <= 40 and self.flags < 0.5,
            "prose": self.numbers < 0.5 and self.dates < 0.5,
            "list": self.length <= 200,
            "number": self.numbers >= _MOST,
            "money": self.numbers >= _MOST and self.dates < 0.5,
            "date": self.dates >= _MOST or (self.dates == 0 and self._serial_dates()),
            "flag": self.flags >= _MOST,
            "rating": self.ratings >= _MOST and self.dates < 0.5,
        }
        return float(fits[kind])

    def _lost_digits(self) -> bool:
        """True for long ids that a spreadsheet program has made alike: they are set aside with their reason."""
        return share(read_ids(self.sample).bad) >= _MOST

    def _serial_dates(self) -> bool:
        return all(map(_bare, self.sample)) and share(~np.isnat(read_dates(self.sample).values)) >= _MOST


def _bare(cell: Any) -> bool:
    """True for a number, also one written as text, without any sign but a decimal point."""
    return isinstance(cell, int | float) or (isinstance(cell, str) and cell.replace(".", "", 1).isdecimal())


def recognise(table: Table, role: Role | None, mapping: Mapping[str, Any] | None) -> Guess:
    """What the table is. role: said by a person; mapping: a saved mapping.json, which wins where it fits."""
    saved = _saved(table, mapping)
    if saved is not None and saved.columns:
        return saved
    if saved is not None:
        if saved.role is None:
            return Guess(None, 1.0, {}, missing=(NOT_USED,))
        role = saved.role
    profiles = [Profile(h, table.column(h)) for h in table.headings if not personal(h)]
    if role in _PARTS:
        return _as_part(profiles, role)
    usual = _as_usual(profiles, role, table.fields)
    if role is None and (part := _better_part(profiles, usual)) is not None:
        return part
    return _with_ratings(usual, profiles) if usual.role == "customers" else usual


def _as_usual(profiles: Sequence[Profile], role: Role | None, said: Mapping[str, str]) -> Guess:
    """What the table is of the kinds that stand alone."""
    guesses = [_as_role(profiles, r, said) for r in ((role,) if role else ROLES) if r not in _PARTS]
    ready = sorted((g for g in guesses if not g[1].missing), key=lambda g: -g[0])
    if ready:
        best, guess = ready[0]
        rival = ready[1][0] if len(ready) > 1 else 0.0
        sure = guess.confidence * (1.0 if rival <= 0.6 * best else 0.8)
        return Guess(guess.role, round(sure, 2), guess.columns)
    near = max(guesses, key=lambda g: g[0], default=None)
    if near and near[0] >= _WEIGHT_NEEDED * STRONG:
        return Guess(None, 0.0, near[1].columns, near[1].role, near[1].missing)
    return Guess(None, 0.0, {})


def _saved(table: Table, mapping: Mapping[str, Any] | None) -> Guess | None:
    """The saved entry whose headings are most like this table's, if they are like enough and its columns are there."""
    here = set(table.headings)
    best, found = _MATCHED, None
    for entry in (mapping or {}).get("tables", ()):
        there = set(entry.get("match", {}).get("headings", ()))
        alike = len(here & there) / max(len(here | there), 1)
        columns = entry.get("columns", {})
        if alike >= best and set(columns.values()) <= here:
            best = alike
            found = Guess(entry.get("role"), 1.0, dict(columns), decisions=dict(entry.get("decisions", {})))
    return found


def _better_part(profiles: Sequence[Profile], usual: Guess) -> Guess | None:
    """Customer facts in parts, or figures by team, where the table is that rather than one of the usual kinds."""
    key = usual.columns.get("customer_id")
    if (usual.role in (None, "ex") or (key is not None and not names_key(key))) and names_team(profiles):
        units = _part_columns(profiles, "units")
        if is_units(units, profiles):
            return Guess("units", _certain(profiles, "units", units), units)
    if usual.role in ("ex", "recommendations", "case_studies"):
        return None
    own_key = key_of(profiles)
    for role in SPREAD if own_key is not None else ():
        columns = _part_columns(profiles, role, own_key)
        if is_one(role, columns, profiles) and not _stays(role, columns, usual, profiles):
            return _with_ratings(Guess(role, _certain(profiles, role, columns), columns), profiles)
    return None


def _stays(role: Role, columns: Mapping[str, str], usual: Guess, profiles: Sequence[Profile]) -> bool:
    """True when a table that could be read as this part is better left as it is usually read."""
    if usual.role == "customers":
        unique = unique_share(next(p for p in profiles if p.heading == usual.columns["customer_id"]))
        return role != "subscriptions" or unique >= MOST_UNIQUE or "revenue_end" in usual.columns
    if usual.role == "cx":
        dated = {"responded_at", "respondent_id", "moment"} & set(usual.columns)
        rated = {*METRICS} & set(usual.columns)
        if role == "customer_facts":
            return bool(dated) or not tells_of_customers(columns)
        return bool(rated)
    taken = set(columns.values())
    survey = {name for name, (heading, _) in _assign(profiles, fields_of("cx")).items() if heading not in taken}
    return role == "customer_facts" and not tells_of_customers(columns) and looks_answered(dict.fromkeys(survey, ""))


def _as_part(profiles: Sequence[Profile], role: Role) -> Guess:
    """The table as this part, said by a person."""
    columns = _part_columns(profiles, role, key_of(profiles))
    if missing := lacks(role, columns):
        return Guess(None, 0.0, columns, role, missing)
    return _with_ratings(Guess(role, _certain(profiles, role, columns), columns), profiles)


def _part_columns(profiles: Sequence[Profile], role: Role, key: Profile | None = None) -> dict[str, str]:
    """Field -> heading of a table read as this part; key: the column of customers' ids, which figures by team lack."""
    if role == "units":
        fitted = _assign(profiles, fields_of(role))
        columns = {name: heading for name, (heading, _) in fitted.items()}
        return columns | _moments_by_label(profiles, columns)
    if key is None:
        return {}
    rest = [p for p in usable(role, profiles) if p is not key]
    columns = {n: h for n, (h, _) in _assign(rest, fields_for(role)).items()}
    if role == "revenue_periods" and (wide := by_period(rest)):
        columns = {n: h for n, h in columns.items() if n == "currency"} | wide
    if role == "customer_facts":
        columns = without_a_few(columns, profiles)
    return {"customer_id": key.heading, **columns}


def _moments_by_label(profiles: Sequence[Profile], columns: Mapping[str, str]) -> dict[str, str]:
    """Means of moments in figures by team: columns that nothing else claims and whose heading states a scale."""
    free = [p.heading for p in profiles if p.heading not in columns.values() and p.is_a("rating") == 1]
    return {f"{MOMENT}{name}": heading for heading, name in _named([h for h in free if labelled_scale(h)])}


def _certain(profiles: Sequence[Profile], role: Role, columns: Mapping[str, str]) -> float:
    """How sure: the mean fit of the headings that were named."""
    fields = fields_of(role)
    fits = [fit(heading, fields[name]) for name, heading in columns.items() if name in fields]
    return round(float(np.mean(fits)), 2) if fits else 0.5


def _with_ratings(guess: Guess, profiles: Sequence[Profile]) -> Guess:
    """The guess with the ratings that a list of customers carries beside its facts."""
    if guess.role not in ("customers", "customer_facts"):
        return guess
    return replace(guess, columns={**guess.columns, **metrics_in(profiles, guess.columns)})


def lacks(role: Role, columns: Mapping[str, str]) -> tuple[str, ...]:
    """The needed fields of a role that the columns do not give; of alternatives the first."""
    if role in _PARTS:
        return spread_lacks(role, columns)
    one_of = _ONE_OF.get(role, ())
    have = [c for c in columns if c in one_of or any(c.startswith(o) for o in one_of if o.endswith(":"))]
    missing = tuple(n for n, f in fields_of(role).items() if f.needed and n not in columns)
    return missing + (() if have or not one_of else (one_of[0],))


def _as_role(profiles: Sequence[Profile], role: Role, said: Mapping[str, str]) -> tuple[float, Guess]:
    """How much speaks for this role, and its columns."""
    fields = fields_of(role)
    if role == "ex" and any(_names_customer(p) for p in profiles):
        return 0.0, Guess(role, 0.0, {}, missing=("team",))
    fitted = _assign(profiles, fields, said if role in _SURVEYS else {})
    if role == "cx" and "moment" not in fitted:
        fitted.pop("rating", None)
    columns = {name: heading for name, (heading, _) in fitted.items()}
    columns |= _by_content(profiles, columns, role)
    columns |= _rated(profiles, set(columns.values()), role, columns)
    needed = [name for name, f in fields.items() if f.needed]
    one_of = _ONE_OF.get(role, ())
    have = [c for c in columns if c in one_of or any(c.startswith(o) for o in one_of if o.endswith(":"))]
    missing = lacks(role, columns)
    score, rated = 0.0, 0
    for name in columns:
        rated += name.startswith((MOMENT, ITEM))
        if name in fitted:
            weight = _WEIGHT_NEEDED if name in needed else _WEIGHT_ONE_OF if name in have else _WEIGHT_OTHER
            score += weight * fitted[name][1]
    score += _WEIGHT_RATED * min(rated, _MOST_RATED)
    certain = [fitted[n][1] for n in (*needed, *have) if n in fitted]
    return score, Guess(role, float(np.mean(certain)) if certain else 0.5, columns, missing=missing)


def _by_content(profiles: Sequence[Profile], columns: Mapping[str, str], role: Role) -> dict[str, str]:
    """Fields that no heading names but the content gives away: the only free date of a survey, a later revenue."""
    free = [p for p in profiles if p.heading not in columns.values()]
    if role in ("cx", "ex") and "responded_at" not in columns:
        dates = [p.heading for p in free if p.sample and p.dates >= _MOST]
        return {"responded_at": dates[0]} if len(dates) == 1 else {}
    if role == "customers" and "revenue_start" in columns and "revenue_end" not in columns:
        start, dated = columns["revenue_start"], dated_headings([p.heading for p in free if p.is_a("money") == 1])
        own = dated_headings([start])
        later = [(day, h) for h, (stem, day) in dated.items() if start in own and stem == own[start][0]]
        if later:
            ordered = sorted([*later, (own[start][1], start)])
            return {"revenue_start": ordered[0][1], "revenue_end": ordered[-1][1]}
    return {}


def _names_customer(profile: Profile) -> bool:
    """True for a column that no employee survey has: a customer's id or revenue."""
    return any(fit(profile.heading, fields_of("customers")[name]) == 1.0 for name in _OF_CUSTOMERS)


def _assign(
    profiles: Sequence[Profile], fields: Mapping[str, Field], said: Mapping[str, str] = _NOTHING_SAID
) -> dict[str, tuple[str, float]]:
    """Field -> (heading, fit), the best pairs first, each heading and each field once. said: what the format knows."""
    pairs = []
    for order, (name, one) in enumerate(fields.items()):
        for profile in profiles:
            named = fit(profile.heading, one)
            marks = one.kind == "text" and named < 1 and profile.numbers > 0.9 and profile.likert
            score = named * profile.is_a(one.kind) if named >= STRONG and not marks else 0.0
            if score >= STRONG * 0.75:
                words = clean(profile.heading)
                pairs.append((-score, order, words != name.replace("_", " "), words, profile.heading, name))
    here = {p.heading for p in profiles if p.sample}
    taken: dict[str, tuple[str, float]] = {f: (h, 1.0) for f, h in said.items() if f in fields and h in here}
    used: set[str] = {h for h, _ in taken.values()}
    for score, _, _, _, heading, name in sorted(pairs):
        if name not in taken and heading not in used:
            taken[name] = (heading, -score)
            used.add(heading)
    return {name: taken[name] for name in fields if name in taken}


def _rated(profiles: Sequence[Profile], used: set[str], role: Role, columns: Mapping[str, str]) -> dict[str, str]:
    """The rating columns that no field claims: moments of a survey, items of an employee survey."""
    if role == "cx" and not ({"moment", "rating"} <= set(columns)):
        free = [p.heading for p in profiles if p.heading not in used and _rates(p)]
        return {f"{MOMENT}{name}": heading for heading, name in _named(free)}
    if role == "ex" and not ({"engagement", "mean"} & set(columns)):
        free = [p.heading for p in profiles if p.heading not in used and _rates(p)]
        return {f"{ITEM}{k}": heading for k, heading in enumerate(free, start=1)}
    return {}


def _rates(profile: Profile) -> bool:
    if not profile.likert or about_importance(profile.heading):
        return False
    return profile.numbers < 0.5 or not _NO_RATING.search(clean(profile.heading))


def _named(headings: Sequence[str]) -> list[tuple[str, str]]:
    """(heading, readable name); names that would be the same keep their headings."""
    names = [spoken(h) for h in headings]
    return [(h, n if names.count(n) == 1 else h) for h, n in zip(headings, names, strict=True)]
