"""Which column of a table is which field of a role: the best pairs of heading and content first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from cxcase.intake.recognition.column_profile import MOST, Profile
from cxcase.intake.schema import ITEM, MOMENT, Role
from cxcase.intake.values.heading_dates import dated_headings
from cxcase.intake.values.heading_waves import earlier_waves, without_wave
from cxcase.intake.vocabulary.headings import (
    STRONG,
    UNDERSTOOD,
    Field,
    clean,
    fields_of,
    fit_by_meaning,
    names_no_team,
    names_nothing,
    spoken,
)
from cxcase.intake.vocabulary.money_headings import about_money, money_heading, no_actual_money
from cxcase.intake.vocabulary.scale_hints import (
    about_importance,
    about_rank,
    labelled_scale,
    measured_in,
    names_marks,
    opens_for_a_mark,
    out_of_a_hundred,
)

EARNED = ("revenue_start", "revenue_end", "revenue", "arr", "mrr", "amount")
_REVENUE = ("revenue_start", "revenue_end", "revenue")
SURVEYS = ("cx", "ex")  # the roles whose tables survey tools write
_NOTHING_SAID: Mapping[str, str] = MappingProxyType({})
_NO_RATING = re.compile(
    r"\b(age|alter|tenure|years?|months?|days?|number|no of|count|qty|quantity|visits|calls"
    r"|tickets|orders|revenue|amount|spend|distance|delay|duration|minutes|seconds|progress"
    r"|finished|channel|wave|quarter|employees|headcount|size|sites|products|licen[cs]es|seats|id"
    r"|clicks?|opens?|opened|downloads?|logins?|sessions?|page views?|impressions|period"
    r"|priority|severity|urgency|status|churn|cltv|lifetime|label|flag|code|row|index)\b"
)
# which end of a range a heading says, in brackets or behind its words
_SIDES = {
    "low": r"low(est)?|min(imum|imal)?|pessimistic|worst( case)?|p10|niedrig|tief|untere?r?"
    r"|bas(se)?|baj[oa]|laag|basso|mini",
    "high": r"high(est)?|max(imum|imal)?|optimistic|best( case)?|p90|hoch|obere?r?|haute?|alt[oa]"
    r"|hoog|maxi",
}
_SIDE = {
    side: re.compile(rf"[(\[]\s*({words})\s*[)\]]|[\s_–,-]({words})\s*$", re.IGNORECASE)
    for side, words in _SIDES.items()
}
_ENDS_OF = {
    "lift_low": ("lift_likely", "low"),
    "lift_high": ("lift_likely", "high"),
    "cost_low": ("one_off_cost", "low"),
    "cost_high": ("one_off_cost", "high"),
}
_RANGED = {field for field, _ in _ENDS_OF.values()}
_ONLY_MONEY = re.compile(r"[\s£€$¥₹]+")  # how a column of costs is headed in a hurry
_OF_REVENUE = re.compile(
    r"\b([am]rr|acv|tcv|revenues?|turnover|recurring|chiffre d.affaires|ingresos|fatturato|omzet)\b"
    r"|umsatz|erlös"
)
OF_CUSTOMER = re.compile(r"\b(customer|client|account|cust|kunden?|kundennummer|cliente?)\b")
_ENOUGH_MARKS = 5  # cells from which small whole numbers are marks and no chance
# what makes small whole numbers amounts: a currency, thousands, millions
_IN_MONEY = re.compile(
    r"[£€$¥₹%]|\b([kmt]|[kmt]?(eur|gbp|usd|chf|sek|nok|dkk|pln|cad|aud)|tsd|mio|mn|mill?"
    r"|thousands?|millions?|tausend|millionen|milliers|miles|migliaia|lakhs?|crores?)\b",
    re.IGNORECASE,
)
# marks that do not say of what
_OF_NOTHING = re.compile(r"(the )?(score|value|result|point|punkt|wert)e?s?( value)?")


def assign_columns(
    profiles: Sequence[Profile],
    fields: Mapping[str, Field],
    said: Mapping[str, str] = _NOTHING_SAID,
) -> dict[str, tuple[str, float]]:
    """Field -> (heading, fit), the best pairs first, each heading and each field once. said: what
    the format knows.
    """
    fitting = []
    named = [profile for profile in profiles if not _names_no_field(profile.heading)]
    for order, (name, field) in enumerate(fields.items()):
        for profile in named:
            score = _score(profile, field)
            if score >= STRONG * 0.75:
                words = clean(profile.heading)
                otherwise = words != name.replace("_", " ")
                of_other = field.kind == "id" and not OF_CUSTOMER.search(words)
                known = (otherwise, of_other, words)
                fitting.append((-score, order, *known, profile.heading, name))
    filled = {p.heading for p in profiles if p.sample}
    taken = {f: (h, 1.0) for f, h in said.items() if f in fields and h in filled}
    used = {heading for heading, _ in taken.values()}
    for score, *_, heading, name in sorted(fitting):
        if name not in taken and heading not in used:
            taken[name] = (heading, -score)
            used.add(heading)
    return {name: taken[name] for name in fields if name in taken}


def _names_no_field(heading: str) -> bool:
    """True for a heading that is none of any field, whatever stands below it."""
    if not names_nothing(heading) or _ONLY_MONEY.fullmatch(heading):
        return False
    shorter = without_wave(heading)
    return shorter == heading or names_nothing(shorter)


def _score(profile: Profile, field: Field) -> float:
    """How well a column fits a field, by heading and content; 0 for marks in a text field, and
    for notes where a key should stand.
    """
    heading = profile.heading
    if field.kind == "rating":
        heading = without_wave(heading)
    named = _fit_of_end(heading, field, fit_by_meaning(heading, field))
    if field.name == "one_off_cost" and _ONLY_MONEY.fullmatch(heading):
        named = UNDERSTOOD
    if named < STRONG or (field.name == "team" and named < 1 and names_no_team(profile.heading)):
        return 0.0
    marks = field.kind == "text" and named < 1 and profile.numbers > 0.9 and profile.likert
    notes = field.kind == "id" and named < 1 and profile.has_gaps
    if marks or notes or _other_money(profile.heading, field):
        return 0.0
    if field.name in _REVENUE and marks_not_money(profile):
        return 0.0
    return named * profile.is_a(field.kind)


def _fit_of_end(heading: str, field: Field, named: float) -> float:
    """How well a heading names a field where it says which end of a range it holds: "Lift (high)"
    names no likely one.
    """
    said = _end_said(heading)
    if said is None:
        return named
    if field.name in _RANGED:
        return 0.0
    whole, side = _ENDS_OF.get(field.name, (None, None))
    if whole is None or side != said:
        return named
    return max(named, fit_by_meaning(heading, fields_of("recommendations")[whole]))


@lru_cache(maxsize=2**14)
def _end_said(heading: str) -> str | None:
    """The end of a range that a heading names."""
    return next((side for side, words in _SIDE.items() if words.search(heading)), None)


def _other_money(heading: str, field: Field) -> bool:
    """True for a heading of money in a field of days; in one of what customers pay of money nobody
    earned, or only about it, and in that of a month's for a year's.
    """
    if field.kind == "date":
        return money_heading(heading) is not None
    if field.name == "mrr" and (said := money_heading(heading)) is not None and said.whole_year:
        return said.span == "year"
    return field.name in EARNED and (no_actual_money(heading) or about_money(heading))


def marks_not_money(profile: Profile) -> bool:
    """True for answers on a usual scale where amounts would stand, whatever the heading calls
    them, unless it names a unit of money or revenue itself.
    """
    if len(profile.sample) < _ENOUGH_MARKS or profile.numbers < 1 or not profile.likert:
        return False
    return not (_IN_MONEY.search(profile.heading) or _OF_REVENUE.search(profile.heading.lower()))


def by_content(
    profiles: Sequence[Profile], columns: Mapping[str, str], role: Role
) -> dict[str, str]:
    """Fields that no heading names but the content gives away: the only free date of a survey, a
    later revenue.
    """
    free = [p for p in profiles if p.heading not in columns.values()]
    if role in SURVEYS and "responded_at" not in columns:
        dates = [p.heading for p in free if p.sample and p.dates >= MOST]
        if len(dates) == 1:
            return {"responded_at": dates[0]}
    if role == "customers" and "revenue_start" in columns and "revenue_end" not in columns:
        money = [p.heading for p in free if p.is_a("money") == 1]
        return _first_and_last(columns["revenue_start"], money)
    return {}


def _first_and_last(start: str, others: Sequence[str]) -> dict[str, str]:
    """revenue_start and revenue_end, of headings that differ from `start` by their day alone."""
    own = dated_headings([start])
    if start not in own:
        return {}
    stem, day = own[start]
    dated = dated_headings(others).items()
    same = [(other, heading) for heading, (words, other) in dated if words == stem]
    if not same:
        return {}
    ordered = sorted([*same, (day, start)])
    return {"revenue_start": ordered[0][1], "revenue_end": ordered[-1][1]}


def moments_by_label(profiles: Sequence[Profile], columns: Mapping[str, str]) -> dict[str, str]:
    """Means of moments in figures by team: columns that nothing else claims and whose heading
    states a scale.
    """
    taken = {*columns.values()}
    labelled = [p for p in profiles if p.heading not in taken and labelled_scale(p.heading)]
    rated = [p.heading for p in labelled if p.is_a("rating") == 1]
    return {f"{MOMENT}{name}": heading for heading, name in _named(rated)}


def rating_columns(
    profiles: Sequence[Profile], used: set[str], role: Role, columns: Mapping[str, str]
) -> dict[str, str]:
    """The rating columns that no field claims: moments of a survey, items of an employee survey."""
    long_form = {"moment", "rating"} <= set(columns)
    whole = {"engagement", "mean"} & set(columns)
    if role not in SURVEYS or (role == "cx" and long_form) or (role == "ex" and whole):
        return {}
    free = [p.heading for p in profiles if p.heading not in used and _rates(p)]
    if role == "cx":
        return {f"{MOMENT}{name}": heading for heading, name in _named(free)}
    return {f"{ITEM}{k}": heading for k, heading in enumerate(free, start=1)}


def _rates(profile: Profile) -> bool:
    of_hundred = out_of_a_hundred(profile.heading) and profile.is_a("rating") == 1
    marked = profile.likert or of_hundred
    if not marked or about_importance(profile.heading) or about_rank(profile.heading):
        return False
    if measured_in(profile.heading):
        return False
    if scores_nothing(profile.heading):
        return False
    if profile.lettered and not names_marks(profile.heading):
        return False
    if profile.numbers < 0.5 or opens_for_a_mark(profile.heading):
        return True
    return not _NO_RATING.search(clean(profile.heading))


def scores_nothing(heading: str) -> bool:
    """True for a heading that says that there are marks, but not of what: "Score"."""
    return bool(_OF_NOTHING.fullmatch(clean(heading)))


def holds_dated_scores(profiles: Sequence[Profile]) -> bool:
    """True where marks that do not say of what stand beside a day: a survey, but whose?"""
    dated = any(p.sample and p.dates >= MOST for p in profiles)
    return dated and any(scores_nothing(p.heading) and p.likert for p in profiles)


def without_earlier_waves(profiles: Sequence[Profile]) -> list[Profile]:
    """The columns without ratings of an earlier wave, where the newest stands beside them."""
    earlier = earlier_waves([p.heading for p in profiles])
    return [p for p in profiles if p.heading not in earlier or p.is_a("rating") < 1]


def _named(headings: Sequence[str]) -> list[tuple[str, str]]:
    """(heading, readable name); names that would be the same keep their headings."""
    names = [spoken(h) for h in headings]
    return [(h, n if names.count(n) == 1 else h) for h, n in zip(headings, names, strict=True)]
