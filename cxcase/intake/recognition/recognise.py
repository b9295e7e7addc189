"""What a table is and which column is which: by headings and content together, never by position."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from cxcase.intake.recognition.column_profile import MOST, Profile
from cxcase.intake.recognition.part_roles import (
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
from cxcase.intake.recognition.part_roles import lacks as spread_lacks
from cxcase.intake.schema import ITEM, MOMENT, ROLES, Role
from cxcase.intake.tables.find_table import Table
from cxcase.intake.values.cells import Cells, read_numbers
from cxcase.intake.values.column import Column
from cxcase.intake.values.heading_dates import dated_headings
from cxcase.intake.vocabulary.headings import STRONG, Field, clean, fields_of, fit, personal, spoken
from cxcase.intake.vocabulary.scale_hints import about_importance, labelled_scale
from cxcase.settings import METRICS

NOT_USED = "not_used"  # what a table "lacks" that a person said is not to be used
_PARTS: tuple[Role, ...] = (
    *SPREAD,
    "units",
)  # what needs other tables beside it, or holds no customers at all
_ONE_OF: Mapping[str, tuple[str, ...]] = {
    "customers": ("churned", "churn_date"),
    "cx": ("ease", "csat", "nps", "rating", MOMENT),
    "ex": ("engagement", "mean", "enps", ITEM),
}
_WEIGHT_NEEDED = 3.0
_WEIGHT_ONE_OF = 2.0
_WEIGHT_OTHER = 1.0
_WEIGHT_RATED = 0.5
_MOST_RATED = 6
_NO_RATING = re.compile(
    r"\b(age|alter|tenure|years?|months?|days?|number of|no of|count|qty|quantity|visits|calls|tickets|orders|revenue|"
    r"price|amount|spend|distance|delay|duration|minutes|seconds|progress|finished|channel|wave|quarter|employees|"
    r"headcount|size|sites|products|licen[cs]es|seats|id|status|churn|cltv|lifetime|label|flag|code|row|index)\b"
)
_NOTHING_SAID: Mapping[str, str] = MappingProxyType({})
_SURVEYS = ("cx", "ex")  # the roles whose tables survey tools write
_OF_CUSTOMERS = ("customer_id", "revenue_start", "revenue_end")
_TELLING = {
    "revenue_start",
    "revenue_end",
    "mrr",
    "churned",
    "churn_date",
}  # facts that only customers have
_CUSTOMER_ID = "Customer ID"
_LESS_SURE = 0.7  # what is left of the confidence where the customer's id is only called "id"
_MATCHED = 0.8  # share of headings that a saved mapping and a table must have in common


@dataclass(frozen=True)
class Guess:
    """A table's role (None: none), how sure, field -> heading, and what a nearly recognised role
    lacks.
    """

    role: Role | None
    confidence: float
    columns: Mapping[str, str]
    nearly: Role | None = None
    missing: tuple[str, ...] = ()
    decisions: Mapping[str, Any] = field(default_factory=dict)


def recognise(table: Table, role: Role | None, mapping: Mapping[str, Any] | None) -> Guess:
    """What the table is. role: said by a person; mapping: a saved mapping.json, which wins where it
    fits.
    """
    saved = _saved(table, mapping)
    if saved is not None and saved.columns:
        return saved
    if saved is not None:
        if saved.role is None:
            return Guess(None, 1.0, {}, missing=(NOT_USED,))
        role = saved.role
    profiles = [Profile(h, table.column(h)) for h in table.headings if not personal(h)]
    guess = _guess(profiles, role, table.fields)
    if guess.role is not None:
        return guess
    return _by_bare_id(profiles, role, table) or guess


def _guess(profiles: Sequence[Profile], role: Role | None, said: Mapping[str, str]) -> Guess:
    if role in _PARTS:
        return _as_part(profiles, role)
    usual = _as_usual(profiles, role, said)
    if role is None and (part := _better_part(profiles, usual)) is not None:
        return part
    if usual.role == "customers":
        return _with_ratings(usual, profiles)
    return usual


def _by_bare_id(profiles: Sequence[Profile], role: Role | None, table: Table) -> Guess | None:
    """A list of customers, facts about them or a plain survey, its ids under "id" alone, a
    different one in each row.

    Not subscriptions or leavings, nor a survey's running numbers: there such an id tells rows
    apart, not customers.
    """
    bare = next((p for p in profiles if is_bare_id(p.heading)), None)
    if (
        bare is None
        or bare.is_a("id") < 1
        or not Column.of(bare.cells).filled.all()
        or unique_share(bare) < 1
    ):
        return None
    called = [Profile(_CUSTOMER_ID, p.cells) if p is bare else p for p in profiles]
    guess = _guess(called, role, table.fields)
    told = guess.role == "customers" or (
        guess.role == "customer_facts" and _TELLING & set(guess.columns)
    )
    told = told or (guess.role == "cx" and table.format == "plain" and not _running(bare.cells))
    if not told or guess.columns.get("customer_id") != _CUSTOMER_ID:
        return None
    columns = {**guess.columns, "customer_id": bare.heading}
    return replace(guess, columns=columns, confidence=round(guess.confidence * _LESS_SURE, 2))


def _running(cells: Cells) -> bool:
    """True for whole numbers without a gap: rows that were counted, not customers that were named."""
    numbers = read_numbers(cells).values
    return bool(np.all(numbers == np.floor(numbers)) and np.ptp(numbers) == len(numbers) - 1)


def is_bare_id(heading: str) -> bool:
    """True for a heading that says "id" and not whose."""
    return clean(heading) == "id"


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
    """The saved entry whose headings are most like this table's, if they are like enough and its
    columns are there.
    """
    here = set(table.headings)
    best = _MATCHED
    found = None
    for entry in (mapping or {}).get("tables", ()):
        there = set(entry.get("match", {}).get("headings", ()))
        alike = len(here & there) / max(len(here | there), 1)
        columns = entry.get("columns", {})
        if alike >= best and set(columns.values()) <= here:
            best = alike
            found = Guess(
                entry.get("role"), 1.0, dict(columns), decisions=dict(entry.get("decisions", {}))
            )
    return found


def _better_part(profiles: Sequence[Profile], usual: Guess) -> Guess | None:
    """Customer facts in parts, or figures by team, where the table is that rather than one of the
    usual kinds.
    """
    key = usual.columns.get("customer_id")
    if (usual.role in (None, "ex") or (key is not None and not names_key(key))) and names_team(
        profiles
    ):
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


def _stays(
    role: Role, columns: Mapping[str, str], usual: Guess, profiles: Sequence[Profile]
) -> bool:
    """True when a table that could be read as this part is better left as it is usually read."""
    if usual.role == "customers":
        unique = unique_share(
            next(p for p in profiles if p.heading == usual.columns["customer_id"])
        )
        return role != "subscriptions" or unique >= MOST_UNIQUE or "revenue_end" in usual.columns
    if usual.role == "cx":
        dated = {"responded_at", "respondent_id", "moment"} & set(usual.columns)
        rated = {*METRICS} & set(usual.columns)
        if role == "customer_facts":
            return bool(dated) or not tells_of_customers(columns)
        return bool(rated)
    taken = set(columns.values())
    survey = {
        name
        for name, (heading, _) in _assign(profiles, fields_of("cx")).items()
        if heading not in taken
    }
    return (
        role == "customer_facts"
        and not tells_of_customers(columns)
        and looks_answered(dict.fromkeys(survey, ""))
    )


def _as_part(profiles: Sequence[Profile], role: Role) -> Guess:
    """The table as this part, said by a person."""
    columns = _part_columns(profiles, role, key_of(profiles))
    if missing := lacks(role, columns):
        return Guess(None, 0.0, columns, role, missing)
    return _with_ratings(Guess(role, _certain(profiles, role, columns), columns), profiles)


def _part_columns(
    profiles: Sequence[Profile], role: Role, key: Profile | None = None
) -> dict[str, str]:
    """Field -> heading of a table read as this part; key: the column of customers' ids, which
    figures by team lack.
    """
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
    """Means of moments in figures by team: columns that nothing else claims and whose heading
    states a scale.
    """
    free = [
        p.heading for p in profiles if p.heading not in columns.values() and p.is_a("rating") == 1
    ]
    return {
        f"{MOMENT}{name}": heading
        for heading, name in _named([h for h in free if labelled_scale(h)])
    }


def _certain(profiles: Sequence[Profile], role: Role, columns: Mapping[str, str]) -> float:
    """How sure: the mean fit of the headings that were named."""
    fields = fields_of(role)
    fits = [fit(heading, fields[name]) for name, heading in columns.items() if name in fields]
    if fits:
        return round(float(np.mean(fits)), 2)
    return 0.5


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
    have = [
        c for c in columns if c in one_of or any(c.startswith(o) for o in one_of if o.endswith(":"))
    ]
    missing = tuple(n for n, f in fields_of(role).items() if f.needed and n not in columns)
    return missing + (() if have or not one_of else (one_of[0],))


def _as_role(
    profiles: Sequence[Profile], role: Role, said: Mapping[str, str]
) -> tuple[float, Guess]:
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
    have = [
        c for c in columns if c in one_of or any(c.startswith(o) for o in one_of if o.endswith(":"))
    ]
    missing = lacks(role, columns)
    score = 0.0
    rated = 0
    for name in columns:
        rated += name.startswith((MOMENT, ITEM))
        if name in fitted:
            if name in needed:
                weight = _WEIGHT_NEEDED
            elif name in have:
                weight = _WEIGHT_ONE_OF
            else:
                weight = _WEIGHT_OTHER
            score += weight * fitted[name][1]
    score += _WEIGHT_RATED * min(rated, _MOST_RATED)
    certain = [fitted[n][1] for n in (*needed, *have) if n in fitted]
    return score, Guess(role, float(np.mean(certain)) if certain else 0.5, columns, missing=missing)


def _by_content(
    profiles: Sequence[Profile], columns: Mapping[str, str], role: Role
) -> dict[str, str]:
    """Fields that no heading names but the content gives away: the only free date of a survey, a
    later revenue.
    """
    free = [p for p in profiles if p.heading not in columns.values()]
    if role in ("cx", "ex") and "responded_at" not in columns:
        dates = [p.heading for p in free if p.sample and p.dates >= MOST]
        if len(dates) == 1:
            return {"responded_at": dates[0]}
        return {}
    if role == "customers" and "revenue_start" in columns and "revenue_end" not in columns:
        start = columns["revenue_start"]
        dated = dated_headings([p.heading for p in free if p.is_a("money") == 1])
        own = dated_headings([start])
        later = [
            (day, h) for h, (stem, day) in dated.items() if start in own and stem == own[start][0]
        ]
        if later:
            ordered = sorted([*later, (own[start][1], start)])
            return {"revenue_start": ordered[0][1], "revenue_end": ordered[-1][1]}
    return {}


def _names_customer(profile: Profile) -> bool:
    """True for a column that no employee survey has: a customer's id or revenue."""
    return any(fit(profile.heading, fields_of("customers")[name]) == 1.0 for name in _OF_CUSTOMERS)


def _assign(
    profiles: Sequence[Profile],
    fields: Mapping[str, Field],
    said: Mapping[str, str] = _NOTHING_SAID,
) -> dict[str, tuple[str, float]]:
    """Field -> (heading, fit), the best pairs first, each heading and each field once. said: what
    the format knows.
    """
    pairs = []
    for order, (name, one) in enumerate(fields.items()):
        for profile in profiles:
            named = fit(profile.heading, one)
            marks = one.kind == "text" and named < 1 and profile.numbers > 0.9 and profile.likert
            score = named * profile.is_a(one.kind) if named >= STRONG and not marks else 0.0
            if score >= STRONG * 0.75:
                words = clean(profile.heading)
                pairs.append(
                    (-score, order, words != name.replace("_", " "), words, profile.heading, name)
                )
    here = {p.heading for p in profiles if p.sample}
    taken: dict[str, tuple[str, float]] = {
        f: (h, 1.0) for f, h in said.items() if f in fields and h in here
    }
    used: set[str] = {h for h, _ in taken.values()}
    for score, _, _, _, heading, name in sorted(pairs):
        if name not in taken and heading not in used:
            taken[name] = (heading, -score)
            used.add(heading)
    return {name: taken[name] for name in fields if name in taken}


def _rated(
    profiles: Sequence[Profile], used: set[str], role: Role, columns: Mapping[str, str]
) -> dict[str, str]:
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
