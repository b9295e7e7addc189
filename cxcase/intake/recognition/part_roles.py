"""Tables that hold customer facts in parts (lists, subscriptions, leavings, periods), or units."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from cxcase.intake.recognition.assign_columns import (
    OF_CUSTOMER,
    assign_columns,
    marks_not_money,
)
from cxcase.intake.recognition.revenue_columns import has_years
from cxcase.intake.schema import PERIOD, Role
from cxcase.intake.values.column import Column
from cxcase.intake.values.periods import (
    period_and_rest,
    period_headings,
    period_of,
    years_beside,
)
from cxcase.intake.vocabulary.headings import (
    STRONG,
    Field,
    clean,
    fields_of,
    fit,
    fit_by_meaning,
    means,
)
from cxcase.intake.vocabulary.money_headings import (
    no_actual_money,
    of_part_of_a_range,
    speaks_of_other_than_amounts,
)
from cxcase.settings import METRICS
from cxcase.time_units import YEAR_MONTHS

if TYPE_CHECKING:
    from cxcase.intake.recognition.column_profile import Profile

SPREAD: tuple[Role, ...] = (
    "revenue_periods",
    "subscriptions",
    "churn_events",
    "customer_facts",
)  # tried in this order
MOST_UNIQUE = 0.8  # share of different ids among rows from which a table holds a row a customer
_KEY = 0.82  # how well a heading must name a customer's id
_ALWAYS = 0.95  # share of filled leaving dates from which a table lists leavings, not customers
# share of cells that must name a day or a period, and of rows that must be a team's only one in it
_NAMED = 0.9
_LONELY = 0.5  # share of different teams among rows above which they are no teams
_SEVERAL = 3  # columns by period from which they are no start and end
_AMOUNTS = ("arr", "mrr", "amount")
_LOSS = ("churned", "churn_date")
_MONEY = ("revenue_start", "revenue_end", "mrr")
_OF_STAFF = re.compile(
    r"\b(employees?|staff|salary|wages?|pay rate|hired?|job|manager|personnel|mitarbeiter|salarié"
    r"|empleado)\b"
)
# lists of suppliers, and of deals that nobody has signed yet
_SUPPLIER = re.compile(
    r"^(suppliers?|vendors?|lieferanten?|kreditor(en)?|fournisseurs?|proveedor(es)?|fornitor[ei]"
    r"|leveranciers?)( ?(id|no|nr|number|code|name|nummer))?$"
)
_DEAL = re.compile(
    r"^(opportunit(y|ies)|deals?|leads?|quotes?|pipeline|angebote?|verkaufschancen?|opportunités?)"
    r"( ?(id|no|nr|number|ref|name|owner|type))?$"
)
_STAGE = re.compile(
    r"^(sales |deal |opportunity )?(stage|phase|pipeline|probability|forecast category|win"
    r" probability|wahrscheinlichkeit|étape|etapa)( %)?$"
)
_SO_FAR = re.compile(
    r"\b(total|lifetime|cumulative|to date|ltv|clv|cltv|gesamt|cumulé|acumulado)\b"
)
_OF_A_SURVEY = ("respondent_id", "responded_at", "comment", "moment")
_FIGURES = {
    "ex": ("ex",),
    "cx": (*METRICS, "nps_net"),
    "money": ("revenue", "revenue_start", "revenue_end"),
    "churn": ("churn_rate",),
}


# what tells a part of a customer list apart from any table of days and amounts: one of each
_TELLING_PARTS: Mapping[Role, tuple[tuple[str, ...], ...]] = {
    "subscriptions": (
        ("start_date",),
        ("end_date", "status", "billing_frequency", "event_type", "arr", "mrr"),
    ),
    "churn_events": (("churn_date",), ("reason", "event_id", "refund")),
}


def key_of(profiles: Sequence[Profile]) -> Profile | None:
    """The column of customers' ids: the best name; of equal ones the one that speaks of a customer
    or an account.
    """
    named = [p for p in profiles if names_key(p.heading)]
    filled = [p for p in named if not p.has_gaps or _fit_of_key(p.heading) == 1.0]
    fitting = [p for p in filled if p.is_a("id") == 1.0 or all(_rank_of_key(p.heading)[:2])]
    return max(fitting, key=lambda p: _rank_of_key(p.heading), default=None)


def _rank_of_key(heading: str) -> tuple[bool, bool, float, str]:
    """How well a heading names a customer's id: exactly, of a customer, how closely, its words."""
    score = _fit_of_key(heading)
    words = clean(heading)
    return score == 1.0, bool(OF_CUSTOMER.search(words)), score, words


def _fit_of_key(heading: str) -> float:
    return fit(heading, fields_of("customers")["customer_id"])


def names_key(heading: str) -> bool:
    """True when the heading names a customer's id, not only something about customers."""
    key = fields_of("customers")["customer_id"]
    return _fit_of_key(heading) >= _KEY or means(heading, key)


def names_customer(heading: str) -> bool:
    """True when the heading names an id, and says that it is a customer's."""
    return names_key(heading) and bool(OF_CUSTOMER.search(clean(heading)))


def unique_share(profile: Profile) -> float:
    """Different ids among the filled cells of the whole column, 0 to 1."""
    column = Column.of(profile.cells)
    if column.filled.any():
        return column.different / max(int(column.filled.sum()), 1)
    return 1.0


def tells_rows_apart(profile: Profile) -> bool:
    """True for an id in every row, a different one in each."""
    filled = Column.of(profile.cells).filled.all()
    return bool(filled) and profile.is_a("id") == 1 and unique_share(profile) >= 1


def fields_for(role: Role) -> Mapping[str, Field]:
    """The role's fields without the id, which has a column of its own already."""
    return {name: field for name, field in fields_of(role).items() if name != "customer_id"}


def usable(role: Role, profiles: Sequence[Profile]) -> list[Profile]:
    """The columns that may name a field: of a list of customers none that adds up a lifetime."""
    if role != "customer_facts":
        return list(profiles)
    return [p for p in profiles if not _SO_FAR.search(clean(p.heading))]


def names_team(profiles: Sequence[Profile]) -> bool:
    """True when a column is headed like a team, branch or store."""
    return any(fit_by_meaning(p.heading, fields_of("units")["team"]) >= STRONG for p in profiles)


def by_period(profiles: Sequence[Profile]) -> dict[str, str]:
    """ "period:<heading>" -> heading, for a table with a column of revenue for each period."""
    numeric = [
        p.heading
        for p in profiles
        if p.sample
        and p.numbers >= _ALWAYS
        and not no_actual_money(p.heading)
        and not speaks_of_other_than_amounts(p.heading)
        and not marks_not_money(p)
        and not of_part_of_a_range(p.heading)
    ]
    shorter = period_headings(numeric)
    found = {**years_beside(numeric, shorter), **shorter}
    return {f"{PERIOD}{heading}": heading for heading in found}


def tells_newest_year(columns: Mapping[str, str], end: str | None) -> bool:
    """True where a column for each part of a year stands beside its total, `end`, and the year
    before is there too: the parts tell who stopped paying on the way, the total does not.
    """
    newest = None if end is None else period_of(end)
    if newest is None or newest.months != YEAR_MONTHS:
        return False
    headings = [heading for name, heading in columns.items() if name.startswith(PERIOD)]
    periods = [period for heading in headings if (period := period_of(heading)) is not None]
    within = [p for p in periods if newest.start <= p.start and p.end <= newest.end]
    before = [p for p in periods if p.end <= newest.start and p.start.year + 1 == newest.start.year]
    whole = sum(p.months for p in within) == sum(p.months for p in before) == YEAR_MONTHS
    return whole and len(within) > 1


def by_part_of_year(periods: Mapping[str, str], usual: Mapping[str, str]) -> bool:
    """True where a list's revenue would be that of one of several months or quarters."""
    headings = [heading for name, heading in periods.items() if name.startswith(PERIOD)]
    if len(headings) < _SEVERAL or not {*headings} & {*usual.values()}:
        return False
    period = period_of(headings[0])
    return period is not None and period.months < YEAR_MONTHS


def lacks(role: Role, columns: Mapping[str, str]) -> tuple[str, ...]:
    """What a role of this kind still needs; () when it has all."""
    missing = tuple(n for n, f in fields_of(role).items() if f.needed and n not in columns)
    if role == "subscriptions" and not set(_AMOUNTS) & set(columns):
        return (*missing, "amount")
    if role == "revenue_periods" and not any(c.startswith(PERIOD) for c in columns):
        return (*missing, *(n for n in ("period", "amount") if n not in columns))
    if role == "units" and sum(bool(set(kind) & set(columns)) for kind in _FIGURES.values()) < 2:
        first = next((n for n in ("ex", "csat", "revenue") if n not in columns), "churn_rate")
        return (*missing, first)
    return missing


def without_its_key(profiles: Sequence[Profile]) -> tuple[Role, dict[str, str]] | None:
    """(the part of a customer list that a table is but for the customers' id, its columns): what
    runs from a day to a day, or who left when; None for other tables.
    """
    if of_staff([p.heading for p in profiles]):
        return None
    for role, telling in _TELLING_PARTS.items():
        fields = fields_for(role)
        named = {n: h for n, (h, fit) in assign_columns(profiles, fields).items() if fit >= _NAMED}
        if lacks(role, named) != ("customer_id",):
            continue
        if all(set(one) & set(named) for one in telling):
            return role, named
    return None


def is_one(role: Role, columns: Mapping[str, str], profiles: Sequence[Profile]) -> bool:
    """True when nothing is lacking and the content says so too."""
    if lacks(role, columns):
        return False
    by_heading = {p.heading: p for p in profiles}
    unique = unique_share(by_heading[columns["customer_id"]])
    if role == "subscriptions":
        told = "event_date" in columns or unique < MOST_UNIQUE
        return "start_date" in columns or (told and bool({"arr", "mrr"} & set(columns)))
    if role == "churn_events":
        return by_heading[columns["churn_date"]].filled >= _ALWAYS and "start_date" not in columns
    if role == "revenue_periods":
        if any(c.startswith(PERIOD) for c in columns):
            return True
        if any(_names_other_day(p.heading) for p in profiles):
            return False
        several = unique < MOST_UNIQUE or len(by_heading[columns["customer_id"]].sample) < 2
        return several and _periodic(by_heading[columns["period"]])
    return unique >= MOST_UNIQUE and not of_staff([p.heading for p in profiles])


def of_other_parties(profiles: Sequence[Profile]) -> bool:
    """True for a list of suppliers, or of deals with the stage that each has reached."""
    words = [clean(p.heading) for p in profiles]
    if any(map(_SUPPLIER.search, words)):
        return not any(map(OF_CUSTOMER.search, words))
    return any(map(_DEAL.search, words)) and any(map(_STAGE.search, words))


def of_staff(headings: Sequence[str]) -> bool:
    """True where a heading speaks of the people who work in a company."""
    return any(_OF_STAFF.search(clean(heading)) for heading in headings)


def _names_other_day(heading: str) -> bool:
    """True for a day of subscriptions or leavings: its table is none of revenue by period."""
    days = (fields_of("subscriptions")["start_date"], fields_of("churn_events")["churn_date"])
    return any(fit(heading, day) >= _NAMED for day in days)


def _periodic(profile: Profile) -> bool:
    if profile.dates >= _NAMED or profile.is_a("date") == 1:
        return True
    named = [period_of(c) is not None for c in profile.sample]
    return bool(named) and sum(named) >= _NAMED * len(named)


def tells_of_customers(columns: Mapping[str, str]) -> bool:
    """True when a list says what only a company knows of its customers: who left, what they pay."""
    return bool({*_LOSS, *_MONEY, "renewal_date"} & set(columns)) or has_years(columns)


def told_of_customers(heading: str) -> bool:
    """True for a heading that no employee survey has: of a customer's id or revenue."""
    names = ("customer_id", "revenue_start", "revenue_end")
    return any(fit(heading, fields_of("customers")[name]) == 1.0 for name in names)


def looks_answered(survey: Mapping[str, str]) -> bool:
    """True when columns fit a survey that nobody rated: such a table is no list of customers."""
    return any(name in survey for name in _OF_A_SURVEY)


def without_a_few(columns: dict[str, str], profiles: Sequence[Profile]) -> dict[str, str]:
    """Without a team or segment that differs for nearly every customer: that is another id."""
    by_heading = {p.heading: p for p in profiles}
    named = [name for name in ("team", "segment") if name in columns]
    lonely = [name for name in named if unique_share(by_heading[columns[name]]) > _LONELY]
    return {name: heading for name, heading in columns.items() if name not in lonely}


def is_units(columns: Mapping[str, str], profiles: Sequence[Profile]) -> bool:
    """True for figures by team: each team once a period, EX or CX beside money or churn, and no
    customer's id.
    """
    if lacks("units", columns) or not any(f in columns for f in (*_FIGURES["ex"], *_FIGURES["cx"])):
        return False
    if any(_fit_of_key(p.heading) == 1.0 for p in profiles):
        return False
    return _each_team_once(columns, profiles)


def nearly_units(columns: Mapping[str, str], profiles: Sequence[Profile]) -> tuple[str, ...]:
    """What figures by team still need that hold one kind of them alone, each team once in a month,
    quarter or year, or with its money; () for other tables.
    """
    kinds = [kind for kind, names in _FIGURES.items() if set(names) & set(columns)]
    answers = fields_of("cx")["respondent_id"]
    told = (names_key(p.heading) or fit_by_meaning(p.heading, answers) >= STRONG for p in profiles)
    if "team" not in columns or len(kinds) != 1 or any(told):
        return ()
    when = next((p for p in profiles if p.heading == columns.get("period")), None)
    if when is not None and not all(map(_whole_period, when.sample)):
        return ()
    if (when is None and kinds != ["money"]) or not _each_team_once(columns, profiles):
        return ()
    return ("csat",) if kinds == ["money"] else lacks("units", columns)


def _whole_period(cell: Any) -> bool:
    """True for a month, a quarter or a year, and not for one of its days."""
    found = period_and_rest(cell)
    return found is not None and not found[1].strip()


def _each_team_once(columns: Mapping[str, str], profiles: Sequence[Profile]) -> bool:
    """True for a row a team, or a team in a period, of several teams."""
    by_heading = {p.heading: p for p in profiles}
    teams = by_heading[columns["team"]].cells
    when: Sequence[Any] = [None] * len(teams)
    if "period" in columns:
        when = by_heading[columns["period"]].cells
    pairs = [(t, w) for t, w in zip(teams, when, strict=True) if t is not None]
    return len(set(teams)) > min(1, len(teams) - 1) and len(set(pairs)) >= _NAMED * len(pairs)


def metrics_in(profiles: Sequence[Profile], used: Mapping[str, str]) -> dict[str, str]:
    """ease, csat, nps -> heading: ratings that a list of customers carries beside its facts."""
    found: dict[str, str] = {}
    for name in METRICS:
        field = fields_of("cx")[name]
        taken = {*used.values(), *found.values()}
        free = [p for p in profiles if p.heading not in taken]
        strong = [p for p in free if fit_by_meaning(p.heading, field) >= STRONG]
        rated = [p.heading for p in strong if _is_rating(p)]
        if rated:
            found[name] = min(rated, key=partial(_rank, field))
    return found


def _is_rating(profile: Profile) -> bool:
    return bool(profile.sample) and profile.likert and profile.is_a("rating") == 1


def _rank(field: Field, heading: str) -> tuple[float, str, str]:
    """The heading that names the field best comes first."""
    return -fit_by_meaning(heading, field), clean(heading), heading
