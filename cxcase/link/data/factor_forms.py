"""The form in which a number among the known factors acts: a line, one bend, or a spline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cxcase.estimate import Bools, Floats, Ints
from cxcase.link.data.covariates import Columns
from cxcase.stats.identifiability import independent_columns
from cxcase.stats.left_out import crosses_within, error_left_out
from cxcase.stats.spline import beyond_line, knots_at, natural_bends

LINE = "line"
SPLINES = {"spline_4": 4, "spline_2": 2}  # with their inner knots
BENDS = ("log", "root")
WIDEST = (5, 3, 1)  # columns beside the line that a level of forms has at most
STEEP = 10.0  # how many times as fast the logarithm moves at the lowest value as far above it
SPARE = 1  # column that readings beside the headline add, and that must have its events too
PARTS = 10  # groups of teams, each predicted by the others
MISSING = ":missing"


@dataclass(frozen=True, eq=False)
class Form:
    """One form of a factor: what stands beside its line, (N, b); `name` is a code.

    lesser: the forms that it falls to where events are too few for it, richest first.
    """

    factor: str
    name: str
    bends: Floats
    lesser: tuple[Form, ...] = ()

    @property
    def width(self) -> int:
        """Columns beside the line."""
        return int(self.bends.shape[1])

    def of_rows(self, columns: Columns) -> Form:
        """The same form, and those it falls to, of other rows of the factor."""
        lesser = tuple(form.of_rows(columns) for form in self.lesser)
        return replace(form_of(columns, self.factor, self.name), lesser=lesser)


@dataclass(frozen=True, eq=False)
class Bends:
    """What stands beside the lines of the known factors, as columns (n, b).

    of (b,): the factor of each; forms: the form of every number, by its code; lesser: what those
    fall to where events are too few, of each factor richest first.
    """

    columns: Floats
    of: tuple[str, ...]
    forms: Mapping[str, str]
    lesser: tuple[Form, ...] = ()

    @classmethod
    def beside(cls, numbers: Sequence[str], forms: Iterable[Form], size: int) -> Bends:
        """The bends of the forms; numbers: all factors that are numbers, of `size` customers."""
        forms = tuple(forms)
        columns = np.column_stack([np.empty((size, 0)), *(form.bends for form in forms)])
        of = tuple(form.factor for form in forms for _ in range(form.width))
        names = dict.fromkeys(numbers, LINE) | {form.factor: form.name for form in forms}
        lesser = tuple(lower for form in forms for lower in form.lesser)
        return cls(columns, of, names, lesser)

    def rows(self, rows: Ints | Bools) -> Bends:
        """The bends of some rows."""
        lesser = tuple(replace(form, bends=form.bends[rows]) for form in self.lesser)
        return replace(self, columns=self.columns[rows], lesser=lesser)

    def only(self, factors: Iterable[str]) -> Bends:
        """The bends of these factors alone; others are left out."""
        kept = set(factors)
        held = np.array([name in kept for name in self.of], dtype=np.bool_)
        of = tuple(name for name in self.of if name in kept)
        forms = {name: form for name, form in self.forms.items() if name in kept}
        lesser = tuple(form for form in self.lesser if form.factor in kept)
        return Bends(self.columns[:, held], of, forms, lesser)

    def simpler(self) -> Bends:
        """The same but for the factor that has most bends: that one falls to its next form.

        From a spline of four inner knots to one of two, to one bend, to a line.
        """
        widest = max(dict.fromkeys(self.of), key=self.of.count, default=None)
        rest = self.only(name for name in self.forms if name != widest)
        falling = [form for form in self.lesser if form.factor == widest]
        forms = {name: LINE if name == widest else form for name, form in self.forms.items()}
        if not falling:
            return replace(rest, forms=forms)
        lower = falling[0]
        return Bends(
            np.column_stack([rest.columns, lower.bends]),
            (*rest.of, *(lower.factor for _ in range(lower.width))),
            forms | {lower.factor: lower.name},
            (*rest.lesser, *falling[1:]),
        )

    def straight(self) -> Bends:
        """Every factor as a line."""
        return Bends(self.columns[:, :0], (), dict.fromkeys(self.forms, LINE))

    def beside_lines(self, lines: Floats, weight: Floats) -> Bends:
        """Centred at the weighted mean, without those that repeat lines (n, k) or one another."""
        x = np.column_stack([np.ones(len(lines)), lines, self.columns])
        keep = independent_columns(x)[1 + lines.shape[1] :]
        columns = self.columns[:, keep]
        of = tuple(name for name, kept in zip(self.of, keep, strict=True) if kept)
        forms = {name: form if name in of else LINE for name, form in self.forms.items()}
        lesser = tuple(_beside(lines, form, weight) for form in self.lesser if form.factor in of)
        return Bends(_centred(columns, weight), of, forms, tuple(f for f in lesser if f.width))


def _beside(lines: Floats, form: Form, weight: Floats) -> Form:
    """The form centred, without the bends that repeat lines."""
    x = np.column_stack([np.ones(len(lines)), lines, form.bends])
    keep = independent_columns(x)[1 + lines.shape[1] :]
    return replace(form, bends=_centred(form.bends[:, keep], weight))


def _centred(columns: Floats, weight: Floats) -> Floats:
    return np.asarray(columns - (weight @ columns) / weight.sum())


def numbers_among(columns: Columns) -> tuple[str, ...]:
    """The factors that are numbers: not the 0/1 column of a group or of a blank."""
    return tuple(name for name in columns.names if ":" not in name)


def forms_of(columns: Columns, factor: str) -> list[Form]:
    """The forms that a factor's values allow beside its line, richest first.

    None where there are two values or fewer.
    """
    forms = [form_of(columns, factor, name) for name in (*SPLINES, *BENDS)]
    return [form for form in forms if form.width]


def form_of(columns: Columns, factor: str, name: str) -> Form:
    """One form of a factor, without columns where its values allow none.

    A blank has no part in the shape: the bends are at their mean there, and its own 0/1 column says
    in what blanks differ.
    """
    values = columns.values[:, columns.names.index(factor)]
    known = np.ones(len(values), dtype=np.bool_)
    if factor + MISSING in columns.names:
        known = columns.values[:, columns.names.index(factor + MISSING)] == 0
    seen = values[known]
    if name in SPLINES:
        shape = natural_bends(seen, knots_at(seen, SPLINES[name]))
    else:
        shape = _bend(name, seen)[:, None]
    beside = beyond_line(seen, shape)
    bends = np.zeros((len(values), beside.shape[1]))
    bends[known] = beside
    return Form(factor, name, bends)


def _bend(name: str, values: Floats) -> Floats:
    """Logarithm or root of the way from the lowest value, in units of that to the median."""
    low = values.min()
    unit = np.median(values) - low or np.ptp(values) or 1.0
    way = (values - low) / unit
    if name == "log":
        return np.asarray(np.log1p(STEEP * way))
    return np.asarray(np.sqrt(way))


@dataclass(frozen=True, eq=False)
class Answers:
    """What forms are chosen on: of customers (N,) their team, outcome and, where heard, the score.

    team: codes 0 to teams - 1, `teams` where it is not known. The three models that hold the known
    factors are predicted: churn and the score of who answered, and who answers at all.
    """

    team: Ints
    teams: int
    churned: Floats
    heard: Bools
    score: Floats

    def rows(self, rows: Bools) -> Answers:
        """Those of some customers."""
        return Answers(
            self.team[rows], self.teams, self.churned[rows], self.heard[rows], self.score[rows]
        )


def choose_forms(columns: Columns, answers: Answers, among: Sequence[str], room: int) -> list[Form]:
    """The form of each number of `among` that predicts teams left out best; a line is no form.

    room: columns beside the lines that events allow in all. The three models have one form, by the
    sum of their log-likelihoods: what bends in one alone confounds nothing. Inside teams and by
    least squares, from sums by team; others are as rich as they may be while one is chosen.
    """
    offered = within_room([forms_of(columns, name) for name in among], room)
    if not offered:
        return []
    criterion = _Criterion.of(columns, answers, offered)
    chosen = [criterion.best(forms) for forms in offered]
    return [form for form in chosen if form is not None]


def within_room(offered: Sequence[Sequence[Form]], room: int) -> list[list[Form]]:
    """Each factor's forms up to the richest level at which all together have room.

    Factors without a form left are left out.
    """
    for widest in WIDEST:
        kept = [[form for form in forms if form.width <= widest] for forms in offered]
        if sum(max((form.width for form in forms), default=0) for forms in kept) <= room:
            return [forms for forms in kept if forms]
    return []


@dataclass(frozen=True, eq=False)
class _Criterion:
    """Sums by part of the teams: of who answered, and of everybody.

    Columns of the first: churn, score, lines, all forms' bends; of the second: whether they
    answered, churn, lines, bends. sizes: customers of both; place: the columns of a form; richest:
    the first form of each factor.
    """

    heard: Floats
    everyone: Floats
    sizes: tuple[int, int]
    lines: Ints
    place: Mapping[tuple[str, str], Ints]
    richest: Mapping[str, Form]

    @classmethod
    def of(
        cls, columns: Columns, answers: Answers, offered: Sequence[Sequence[Form]]
    ) -> _Criterion:
        forms = [form for group in offered for form in group]
        known = np.column_stack([columns.values, *(form.bends for form in forms)])
        first = 2 + columns.values.shape[1]
        place = {}
        for form in forms:
            place[form.factor, form.name] = np.arange(first, first + form.width)
            first += form.width
        heard = answers.heard
        teams = answers.teams + 1
        of_heard = np.column_stack([answers.churned, answers.score, known])[heard]
        of_all = np.column_stack([heard, answers.churned, known])
        return cls(
            crosses_within(of_heard, answers.team[heard], teams, PARTS),
            crosses_within(of_all, answers.team, teams, PARTS),
            (len(of_heard), len(of_all)),
            np.arange(2, 2 + columns.values.shape[1]),
            place,
            {group[0].factor: group[0] for group in offered},
        )

    def best(self, forms: Sequence[Form]) -> Form | None:
        """The factor's form of least cost; None for a line."""
        others = [form for name, form in self.richest.items() if name != forms[0].factor]
        costs = [self._cost([*others, form]) for form in forms]
        if min(costs) >= self._cost(others):
            return None
        best = forms[int(np.argmin(costs))]
        return replace(best, lesser=_lesser(best, dict(zip(forms, costs, strict=True))))

    def _cost(self, forms: Sequence[Form]) -> float:
        """Minus twice the log-likelihood of teams left out, over the three models."""
        held = [self.lines, *(self.place[form.factor, form.name] for form in forms)]
        known = np.concatenate(held)
        with_second = np.concatenate([[1], known])
        heard, everyone = self.sizes
        churn = _cost_of(heard, error_left_out(self.heard, 0, with_second))
        score = _cost_of(heard, error_left_out(self.heard, 1, known))
        answering = _cost_of(everyone, error_left_out(self.everyone, 0, with_second))
        return churn + score + answering


def _lesser(chosen: Form, costs: Mapping[Form, float]) -> tuple[Form, ...]:
    """What a form falls to: of each smaller number of bends the form of least cost."""
    cheapest: dict[int, Form] = {}
    for form in sorted(costs, key=lambda form: costs[form]):
        cheapest.setdefault(form.width, form)
    return tuple(
        cheapest[width] for width in sorted(cheapest, reverse=True) if width < chosen.width
    )


def _cost_of(size: int, error: float) -> float:
    """Minus twice a normal log-likelihood; nothing to choose by where all outcomes are alike."""
    if error <= 0:
        return 0.0
    return float(size * np.log(error))
