"""The figures of a row: lift, cost and time; what the sheet gives no figure for is asked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cxcase.intake import Scale
from cxcase.recommend.asking import About, Read
from cxcase.recommend.cells import Row
from cxcase.recommend.known import Known
from cxcase.recommend.notes import Note, Notes
from cxcase.recommend.places import Place
from cxcase.settings import Settings

# months, where the sheet gives none: a quarter, the shortest period most budgets know
DELIVERY_ASSUMED = 3
_ANSWERS = {"cost", "yearly_cost"}
_NET = ("nps", "enps")  # their points are of promoters less detractors, not of a rating


@dataclass(frozen=True)
class Lifts:
    """A lift with its P10 and P90. assumed: an end is not the sheet's."""

    low: float
    likely: float
    high: float
    assumed: bool


@dataclass(frozen=True)
class Costs:
    """Costs, with P10 and P90 of the one-off cost, or of the yearly where that is all."""

    one_off: float
    yearly: float
    low: float
    high: float
    assumed: bool


@dataclass(frozen=True)
class Delivery:
    """Months until a step is delivered."""

    months: int
    assumed: bool


# ---- lift ----------------------------------------------------------------------------------------


def lifts_of(
    row: Row, about: About, place: Place | None, known: Known, settings: Settings
) -> Read[Lifts]:
    """The lift; ends the sheet does not give are shares of the likely."""
    answered = about.answers.get("lift")
    if answered is not None:
        return _with_ends(row, about, float(answered), settings)
    said = row.text("said:lift_likely")
    percent = row.number_of("percent")
    if percent is not None:
        return _share(row, about, (percent, said), place, known, settings)
    likely, notes = _likely(row, about)
    if likely is None and row.yes("mandatory"):  # a duty needs no lift to be in the plan
        return Read(_ends_of(row, 0.0, settings)[0], (about.shared("step_lift_zero"),))
    if likely is None:
        return about.ask("lift", "step_lift_in_words" if said else "step_without_lift", said)
    score = row.text("said:lift_on")
    if score is not None and not _same_score(score, place, known, about):
        code = "step_lift_in_net_points" if score in _NET else "step_lift_of_other_score"
        return about.ask("lift", code, said or f"{likely:g} {score}")
    if place is not None and beyond_scale(likely, known.scales_of(place)):
        return about.ask("lift", "step_lift_beyond_scale", said or f"{likely:g}")
    read = _with_ends(row, about, likely, settings)
    return Read(read.value, (*notes, *read.notes))


def beyond_scale(likely: float, scales: Sequence[Scale]) -> bool:
    """True where no score could rise by so much."""
    return any(abs(likely) > scale.high - scale.low for scale in scales)


def _share(
    row: Row,
    about: About,
    written: tuple[float, str | None],
    place: Place | None,
    known: Known,
    settings: Settings,
) -> Read[Lifts]:
    """A lift in percent: points once somebody says what it is a share of."""
    percent, said = written
    options = known.shares(place, percent)
    chosen = about.answers.get("percent_of")
    points = next((one.points for one in options if one.value == chosen), None)
    if points is None:
        return about.ask("percent_of", "step_lift_in_percent", said, options)
    return _with_ends(row, about, points, settings)


def _likely(row: Row, about: About) -> tuple[float | None, Notes]:
    """(the likely lift, a note where it is the middle of two that are written)."""
    likely = row.number_of("lift_likely")
    low = row.number_of("lift_low")
    high = row.number_of("lift_high")
    said = row.text("said:lift_likely")
    if likely is None and low is not None and high is not None and said is None:
        likely = (low + high) / 2
        said = f"{low:g} – {high:g}"
    if likely is None or said is None:
        return likely, ()
    return likely, (about.note("review", "step_lift_middle", said=said, lift=likely),)


def _same_score(score: str, place: Place | None, known: Known, about: About) -> bool:
    """True where points of that score are points of what the step acts on."""
    if score in _NET:
        return False
    if place is None or (place.acts_on == "moment" and "where" in about.answers):
        return True
    if score == "ex":
        return place.acts_on == "ex"
    return place.acts_on == "ease" and score == known.metric


def _with_ends(row: Row, about: About, likely: float, settings: Settings) -> Read[Lifts]:
    notes: list[Note] = []
    if likely < 0:
        notes.append(about.shared("step_lift_negative"))
    lifts, unusable = _ends_of(row, likely, settings)
    if unusable and "lift" not in about.answers:
        notes.append(about.note("review", "step_lift_range_unusable", likely=likely))
    if lifts.assumed and likely:
        low, high = settings.lift_range
        notes.append(about.shared("step_lift_range_assumed", low=low, high=high))
    return Read(lifts, tuple(notes))


def _ends_of(row: Row, likely: float, settings: Settings) -> tuple[Lifts, bool]:
    """(the lift with its ends, whether the sheet's own could not be used)."""
    shares = sorted(share * likely for share in settings.lift_range)
    given = row.number_of("lift_low"), row.number_of("lift_high")
    low, high, assumed, unusable = _range(given[0], likely, given[1], shares)
    return Lifts(low, likely, high, assumed), unusable


# ---- cost ----------------------------------------------------------------------------------------


def costs_of(row: Row, about: About, settings: Settings) -> Read[Costs]:
    """The costs; one that is missing or written in words is asked."""
    one_off, yearly, notes = _both(row, about)
    said = _said_of_costs(row)
    if one_off is None and yearly is None:
        return about.ask("cost", "step_cost_in_words" if said else "step_without_cost", said)
    if said and not notes and not _ANSWERS & set(about.answers):
        return about.ask("cost", "step_cost_in_words", said)
    one_off = one_off or 0.0
    yearly = yearly or 0.0
    if one_off < 0 or yearly < 0:
        found = min(one_off, yearly)
        return Read(None, (*notes, about.note("fail", "step_cost_negative", found=found)))
    likely = one_off or yearly
    shares = [share * likely for share in settings.cost_range]
    given = row.number_of("cost_low"), row.number_of("cost_high")
    low, high, assumed, unusable = _range(given[0], likely, given[1], shares, positive=likely > 0)
    if unusable and not _ANSWERS & set(about.answers):
        notes = (*notes, about.note("review", "step_cost_range_unusable", likely=likely))
    if assumed and likely:
        ends = settings.cost_range
        notes = (*notes, about.shared("step_cost_range_assumed", low=ends[0], high=ends[1]))
    return Read(Costs(one_off, yearly, low, high, assumed), notes)


def _both(row: Row, about: About) -> tuple[float | None, float | None, Notes]:
    """(one-off cost, yearly cost, a note where one is the middle of a range): the answers', else
    the sheet's.
    """
    one_off = row.number_of("one_off_cost")
    yearly = row.number_of("yearly_cost")
    if _ANSWERS & set(about.answers):
        return about.answers.get("cost", one_off), about.answers.get("yearly_cost", yearly), ()
    said = _said_of_costs(row)
    low = row.number_of("cost_low")
    high = row.number_of("cost_high")
    if one_off is None and yearly is None and said is None and low is not None and high is not None:
        one_off = (low + high) / 2
        said = f"{low:,.0f} – {high:,.0f}"
    middle = said is not None and not _open_cost(row) and (one_off, yearly) != (None, None)
    if not middle:
        return one_off, yearly, ()
    note = about.note("review", "step_cost_middle", said=said, cost=one_off or yearly or 0.0)
    return one_off, yearly, (note,)


def _open_cost(row: Row) -> bool:
    """True where a cost is written that is no figure."""
    return any(
        row.text(f"said:{name}") is not None and row.number_of(name) is None
        for name in ("one_off_cost", "yearly_cost")
    )


def _said_of_costs(row: Row) -> str | None:
    """What is written of costs beside plain figures."""
    said = (row.text(f"said:{name}") for name in ("one_off_cost", "yearly_cost"))
    return " | ".join(dict.fromkeys(filter(None, said))) or None


# ---- time ----------------------------------------------------------------------------------------


def delivery_of(row: Row, about: About) -> Read[Delivery]:
    """Months until the step is delivered: of a range the longer, a quarter where none are given."""
    answered = about.answers.get("months")
    if answered is not None:
        return Read(Delivery(math.ceil(answered), False))
    months = row.number_of("months_to_deliver")
    said = row.text("said:months_to_deliver")
    if months is None and said is not None:
        return about.ask("months", "step_months_in_words", said)
    if months is None or months < 0:
        assumed = about.shared("step_delivery_assumed", months=DELIVERY_ASSUMED)
        return Read(Delivery(DELIVERY_ASSUMED, True), (assumed,))
    if said is None:
        return Read(Delivery(math.ceil(months), False))
    longer = about.note("review", "step_months_longer", said=said, months=math.ceil(months))
    return Read(Delivery(math.ceil(months), False), (longer,))


def _range(
    low: float | None,
    likely: float,
    high: float | None,
    assumed: list[float],
    *,
    positive: bool = False,
) -> tuple[float, float, bool, bool]:
    """(low, high, assumed, unusable): the sheet's ends if they enclose `likely`, else assumed."""
    if low is not None and high is not None and low > high:
        low, high = high, low
    too_low = high is not None and high < likely
    too_high = low is not None and (low > likely or (positive and low <= 0))
    if too_low or too_high:
        low = high = None
    filled = low is None or high is None
    low = assumed[0] if low is None else low
    return low, assumed[1] if high is None else high, filled, too_low or too_high
