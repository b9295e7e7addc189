"""Which columns of a customer list hold its revenue: by the time their headings name, never by
position.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cxcase.intake.recognition.assign_columns import marks_not_money
from cxcase.intake.recognition.column_profile import Profile
from cxcase.intake.recognition.guess import Guess
from cxcase.intake.schema import PERIOD, YEAR
from cxcase.intake.values.cells import UNCALCULATED, read_numbers
from cxcase.intake.values.column import Column
from cxcase.intake.values.periods import Period, period_of
from cxcase.intake.vocabulary.headings import STRONG, fields_of, fit, fit_by_meaning
from cxcase.intake.vocabulary.money_headings import MoneyHeading, money_heading
from cxcase.intake.vocabulary.money_spans import Span

START = "revenue_start"
END = "revenue_end"
_YEAR_MONTHS = 12
_SEVERAL = 3  # columns by period from which they are no start and end
_UNUSUAL = 0.8  # how sure a list is whose revenue stands in parts of a year
_RECURRING = ("mrr", "arr")
_SHORTER = ("day", "week", "four_weeks", "month", "quarter", "half")  # spans of less than a year
_PAID = re.compile(
    r"^(the )?((service|subscription|contract|membership|customer|recurring|net|standing) )*"
    r"(fees?|charges?|payment|instal?ment|premium|rent|price|subscription|amount|beitrag|prämie"
    r"|miete)$"
)
_SIGN = re.compile(r"[£€$¥]")
_AMOUNTS = ("amount", "amounts", "betrag", "montant", "importe", "importo")  # of a year: revenue
_ACTUAL = re.compile(r"\b(actuals?|ist|istwerte?|réel|reale?|werkelijk|20\d\da)\b", re.IGNORECASE)
# what stands in cells that somebody still has to fill
_PLACEHOLDER = re.compile(
    r"#.*|t\.?b\.?[acd]\.?|n/?a|n\.a\.|\?+|-+|–|pending|unknown|open|missing|to follow|offen|folgt"
    r"|à venir|pendiente|in arrivo|volgt",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Money:
    """A column of money and what its heading says."""

    heading: str
    said: MoneyHeading

    @property
    def kind(self) -> tuple[str, Span | None, int | None]:
        """What columns of one kind have in common, whatever their year."""
        span = self.said.span
        if span == "to_date":
            return self.said.stem, None, None
        return self.said.stem, None if span == "year" else span, self.said.part


def with_revenue(columns: Mapping[str, str], profiles: Sequence[Profile]) -> dict[str, str]:
    """The columns of a list of customers with those of its revenue put right.

    Columns of one kind of several years are all kept as year:<year>: which two count is settled
    once the start of the year is known. Two that name before and after, or a start and an end, are
    these. A column named better than the one that was taken, in which nobody filled in an amount,
    takes its place, so that it can be asked about.
    """
    if START in columns and money_heading(columns[START]) is None:
        return dict(columns)  # its heading names a day, or speaks otherwise for itself
    taken = {h for name, h in columns.items() if name not in (START, END, "mrr")}
    money = [m for p in profiles if p.heading not in taken and (m := _money(p)) is not None]
    others = {name: heading for name, heading in columns.items() if name not in (START, END)}
    if years := _years(money, columns):
        return _without_mrr(others, years) | years
    if pair := _pair(money, columns):
        return _without_mrr(others, pair) | pair
    return dict(columns) | _alone(money, columns, profiles) | _unfilled(columns, profiles)


def in_parts_of_a_year(columns: Mapping[str, str], usual: Guess) -> Guess | None:
    """A customer list of parts of one year beside what says who was lost: of so little no revenue
    a year later can be told, so that the parts are that of the start; None for other tables.
    """
    parts = [heading for name, heading in columns.items() if name.startswith(PERIOD)]
    told = {"churned", "churn_date"} & set(usual.columns)
    measured = usual.columns.get(END, parts[0] if parts else "") not in parts
    if usual.role not in (None, "customers") or measured or not told:
        return None
    if len(parts) < _SEVERAL or not _parts_of_a_year(parts):
        return None
    named = {name: heading for name, heading in usual.columns.items() if heading not in parts}
    found = {"customer_id": columns["customer_id"], **named, START: parts[0]}
    return Guess("customers", usual.confidence or _UNUSUAL, found)


def _parts_of_a_year(headings: Sequence[str]) -> bool:
    """True where the headings name shorter periods that lie in twelve months."""
    periods = [period for heading in headings if (period := period_of(heading)) is not None]
    if not periods:
        return False
    whole = Period(min(p.start for p in periods), max(p.end for p in periods))
    return whole.months <= _YEAR_MONTHS and all(p.months < _YEAR_MONTHS for p in periods)


def has_years(columns: Mapping[str, str]) -> bool:
    """True where columns of revenue of several years were kept."""
    return any(name.startswith(YEAR) for name in columns)


def ends_of(columns: Mapping[str, str]) -> str | None:
    """The heading of the revenue at the end, or of the newest of several years; None where there is
    no end.
    """
    if {START, END} <= set(columns):
        return columns[END]
    years = sorted(name for name in columns if name.startswith(YEAR))
    if len(years) > 1:
        return columns[years[-1]]
    return None


def tells_losses(profiles: Sequence[Profile], columns: Mapping[str, str]) -> bool:
    """True where revenue at the end is nothing, or blank, for some customers and not for all."""
    end = ends_of(columns)
    cells = next(p.cells for p in profiles if p.heading == end)
    amounts = read_numbers(cells).values
    return bool((amounts > 0).any() and (np.isnan(amounts) | (amounts == 0)).any())


def _money(profile: Profile) -> _Money | None:
    """The column where it is one of money that was earned, filled in or still to be."""
    said = money_heading(profile.heading)
    if said is None or not said.actual:
        return None
    if marks_not_money(profile):
        return None
    if profile.is_a("money") < 1 and not unfilled(profile):
        return None
    return _Money(profile.heading, said)


def unfilled(profile: Profile) -> bool:
    """True for a column without one amount: blank, failed formulas, or words such as "tbc". One of
    formulas that nobody calculated is filled in.
    """
    if not all(isinstance(c, str) and _PLACEHOLDER.fullmatch(c.strip()) for c in profile.sample):
        return False
    return all(cell != UNCALCULATED for cell in Column.of(profile.cells).values)


def _without_mrr(columns: dict[str, str], revenue: Mapping[str, str]) -> dict[str, str]:
    """The columns without a monthly amount that is among those of revenue."""
    used = set(revenue.values())
    return {name: heading for name, heading in columns.items() if heading not in used}


# ---- years ---------------------------------------------------------------------------------------


def _years(money: Iterable[_Money], columns: Mapping[str, str]) -> dict[str, str]:
    """year:<year> -> heading, of the kind of column that is there for most years."""
    if _says_its_side(columns.get(START)):
        return {}
    kinds: dict[tuple[str, Span | None, int | None], dict[int, _Money]] = defaultdict(dict)
    for one in money:
        if one.said.year is not None:
            known = kinds[one.kind].get(one.said.year)
            if known is None or known.said.span == "to_date":
                kinds[one.kind][one.said.year] = one
    parts = Counter(stem for stem, _, part in kinds if part is not None)
    several = [
        (kind, years)
        for kind, years in kinds.items()
        if len(years) > 1 and (kind[2] is None or parts[kind[0]] == 1)
    ]
    if not several:
        return {}
    chosen = {columns.get(START), columns.get(END)}

    def rank(
        found: tuple[tuple[str, Span | None, int | None], dict[int, _Money]],
    ) -> tuple[int, ...]:
        kind, years = found
        headings = {one.heading for one in years.values()}
        return kind[2] is None and kind[1] is None, len(headings & chosen), len(years)

    _, years = max(several, key=rank)
    return {f"{YEAR}{year}": years[year].heading for year in sorted(years)}


def _says_its_side(heading: str | None) -> bool:
    """True for a heading that says that it is the start."""
    said = money_heading(heading) if heading else None
    return said is not None and said.side == "start" and said.year is None


# ---- pairs ---------------------------------------------------------------------------------------


def _pair(money: Sequence[_Money], columns: Mapping[str, str]) -> dict[str, str]:
    """Start and end, of two columns of one kind that say which of them came first."""
    if START in columns and END in columns and _says_its_side(columns[START]):
        return {}
    by_stem: dict[str, list[_Money]] = defaultdict(list)
    for one in money:
        by_stem[one.said.stem].append(one)
    pairs = [pair for alike in by_stem.values() if (pair := _first_and_last(alike))]
    if len(pairs) != 1:
        return {}
    return dict(zip((START, END), pairs[0], strict=True))


def _first_and_last(alike: Sequence[_Money]) -> tuple[str, str] | None:
    """(heading of the start, of the end) among columns of one kind; None where these are not
    told by their headings.
    """
    turns = {one.said.turn: one.heading for one in alike if one.said.turn}
    if len(turns) == 2:
        return turns["before"], turns["after"]
    sides = {one.said.side: one.heading for one in alike if one.said.side}
    if len(sides) == 2:
        return sides["start"], sides["end"]
    parts = [one for one in alike if one.said.part is not None and one.said.span != "to_date"]
    if len(parts) != 2 or parts[0].said.part_of != parts[1].said.part_of:
        return None
    years = {one.said.year for one in parts}
    if None in years and len(years) > 1:
        return None
    first, last = sorted(parts, key=lambda one: (one.said.year or 0, one.said.part or 0))
    return first.heading, last.heading


def _alone(
    money: Sequence[_Money], columns: Mapping[str, str], profiles: Sequence[Profile]
) -> dict[str, str]:
    """Revenue at the start, where no heading names it but one is of revenue but for its time."""
    if START in columns or "mrr" in columns:
        return {}
    named = [one.heading for one in money if _names_revenue(one)]
    if not named and not _names("start_date", profiles):  # from a day on: those are subscriptions
        billed = _names("billing_frequency", profiles)
        named = [one.heading for one in money if _names_payment(one, billed)]
    return {START: named[0]} if len(named) == 1 else {}


def _names_revenue(one: _Money) -> bool:
    """True for revenue but for its time."""
    stem = one.said.stem
    field = fields_of("customers")[START]
    if stem in _AMOUNTS and one.said.year is not None:
        return True
    return stem in _RECURRING or _names_actual(one) or fit_by_meaning(stem, field) >= STRONG


def _names_payment(one: _Money, billed: bool) -> bool:
    """True for what is paid where a time is said, by the heading or, where `billed`, by a column of
    how often it falls due.
    """
    stem = one.said.stem
    if one.said.span not in _SHORTER and not (billed and one.said.span is None):
        return False
    return _PAID.search(stem) is not None or (not stem and _SIGN.search(one.heading) is not None)


def _names(name: str, profiles: Sequence[Profile]) -> bool:
    """True where a heading names this field of subscriptions."""
    field = fields_of("subscriptions")[name]
    return any(fit(profile.heading, field) >= STRONG for profile in profiles)


def _names_actual(one: _Money) -> bool:
    """True for a year's actual amounts, "Ist 2024", where nothing says that they are anything
    else's.
    """
    return not one.said.stem and _ACTUAL.search(one.heading) is not None


# ---- columns that nobody filled in ---------------------------------------------------------------


def _unfilled(columns: Mapping[str, str], profiles: Sequence[Profile]) -> dict[str, str]:
    """revenue_start or revenue_end -> a column without amounts whose heading names it better than
    that of the column taken.
    """
    free = [p for p in profiles if p.heading not in columns.values() and _still_to_fill(p)]
    found: dict[str, str] = {}
    for name in (START, END):
        field = fields_of("customers")[name]
        now = fit(columns[name], field) if name in columns else STRONG
        best = max(free, key=lambda p: fit(p.heading, field), default=None)
        if best is not None and fit(best.heading, field) > now and best.heading not in found:
            found[name] = best.heading
    return found


def _still_to_fill(profile: Profile) -> bool:
    said = money_heading(profile.heading)
    return said is not None and said.actual and unfilled(profile)
