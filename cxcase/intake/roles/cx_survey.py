"""The customer survey, typed: a row a response, metrics and moments with high = good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxcase.estimate import Bools, Ints
from cxcase.intake.ratings.choices import check_choices
from cxcase.intake.ratings.doubtful_direction import doubtful
from cxcase.intake.ratings.missing_marks import (
    EVERY_MOMENT,
    Marked,
    decided,
    drop_unrated,
    mark,
    say_codes,
)
from cxcase.intake.ratings.parse import MOSTLY, Answers, nps_groups, read_answers
from cxcase.intake.ratings.scales import Settled, rate, say_unknown, settle_scales
from cxcase.intake.recognition.column_profile import Profile
from cxcase.intake.roles.customer_ids import customer_ids
from cxcase.intake.roles.cx_comments import read_comments
from cxcase.intake.roles.cx_long_form import LongRows, moment_columns, pivot
from cxcase.intake.roles.cx_waves import waves_beside
from cxcase.intake.schema import EARLIER, MOMENT, ColumnReading, Scale
from cxcase.intake.tables.row_filter import Sieve, Typed, kept
from cxcase.intake.values.cells import read_ids, read_texts
from cxcase.intake.values.named_dates import read_named_dates
from cxcase.intake.vocabulary.answer_words import choose_set, known, point_of, polarity
from cxcase.intake.vocabulary.headings import personal
from cxcase.intake.vocabulary.scale_hints import (
    about_importance,
    about_rank,
    asks_for_rating,
    labelled_scale,
    names_marks,
)
from cxcase.settings import METRICS

# answers to choose from, and characters in one
_MOST_WORDS = 12
_LONGEST = 60
_LETTER = 2  # characters of a mark such as "A" or "B+"
_HUNDRED = Scale(0, 100)
_MOST_CELLS = 200  # different cells above which a column is free text


def type_survey(sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]) -> Typed:
    """Typed responses: customer_id, responded_at, team, metrics, rating:<m>, lived:<m>,
    unanswered:<m>, comment.
    """
    check_choices(decisions)
    table = sieve.table
    ids = customer_ids(sieve, columns)
    data: dict[str, Any] = {"customer_id": ids}
    if "responded_at" in columns:
        data["responded_at"] = _when(sieve, columns["responded_at"], decisions)
    if "team" in columns:
        data["team"] = read_texts(table.column(columns["team"])).values
    data |= read_comments(table, columns)
    if {"moment", "rating"} <= set(columns):
        return _long(sieve, columns, decisions, data)
    return _wide(sieve, columns, decisions, data)


def _when(sieve: Sieve, heading: str, decisions: Mapping[str, Any]) -> np.ndarray:
    found = read_named_dates(
        sieve.table.column(heading), decisions.get("date_order", {}).get("responded_at")
    )
    sieve.drop(found.bad, "not_a_date", heading)
    if found.note:
        sieve.say("review", found.note, column=heading)
    sieve.dated("responded_at", found)
    days: np.ndarray = found.values
    return days


def _wide(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any], data: dict[str, Any]
) -> Typed:
    fields = _performance(sieve, columns, decisions)
    _unread(sieve, columns)
    rated = rate(sieve, columns, fields, decisions)
    settled = settle_scales(rated, decisions, sieve)
    marked = [mark(r, settled, sieve) for r in rated if r.field in settled.scales]
    beside, answered = _waves(sieve, columns, settled, data)
    data |= beside
    for one in marked:
        answered |= ~np.isnan(one.values)
        if one.column.field in METRICS:
            data[one.column.field] = one.values
        else:
            data |= _moment(one)
    drop_unrated(marked, answered, sieve)
    say_codes(marked, sieve)
    _doubt_directions(marked, sieve)
    readings = _readings(marked, settled, sieve)
    typed = {name: kept(values, sieve.alive) for name, values in data.items()}
    return Typed(
        columns=typed,
        scales=settled.scales,
        decisions=decided(readings, settled),
        readings=readings,
        untold=settled.open_of(fields),
    )


def _waves(
    sieve: Sieve, columns: Mapping[str, str], settled: Settled, data: Mapping[str, Any]
) -> tuple[dict[str, Any], Bools]:
    """(the columns of earlier waves, and the day of the newest where only its heading tells it;
    rows (n,) rated in an earlier one).
    """
    found: dict[str, Any] = {}
    rated = np.zeros(len(sieve.alive), dtype=bool)
    waves = waves_beside(sieve, columns, settled, data.get("responded_at"))
    for day, marked in waves.earlier.items():
        for one in marked:
            rated |= ~np.isnan(one.values)
            own = {one.column.field: one.values}
            if one.column.field not in METRICS:
                own = _moment(one)
            found |= {f"{EARLIER}{day.isoformat()}:{name}": values for name, values in own.items()}
    if not found or "responded_at" in data:
        return found, rated
    sieve.say("review", "answers_dated_by_wave", day=waves.newest)
    days = np.full(len(sieve.alive), np.datetime64(waves.newest, "us"))
    return {**found, "responded_at": days}, rated


def _performance(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]
) -> list[str]:
    """The rating fields without questions of how important something is, unless a person gave their
    scale.
    """
    fields = [f for f in columns if f in METRICS or f.startswith(MOMENT)]
    said = decisions.get("scales", {})
    left = [f for f in fields if about_importance(columns[f]) and f not in said]
    if left:
        sieve.say("review", "importance_left_out", columns=[columns[f] for f in left])
    ranks = [h for h in sieve.table.headings if about_rank(h) and not personal(h)]
    ordered = {f for f in fields if columns[f] in ranks and f not in said}
    unused = [h for h in ranks if h not in {columns[f] for f in fields if f not in ordered}]
    if unused:
        sieve.say("review", "ranks_left_out", columns=unused)
    return [f for f in fields if f not in left and f not in ordered]


def _unread(sieve: Sieve, columns: Mapping[str, str]) -> None:
    """Names the questions that no field took because their answers are promoter groups, words that
    we don't know, or percent of which nothing says that they are ratings.
    """
    for heading in sieve.table.headings:
        cells = sieve.table.column(heading)
        if heading in columns.values() or personal(heading) or cells.different > _MOST_CELLS:
            continue
        answers = read_answers(cells)
        if nps_groups(answers) and asks_for_rating(heading):
            sieve.say("review", "nps_groups", column=heading)
        elif _in_other_words(heading, answers):
            say_unknown(heading, answers.words, sieve)
        elif labelled_scale(heading) == _HUNDRED and Profile(heading, cells).is_a("rating") == 1:
            sieve.say("review", "percent_left_out", column=heading)


def _in_other_words(heading: str, answers: Answers) -> bool:
    """True for answers in a few words of which too many are in no set, where the question asks for
    a rating, or several words rate.
    """
    words = answers.words
    if not 2 <= len(words) <= _MOST_WORDS or max(map(len, words)) > _LONGEST:
        return False
    chosen = choose_set(words)
    unknown = sum(n for word, n in words.items() if not chosen or point_of(word, chosen) is None)
    if unknown <= (1 - MOSTLY) * sum(words.values()):
        return False
    rating = [word for word in words if known(word) or polarity(word)]
    lettered = names_marks(heading) and all(len(word) <= _LETTER for word in words)
    return asks_for_rating(heading) or lettered or len(rating) > 1


def _readings(
    marked: Sequence[Marked], settled: Settled, sieve: Sieve
) -> tuple[ColumnReading, ...]:
    return tuple(one.read(settled, sieve) for one in marked)


def _moment(one: Marked) -> dict[str, Any]:
    """Blank means "not lived", unless the column says N/A for that: then it means "not answered",
    as other marks do.
    """
    unanswered = np.isnan(one.values) & ~one.not_lived
    return moment_columns(one.column.field.removeprefix(MOMENT), one.values, unanswered)


def _doubt_directions(marked: Sequence[Marked], sieve: Sieve) -> None:
    """A score that falls where the other ratings rise may be upside down: said, not changed."""
    ratings = {one.column.field: one.values for one in marked}
    scales = {one.column.field: one.scale for one in marked}
    if len(ratings) < 2:
        return
    found = doubtful(ratings, scales, sieve.alive)
    headings = {one.column.field: one.column.heading for one in marked}
    metric_meant = len(ratings) == 2 and bool(set(found) & set(METRICS))  # either could be meant
    for field, r in found.items():
        if field in METRICS:
            sieve.say("review", "direction_doubtful", metric=field, r=r)
        elif not metric_meant:
            sieve.say("review", "item_direction_doubtful", column=headings[field], r=r)


def _long(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any], data: dict[str, Any]
) -> Typed:
    """A row a rating becomes a row a response; a missing row means "not lived"."""
    names = read_texts(sieve.table.column(columns["moment"])).values
    sieve.drop(~names.filled, "moment_missing", columns["moment"])
    fields = [EVERY_MOMENT, *(m for m in METRICS if m in columns)]
    rated = rate(sieve, {**columns, EVERY_MOMENT: columns["rating"]}, fields, decisions)
    settled = settle_scales(rated, decisions, sieve)
    if EVERY_MOMENT not in settled.scales:
        sieve.drop(sieve.alive.copy(), "not_a_rating", columns["rating"])
        return Typed({name: kept(v, sieve.alive) for name, v in data.items()})
    marked = [mark(r, settled, sieve) for r in rated if r.field in settled.scales]
    rating = marked[0]
    sieve.drop(rating.bad, "not_a_rating", columns["rating"])
    sieve.drop(rating.off, "out_of_scale", columns["rating"])
    for one in marked[1:]:
        data[one.column.field] = one.values
    say_codes(marked, sieve)
    readings = _readings(marked, settled, sieve)
    rows = np.flatnonzero(sieve.alive)
    who = _who(sieve, columns, data, rows)
    long = LongRows(rows, names.take(rows), rating.values[rows], rating.not_lived[rows], who)
    typed, fields = pivot(long, data)
    scales = {field: scale for field, scale in settled.scales.items() if field != EVERY_MOMENT}
    scales |= dict.fromkeys(fields, rating.scale)
    open_ones = settled.open_of([EVERY_MOMENT, *scales])
    untold = [name for name in open_ones if name != EVERY_MOMENT]
    return Typed(
        columns=typed,
        scales=scales,
        decisions=decided(readings, settled),
        readings=readings,
        untold=tuple(untold + (fields if EVERY_MOMENT in open_ones else [])),
    )


def _who(
    sieve: Sieve, columns: Mapping[str, str], data: Mapping[str, Any], rows: Ints
) -> tuple[Ints, ...]:
    """Codes that name a response: the customer with the respondent, else with the date."""
    customers = data["customer_id"].codes[rows].astype(np.int64)
    if "respondent_id" in columns:
        respondents = read_ids(sieve.table.column(columns["respondent_id"])).values
        return customers, respondents.codes[rows].astype(np.int64)
    when = data.get("responded_at")
    if when is None:
        return (customers,)
    return (customers, when[rows].astype(np.int64))
