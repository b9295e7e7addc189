"""The employee survey, read as figures by team: single answers never leave this process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cxcase.estimate import Floats, Ints
from cxcase.intake.employees.ex_aggregates import type_aggregates
from cxcase.intake.employees.ex_cells import Cells, cells_of, figures_of, mean_of, people_so_far
from cxcase.intake.employees.ex_long_form import LongRows, widen
from cxcase.intake.employees.ex_people import NOBODY, Answers, codes_of, who_answered
from cxcase.intake.employees.ex_repeats import copies
from cxcase.intake.employees.ex_shares import as_share, holds_shares
from cxcase.intake.employees.ex_waves import Days, asked_again, ends_of, waves_of
from cxcase.intake.privacy.small_groups import SmallGroups
from cxcase.intake.ratings.choices import check_choices
from cxcase.intake.ratings.doubtful_direction import doubtful
from cxcase.intake.ratings.missing_marks import Marked, decided, drop_unrated, mark, say_codes
from cxcase.intake.ratings.rated_column import Rated
from cxcase.intake.ratings.scales import Settled, rate, settle_scales
from cxcase.intake.schema import ENGAGEMENT, ITEM
from cxcase.intake.tables.row_filter import Sieve, Typed, drop_furniture
from cxcase.intake.values.cells import read_ids, read_texts
from cxcase.settings import EMPLOYEES_ANSWERED

_ANSWERED = 0.5  # share of the items that an answer needs for its mean to count
ONCE = "once"


def type_employees(
    sieve: Sieve,
    columns: Mapping[str, str],
    decisions: Mapping[str, Any],
    groups: SmallGroups,
    answered: str | None = None,
) -> Typed:
    """team, wave (the day it ended), n (people), mean, sd: a row per team and wave large enough to
    show.

    `sieve` must be private. answered: as EMPLOYEES_ANSWERED was decided. Where ids tell people,
    also people (`people_so_far`), and where the score is made of several questions,
    item:<question>: its mean in each cell.
    """
    check_choices(decisions)
    table = sieve.table
    teams = list(read_texts(table.column(columns["team"])).values)
    drop_furniture(sieve, table.column(columns["team"]))
    sieve.drop(np.array([t is None for t in teams], dtype=bool), "team_missing")
    if "n" in columns and {"mean", "engagement"} & set(columns):
        return type_aggregates(sieve, columns, decisions, teams, groups)
    rows = _rows(sieve, columns, decisions, teams)
    filled = _filled(sieve, columns, rows)
    marked, settled, score = _scores(filled, decisions)
    answers = _answers(sieve, columns, rows, filled, marked, score)
    cells = _counted(sieve, answers, groups, answered)
    if "wave" not in columns and _nothing_tells_people(answers):
        sieve.say("review", "ex_rows_as_people", teams=_teams(cells))
    ended = ends_of(sieve, columns, rows.waves, rows.days)
    teams_of = list(dict.fromkeys(t for t in teams if t is not None))
    waves_of_cells = list(dict.fromkeys(rows.waves))
    places = [
        (teams_of[team], str(ended[waves_of_cells[wave]]), str(waves_of_cells[wave]))
        for team, wave in zip(cells.team.tolist(), cells.wave.tolist(), strict=True)
    ]
    order = np.array(
        sorted(np.flatnonzero(cells.shown).tolist(), key=lambda k: places[k]), dtype=np.int64
    )
    _doubt_directions(marked, cells, filled.sieve)
    filled.tell(sieve)
    days = [ended[waves_of_cells[wave]] for wave in cells.wave[order].tolist()]
    data: dict[str, Any] = {
        "team": [places[k][0] for k in order.tolist()],
        "wave": np.array(days, dtype="datetime64[us]"),
        **figures_of(cells, order),
        **people_so_far(cells, order),
    }
    readings = tuple(one.read(settled, filled.sieve) for one in marked)
    return Typed(
        columns=data,
        scales={ENGAGEMENT: marked[0].scale} if marked else {},
        decisions=decided(readings, settled),
        suppressed_teams=len({team for team, *_ in places} - set(data["team"])),
        readings=readings,
        untold=(ENGAGEMENT,) if settled.untold & {one.column.field for one in marked} else (),
    )


@dataclass(frozen=True, eq=False)
class _Rows:
    """What stands in the rows of the file (n,): names, codes of them, days."""

    teams: Sequence[Any]
    waves: Sequence[Any]
    days: Days
    team: Ints
    wave: Ints
    ids: Ints


def _rows(
    sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any], teams: Sequence[Any]
) -> _Rows:
    waves, days = waves_of(sieve, columns, decisions)
    ids = np.full(len(sieve.alive), NOBODY, dtype=np.int64)
    if "respondent_id" in columns:
        ids = codes_of(list(read_ids(sieve.table.column(columns["respondent_id"])).values))
    sieve.drop(copies(sieve.table, sieve.alive, days), "copied_row")
    return _Rows(teams, waves, days, codes_of(teams), codes_of(waves), ids)


@dataclass(frozen=True, eq=False)
class _Filled:
    """Filled forms (f,): the rows of a table of questions.

    fields   field -> heading of each question
    row      (f,) a row of the file that each came from
    form     (n,) the form of each row of the file, -1 for none
    apart    see `Answers`
    """

    sieve: Sieve
    fields: Mapping[str, str]
    row: Ints
    form: Ints
    apart: bool

    def tell(self, sieve: Sieve) -> None:
        """Sets aside in the file's own sieve the rows of forms that were; says what was said."""
        if self.sieve is sieve:
            return
        for form, _, _, reason in self.sieve.out:
            sieve.drop(self.form == form, reason)
        sieve.say_all(self.sieve.findings)


def _filled(sieve: Sieve, columns: Mapping[str, str], rows: _Rows) -> _Filled:
    """The forms: the rows themselves, or put together of a row a person and statement."""
    if "statement" not in columns:
        fields = {name: columns[name] for name in _score_fields(columns)}
        every = np.arange(len(sieve.alive))
        return _Filled(sieve, fields, every, every, apart=False)
    heading = columns["statement"]
    statement = read_texts(sieve.table.column(heading)).values
    sieve.drop(~statement.filled, "statement_missing")
    long = LongRows(sieve.alive, rows.ids, rows.team, rows.wave, rows.days, statement)
    forms = widen(sieve.table, columns[_score_fields(columns)[0]], long)
    sieve.drop(forms.again, "answered_again")
    if forms.apart:
        sieve.say("review", "ex_long_form_without_people", column=heading)
    else:
        sieve.say("ok", "ex_long_form", column=heading)
    inner = Sieve(forms.table, private=True)
    fields = {f"{ITEM}{name}": name for name in forms.table.headings}
    return _Filled(inner, fields, forms.first, forms.form, forms.apart)


def _scores(filled: _Filled, decisions: Mapping[str, Any]) -> tuple[list[Marked], Settled, Floats]:
    """(the columns of the score, how they were settled, each form's engagement (f,)): its own
    column, else the mean of the items that share the most usual scale, else eNPS.

    A form needs half of those items: the mean of one question in ten measures that question.
    """
    sieve = filled.sieve
    rated = rate(sieve, filled.fields, list(filled.fields), decisions)
    if shares := [one.heading for one in rated if holds_shares(one)]:
        sieve.say("review", "scale_assumed", columns=shares, low=0, high=1)
    rated = [as_share(one) for one in rated]
    settled = settle_scales(rated, decisions, sieve)
    rated = _told_or_all_alike([r for r in rated if r.field in settled.scales], settled, sieve)
    scales = [settled.scales[r.field] for r in rated]
    usual = max(dict.fromkeys(scales), key=scales.count, default=None)
    left = [r.heading for r in rated if settled.scales[r.field] != usual]
    if left:
        sieve.say("review", "ex_items_left_out", columns=left)
    marked = [mark(r, settled, sieve) for r in rated if settled.scales[r.field] == usual]
    count = np.zeros(len(sieve.alive))
    for one in marked:
        count += np.isfinite(one.values)
    drop_unrated(marked, count > 0, sieve)
    if not filled.apart:
        sieve.drop((count > 0) & (count < _ANSWERED * len(marked)), "few_items")
    say_codes(marked, sieve)
    values = {one.column.heading: one.values for one in marked}
    score = mean_of(values, np.zeros(len(sieve.alive)))
    return marked, settled.only([one.column.field for one in marked]), score


def _told_or_all_alike(rated: list[Rated], settled: Settled, sieve: Sieve) -> list[Rated]:
    """The questions whose good end is known; all of them where it is known of none, so that their
    mean can be turned once it is.
    """
    told = [column for column in rated if column.field not in settled.untold]
    if not told or len(told) == len(rated):
        return rated
    left = [column.heading for column in rated if column.field in settled.untold]
    sieve.say("review", "ex_marks_left_out", columns=left)
    return told


def _score_fields(columns: Mapping[str, str]) -> list[str]:
    """The fields that make the score: engagement, else the items, else eNPS or a rating; of a row a
    person and statement its rating.
    """
    first = ("rating", ENGAGEMENT) if "statement" in columns else (ENGAGEMENT,)
    for field in first:
        if field in columns:
            return [field]
    items = [field for field in columns if field.startswith(ITEM)]
    return items or [field for field in columns if field in ("enps", "rating")][:1]


def _answers(
    sieve: Sieve,
    columns: Mapping[str, str],
    rows: _Rows,
    filled: _Filled,
    marked: Sequence[Marked],
    score: Floats,
) -> Answers:
    """The answers of the forms that go on."""
    at = filled.row
    inner = filled.sieve
    who, again = np.full(len(at), NOBODY, dtype=np.int64), np.zeros(len(at), dtype=bool)
    if "respondent_id" in columns:
        who, again = who_answered(
            columns["respondent_id"],
            rows.ids[at],
            rows.team[at],
            rows.wave[at],
            rows.days[at],
            inner.alive,
        )
        inner.drop(again, "answered_again")
    on = np.flatnonzero(inner.alive)
    at = at[on]
    days = rows.days[at]
    return Answers(
        team=rows.team[at],
        wave=rows.wave[at],
        day=days,
        who=who[on],
        marks={one.column.heading: one.values[on] for one in marked},
        score=score[on],
        apart=filled.apart,
        again=asked_again(rows.team[at], rows.wave[at], days),
    )


def _counted(sieve: Sieve, answers: Answers, groups: SmallGroups, answered: str | None) -> Cells:
    """The cells with their people; asks where people may have answered a wave again and again."""
    careful = cells_of(answers, groups)
    doubt = answers.again & (answers.who == NOBODY)
    if not doubt.any():
        return careful
    once = cells_of(replace(answers, again=np.zeros(len(doubt), dtype=bool)), groups)
    told = {"count": len(doubt), "teams": _teams(careful), "teams_once": _teams(once)}
    if answered == ONCE:
        sieve.say("ok", "decided", decision=EMPLOYEES_ANSWERED, option=ONCE, **told)
        return once
    sieve.say("review", EMPLOYEES_ANSWERED, **told)
    return careful


def _nothing_tells_people(answers: Answers) -> bool:
    """True where neither a day nor an id says whether an answer is of somebody who answered
    before.
    """
    undated = np.isnat(answers.day).all()
    return bool(len(answers.day) and undated and (answers.who == NOBODY).all())


def _teams(cells: Cells) -> int:
    """Teams with a wave that may be shown."""
    return len(np.unique(cells.team[cells.shown]))


def _doubt_directions(marked: Sequence[Marked], cells: Cells, sieve: Sieve) -> None:
    """An item that falls where the others rise may be reverse-scored: said, not changed. Looked for
    in the cells that are shown: a figure over everybody would carry what the others said.
    """
    rows = cells.cell >= 0
    if len(marked) < 3 or cells.answers.apart or not rows.any():
        return
    scales = {one.column.heading: one.scale for one in marked}
    for heading, r in doubtful(cells.answers.marks, scales, rows).items():
        sieve.say("review", "item_direction_doubtful", column=heading, r=r)
