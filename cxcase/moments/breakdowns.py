"""Which groups of customers there are, and the survey over time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cxcase.estimate import Floats, Ints
from cxcase.intake import Case
from cxcase.link import Population
from cxcase.moments.fit import Fitted
from cxcase.moments.groups import TEAM, Grouping, group_figures, ordered
from cxcase.moments.result import Breakdowns, Wave
from cxcase.moments.waves import WAVE, changes, read_answers, shown_waves, wave_figures, wave_name

# months; bands of how long somebody has been a customer
TENURE = ((0, 12), (12, 36), (36, 60), (60, None))
MOST_TEAMS = 200
MOST_GROUPS = 12
MOST_LEVELS = 40


def break_down(case: Case, fitted: Fitted, controls: Sequence[str], currency: str) -> Breakdowns:
    """Every moment by segment, tenure, named columns, team and wave.

    And its change from each wave to the next.
    """
    known = _customers(case, fitted.design.population, controls)
    answers = read_answers(case, fitted)
    repeated = answers is not None and answers.repeated
    found = [*_groups(known), *_teams(fitted)]
    if answers is not None and not repeated:
        found += _by_wave(answers.waves, answers.counted)
    found = [g for g in found if len(g.names) > 1]
    figures = list(group_figures(fitted, found, currency))
    groups = {g.dimension: g.names for g in found}
    hidden = {g.dimension: g.hidden for g in found}
    if answers is None:
        return Breakdowns(tuple(figures), groups, hidden)
    if repeated:
        names, left = shown_waves(answers)
        if len(names) > 1:
            figures += wave_figures(fitted, answers, currency)
            groups[WAVE] = names
            hidden[WAVE] = left
    moved = changes(fitted, answers) if len(answers.waves) > 1 else ()
    return Breakdowns(tuple(figures), groups, hidden, answers.waves, moved)


def _customers(case: Case, population: Population, controls: Sequence[str]) -> pd.DataFrame:
    """What the customer list says of those who gave the answers, in their order.

    Empty where there is no list.
    """
    if not case.has("customers"):
        return pd.DataFrame(index=range(len(population.rows)))
    wanted = ["customer_id", "segment", "tenure_months", *controls]
    there = [c for c in dict.fromkeys(wanted) if c in case.columns("customers")]
    known = case.table("customers", there).iloc[population.customers].reset_index(drop=True)
    ids = known.pop("customer_id")
    if not case.has("customer_groups"):
        return known
    groups = case.table("customer_groups")
    place = pd.Index(groups.pop("customer_id")).get_indexer(pd.Index(ids))
    found = groups.iloc[place].reset_index(drop=True)
    return known.join(found[[c for c in found if c not in known]])


def _groups(known: pd.DataFrame) -> list[Grouping]:
    """Groups by segment, band of tenure, column of few texts, and as found in the customer list."""
    found = []
    for name in known:
        column = known[name]
        if name == "tenure_months":
            found.append(_tenure(column.to_numpy(dtype=np.float64, na_value=np.nan)))
        elif not pd.api.types.is_numeric_dtype(column) and 1 < column.nunique() <= MOST_LEVELS:
            code, names = pd.factorize(column, sort=True)
            new, kept = ordered([str(v) for v in names], code.astype(np.int64), most=MOST_GROUPS)
            found.append(Grouping(str(name), new, kept))
    return found


def _tenure(months: Floats) -> Grouping:
    ends = [low for low, _ in TENURE]
    code = np.where(
        np.isfinite(months), np.searchsorted(ends, np.nan_to_num(months), side="right") - 1, -1
    )
    names = [f"{low}-{'' if high is None else high}" for low, high in TENURE]
    new, kept = ordered(names, np.maximum(code, -1).astype(np.int64))
    return Grouping("tenure", new, kept)


def _teams(fitted: Fitted) -> list[Grouping]:
    population = fitted.design.population
    if population.dealt or len(population.team_names) > MOST_TEAMS:
        return []
    new, kept = ordered(population.team_names, population.team, most=MOST_TEAMS)
    return [Grouping(TEAM, new, kept)]


def _by_wave(waves: Sequence[Wave], code: Ints) -> list[Grouping]:
    if len(waves) < 2:
        return []
    new, kept = ordered([wave_name(w) for w in waves], code, most=len(waves))
    return [Grouping(WAVE, new, kept)]
