"""What a table is and which column is which: by headings and content, never by position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np

from cxcase.intake.recognition.assign_columns import (
    SURVEYS,
    assign_columns,
    by_content,
    holds_dated_scores,
    moments_by_label,
    rating_columns,
    without_earlier_waves,
)
from cxcase.intake.recognition.column_profile import Profile
from cxcase.intake.recognition.contract_ends import of_leaving, without_running_ends
from cxcase.intake.recognition.employee_survey import employee_columns, of_others
from cxcase.intake.recognition.guess import NOT_USED, Guess, saved_guess
from cxcase.intake.recognition.list_of_steps import says_what_to_do, with_place, with_title
from cxcase.intake.recognition.named_columns import (
    called,
    named_for_all,
    own_headings,
    with_named,
)
from cxcase.intake.recognition.part_roles import (
    MOST_UNIQUE,
    SPREAD,
    by_part_of_year,
    by_period,
    fields_for,
    is_one,
    is_units,
    key_of,
    looks_answered,
    metrics_in,
    names_key,
    names_team,
    nearly_units,
    of_other_parties,
    of_staff,
    tells_newest_year,
    tells_of_customers,
    tells_rows_apart,
    told_of_customers,
    unique_share,
    usable,
    without_a_few,
)
from cxcase.intake.recognition.part_roles import lacks as spread_lacks
from cxcase.intake.recognition.revenue_columns import (
    START,
    ends_of,
    has_years,
    in_parts_of_a_year,
    tells_losses,
    with_revenue,
)
from cxcase.intake.recognition.scores_of_parts import without_scores_of_parts
from cxcase.intake.schema import ITEM, MOMENT, ROLES, Role
from cxcase.intake.tables.find_table import Table
from cxcase.intake.values.cells import Cells, read_numbers
from cxcase.intake.vocabulary.headings import STRONG, clean, fields_of, fit_by_meaning, personal
from cxcase.settings import METRICS

# what needs other tables beside it, or holds no customers at all
_PARTS: tuple[Role, ...] = (*SPREAD, "units")
_ONE_OF: Mapping[str, tuple[str, ...]] = {
    "customers": ("churned", "churn_date"),
    "cx": ("ease", "csat", "nps", "rating", MOMENT),
    "ex": ("engagement", "mean", "enps", "rating", ITEM),
    "recommendations": ("lift_likely", "one_off_cost", "yearly_cost", "moment", "acts_on"),
    "case_studies": ("effect", "likely"),
}
_WEIGHT_NEEDED = 3.0
_WEIGHT_ONE_OF = 2.0
_WEIGHT_OTHER = 1.0
_WEIGHT_RATED = 0.5
_MOST_RATED = 6
# facts that only customers have
_TELLING = {"revenue_start", "revenue_end", "mrr", "churned", "churn_date"}
_RUN = {"subscription_id", "start_date", "end_date"}  # a contract of its own, with both its days
_CUSTOMER_ID = "Customer ID"
_LESS_SURE = 0.7  # what is left of the confidence where the customer's id is only called "id"
_RIVAL = 0.6  # of the best score: from there on another role makes it less sure
_WITH_RIVAL = 0.8
# the most that headings and cells can make sure of; only what a person said is certain
WITHOUT_A_PERSON = 0.95
SURE_ENOUGH = 0.6  # below it a person is asked what a table is, and nothing is built from it
_REVENUE_FITS = 0.9  # how well a heading with its year, or before and after, names revenue
_NOTHING_NAMED: Mapping[str, str] = MappingProxyType({})
_NO_GUESS = Guess(None, 0.0, {})


def recognise(
    table: Table,
    role: Role | None,
    mapping: Mapping[str, Any] | None,
    named: Mapping[str, str] = _NOTHING_NAMED,
) -> Guess:
    """What the table is. role: said by a person; mapping: a saved mapping.json, which wins where it
    fits; named: field -> heading of columns that are known, the others are recognised beside them.
    """
    named = {**named, **named_for_all(mapping, table.headings)}
    saved = saved_guess(table, mapping)
    if saved is not None and not _in_part(saved):
        return saved
    decisions: Mapping[str, Any] = {}
    if saved is not None:
        role = saved.role or role
        named = {**named, **saved.columns}
        decisions = saved.decisions
    guess = _recognised(table, role, named)
    return replace(guess, decisions=decisions)


def _in_part(saved: Guess) -> bool:
    """True for a saved entry that leaves to be recognised what it does not name."""
    if NOT_USED in saved.missing:
        return False
    return saved.role is None or not saved.columns or bool(lacks(saved.role, saved.columns))


def _recognised(table: Table, role: Role | None, named: Mapping[str, str]) -> Guess:
    """What the table is by its headings and content, and the columns that are known."""
    profiles = [Profile(h, table.column(h)) for h in table.headings if not personal(h)]
    said = {f: h for f, h in table.fields.items() if h not in named.values()}
    guess = _guess(called(profiles, named), role, said)
    if guess.role is None and "customer_id" not in named:
        guess = _by_bare_id(profiles, role, table) or guess
    if role is None:
        guess = _or_asked(guess)
    if not named:
        return guess
    columns = own_headings(guess.columns, named)
    if guess.role is not None:
        columns = with_named(columns, named, guess.role)
    return replace(guess, columns=columns)


def _or_asked(guess: Guess) -> Guess:
    """The guess, or the question what the table is where nothing is sure enough."""
    if guess.role is None:
        return guess
    sure = min(guess.confidence, WITHOUT_A_PERSON)
    if sure >= SURE_ENOUGH:
        return replace(guess, confidence=sure, candidates=())
    candidates = guess.candidates or (guess.role,)
    return Guess(None, sure, guess.columns, nearly=guess.role, candidates=candidates)


def _guess(profiles: Sequence[Profile], role: Role | None, said: Mapping[str, str]) -> Guess:
    if role in _PARTS:
        return _as_part(profiles, role)
    usual = _as_usual(profiles, role, said)
    if role is None and (part := _better_part(profiles, usual)) is not None:
        return part
    if role is None and usual.role is None:
        units = _part_columns(profiles, "units")
        if missing := nearly_units(units, profiles):
            return Guess(None, 0.0, units, "units", missing)
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
    if bare is None or not tells_rows_apart(bare):
        return None
    called = [Profile(_CUSTOMER_ID, p.cells) if p is bare else p for p in profiles]
    guess = _guess(called, role, table.fields)
    if guess.columns.get("customer_id") != _CUSTOMER_ID or not _of_customers(guess, table, bare):
        return None
    columns = {**guess.columns, "customer_id": bare.heading}
    return replace(guess, columns=columns, confidence=round(guess.confidence * _LESS_SURE, 2))


def _of_customers(guess: Guess, table: Table, bare: Profile) -> bool:
    """True where what the table holds makes its bare ids those of customers."""
    if guess.role in ("customers", "customer_facts"):
        return guess.role == "customers" or bool(_TELLING & set(guess.columns))
    return guess.role == "cx" and table.format == "plain" and not _running(bare.cells)


def _running(cells: Cells) -> bool:
    """True for whole numbers without a gap: rows that were counted, not customers named."""
    numbers = read_numbers(cells).values
    return bool(np.all(numbers == np.floor(numbers)) and np.ptp(numbers) == len(numbers) - 1)


def is_bare_id(heading: str) -> bool:
    """True for a heading that says "id" and not whose."""
    return clean(heading) == "id"


def _as_usual(profiles: Sequence[Profile], role: Role | None, said: Mapping[str, str]) -> Guess:
    """What the table is of the kinds that stand alone."""
    roles = (role,) if role else ROLES
    if role is None:
        barred = {"ex": of_others(profiles), "customers": of_other_parties(profiles)}
        roles = tuple(r for r in roles if not barred.get(r))
    guesses = [_as_role(profiles, r, said) for r in roles if r not in _PARTS]
    complete = sorted((g for g in guesses if not g[1].missing), key=lambda g: -g[0])
    if complete:
        score, guess = complete[0]
        sure = guess.confidence
        if len(complete) > 1 and complete[1][0] > _RIVAL * score:
            sure *= _WITH_RIVAL
        roles = tuple(g.role for _, g in complete if g.role is not None)
        return Guess(guess.role, round(sure, 2), guess.columns, candidates=roles)
    if of_staff([p.heading for p in profiles]):
        guesses = [g for g in guesses if g[1].role != "customers" or "customer_id" in g[1].columns]
    score, guess = max(guesses, key=lambda g: g[0], default=(0.0, _NO_GUESS))
    if score >= _WEIGHT_NEEDED * STRONG:
        return Guess(None, 0.0, guess.columns, guess.role, guess.missing)
    if role in (None, "cx") and holds_dated_scores(profiles):
        fitted = assign_columns(profiles, fields_of("cx"))
        columns = {n: h for n, (h, _) in fitted.items() if n != "rating"}
        return Guess(None, 0.0, columns, "cx", lacks("cx", columns))
    return _NO_GUESS


def _better_part(profiles: Sequence[Profile], usual: Guess) -> Guess | None:
    """Customer facts in parts, or figures by team, where the table is that rather than one of the
    usual kinds.
    """
    key = usual.columns.get("customer_id")
    no_customers = usual.role in (None, "ex") or (key is not None and not names_key(key))
    if no_customers and names_team(profiles):
        units = _part_columns(profiles, "units")
        if is_units(units, profiles):
            return Guess("units", _certain(profiles, "units", units), units)
    if usual.role in ("ex", "recommendations", "case_studies") or of_other_parties(profiles):
        return None
    own_key = key_of(profiles)
    for role in SPREAD if own_key is not None else ():
        columns = _part_columns(profiles, role, own_key)
        if role == "revenue_periods" and (whole := in_parts_of_a_year(columns, usual)):
            return _with_ratings(whole, profiles)
        if is_one(role, columns, profiles) and not _stays(role, columns, usual, profiles):
            return _with_ratings(Guess(role, _certain(profiles, role, columns), columns), profiles)
    return None


def _stays(
    role: Role, columns: Mapping[str, str], usual: Guess, profiles: Sequence[Profile]
) -> bool:
    """True when a table that could be read as this part is better left as it is usually read."""
    if usual.role == "customers":
        key = next(p for p in profiles if p.heading == usual.columns["customer_id"])
        unique = unique_share(key)
        if role == "revenue_periods" and by_part_of_year(columns, usual.columns):
            return False
        if role == "revenue_periods" and not {*_ONE_OF["customers"]} & set(usual.columns):
            return not tells_newest_year(columns, ends_of(usual.columns))
        if role != "subscriptions" or "revenue_end" in usual.columns:
            return True
        dated = {"start_date", "event_date"} & set(columns)
        if "end_date" in columns and not of_leaving(columns["end_date"]):
            dated.add("end_date")
        if not dated and {*_ONE_OF["customers"]} & set(usual.columns):
            return True  # contracts without days of their own, each with who left or when
        return unique >= MOST_UNIQUE and not set(columns) >= _RUN
    if usual.role == "cx":
        dated = {"responded_at", "respondent_id", "moment"} & set(usual.columns)
        rated = {*METRICS} & set(usual.columns)
        if role == "customer_facts":
            return bool(dated) or not tells_of_customers(columns)
        return bool(rated)
    if role != "customer_facts" or tells_of_customers(columns):
        return False
    taken = set(columns.values())
    survey = assign_columns(profiles, fields_of("cx")).items()
    return looks_answered({name: heading for name, (heading, _) in survey if heading not in taken})


def _as_part(profiles: Sequence[Profile], role: Role) -> Guess:
    """The table as this part, said by a person."""
    columns = _part_columns(profiles, role, key_of(profiles))
    if missing := lacks(role, columns):
        return Guess(None, 0.0, columns, role, missing)
    return _with_ratings(Guess(role, _certain(profiles, role, columns), columns), profiles)


def _part_columns(
    profiles: Sequence[Profile], role: Role, key: Profile | None = None
) -> dict[str, str]:
    """Field -> heading of a table read as this part; key: the column of ids, which units lack."""
    if role == "units":
        fitted = assign_columns(profiles, fields_of(role))
        columns = {name: heading for name, (heading, _) in fitted.items()}
        return columns | moments_by_label(profiles, columns)
    if key is None:
        return {}
    rest = [p for p in usable(role, profiles) if p is not key]
    columns = {n: h for n, (h, _) in assign_columns(rest, fields_for(role)).items()}
    if role == "revenue_periods" and (wide := by_period(rest)):
        columns = {n: h for n, h in columns.items() if n == "currency"} | wide
    if role == "customer_facts":
        columns = with_revenue(without_a_few(columns, profiles), rest)
        columns = without_running_ends(columns, profiles)
    return {"customer_id": key.heading, **columns}


def _certain(profiles: Sequence[Profile], role: Role, columns: Mapping[str, str]) -> float:
    """How sure: the mean fit of the headings that were named."""
    fields = fields_of(role)
    fits = [
        fit_by_meaning(heading, fields[name]) for name, heading in columns.items() if name in fields
    ]
    if fits:
        return round(float(np.mean(fits)), 2)
    return 0.5


def _with_ratings(guess: Guess, profiles: Sequence[Profile]) -> Guess:
    """The guess with the ratings that a list of customers carries beside its facts."""
    if guess.role not in ("customers", "customer_facts"):
        return guess
    rated = metrics_in(without_earlier_waves(profiles), guess.columns)
    return replace(guess, columns={**guess.columns, **rated})


def lacks(role: Role, columns: Mapping[str, str]) -> tuple[str, ...]:
    """The needed fields of a role that the columns do not give; of alternatives the first."""
    if role in _PARTS:
        return spread_lacks(role, columns)
    missing = tuple(
        n
        for n, f in fields_of(role).items()
        if f.needed and n not in columns and not (n == START and has_years(columns))
    )
    if role == "recommendations" and not says_what_to_do(columns):
        return (*missing, "lift_likely")
    one_of = _ONE_OF.get(role, ())
    lost_by_end = role == "customers" and ends_of(columns) is not None
    if one_of and not lost_by_end and not _alternatives(role, columns):
        return (*missing, one_of[0])
    return missing


def _alternatives(role: Role, columns: Mapping[str, str]) -> list[str]:
    """The columns that are among those of which the role needs one."""
    one_of = _ONE_OF.get(role, ())
    families = tuple(name for name in one_of if name.endswith(":"))
    return [name for name in columns if name in one_of or name.startswith(families)]


def _as_role(
    profiles: Sequence[Profile], role: Role, said: Mapping[str, str]
) -> tuple[float, Guess]:
    """How much speaks for this role, and its columns."""
    fields = fields_of(role)
    if role == "ex" and any(told_of_customers(p.heading) for p in profiles):
        return 0.0, Guess(role, 0.0, {}, missing=("team",))
    profiles = without_earlier_waves(profiles) if role in SURVEYS else profiles
    fitted = assign_columns(profiles, fields, said if role in SURVEYS else {})
    if role == "cx":
        fitted = without_scores_of_parts(fitted, profiles)
        if "moment" not in fitted:
            fitted.pop("rating", None)
    columns = {name: heading for name, (heading, _) in fitted.items()}
    columns |= by_content(profiles, columns, role)
    if role == "customers":
        columns = without_running_ends(with_revenue(columns, profiles), profiles)
    columns = with_title(with_place(columns, role), role)
    columns |= rating_columns(profiles, set(columns.values()), role, columns)
    if role == "ex":
        columns = employee_columns(profiles, columns)
    needed = [name for name, f in fields.items() if f.needed]
    have = _alternatives(role, columns)
    weights = {
        **dict.fromkeys(columns, _WEIGHT_OTHER),
        **dict.fromkeys(have, _WEIGHT_ONE_OF),
        **dict.fromkeys(needed, _WEIGHT_NEEDED),
    }
    score = sum((weights[name] * fitted[name][1] for name in columns if name in fitted), 0.0)
    if role == "customers" and START not in fitted:
        score += _WEIGHT_NEEDED * _REVENUE_FITS * (START in columns or has_years(columns))
    rated = sum(name.startswith((MOMENT, ITEM)) for name in columns)
    score += _WEIGHT_RATED * min(rated, _MOST_RATED)
    certain = [fitted[name][1] for name in (*needed, *have) if name in fitted]
    sure = float(np.mean(certain)) if certain else 0.5
    missing = lacks(role, columns)
    if role == "customers" and not missing and not have and not tells_losses(profiles, columns):
        missing = _ONE_OF[role][:1]
    return score, Guess(role, sure, columns, missing=missing)
