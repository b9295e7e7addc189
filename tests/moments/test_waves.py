"""Every answer in its wave: what moved among the same customers apart from who answered, against
known truth.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from make_moments import Plan, World, case_of, draw, link_of, population_of

from cxcase.intake import Case
from cxcase.intake.case.question_names import same_questions
from cxcase.intake.result import ParsedTable
from cxcase.intake.schema import Scale
from cxcase.moments import Breakdowns, Change, rank_moments
from cxcase.moments.waves import Answers, changes, read_answers
from cxcase.settings import Settings

DAYS = ("2024-06-10", "2025-01-10", "2025-06-10")


@pytest.fixture(scope="module")
def world() -> World:
    return draw(Plan())


def _several(world: World, folder: Path, lift: float = 0.6) -> Case:
    """Everybody answers in the last wave; every second one in the first, where happier customers
    are missing.
    """
    case = case_of(world, folder)
    responses = pd.read_parquet(folder / "responses.parquet").assign(
        responded_at=pd.Timestamp(DAYS[2])
    )
    responses.to_parquet(folder / "responses.parquet")
    earlier = responses.iloc[::2].assign(responded_at=pd.Timestamp(DAYS[1]))
    earlier["rating:Visit"] = earlier["rating:Visit"] - lift
    earlier = earlier[~(earlier["rating:Visit"] > 8)]
    pd.concat([earlier, responses]).drop(columns="ease").to_parquet(
        folder / "all_responses.parquet"
    )
    return case


def _over(case: Case, world: World) -> Breakdowns:
    return rank_moments(case, link_of(population_of(world)), Settings()).breakdowns


def _mean(values: Any, weight: Any) -> float:
    return float(np.average(values, weights=weight))


def test_every_answer_counts_and_the_parts_are_what_they_say(world: World, tmp_path: Path) -> None:
    case = _several(world, tmp_path)
    population = population_of(world)
    breakdowns = _over(case, world)
    visit = next(c for c in breakdowns.since() if c.moment == "Visit")
    table = pd.read_parquet(tmp_path / "all_responses.parquet")[
        ["customer_id", "responded_at", "rating:Visit"]
    ]
    wide = table.pivot_table(index="customer_id", columns="responded_at", values="rating:Visit")
    responses = case.table("responses")
    weight = pd.Series(
        population.weight, index=responses["customer_id"].iloc[population.rows]
    ).reindex(wide.index)
    first, last = (wide[pd.Timestamp(day)] for day in DAYS[1:])
    both = first.notna() & last.notna()
    after = first.isna() & last.notna()
    assert (visit.before.n, visit.after.n, visit.same.n) == (
        first.notna().sum(),
        last.notna().sum(),
        both.sum(),
    )
    assert visit.before.value == pytest.approx(_mean(first[first.notna()], weight[first.notna()]))
    assert visit.after.value == pytest.approx(_mean(last[last.notna()], weight[last.notna()]))
    assert visit.same.value == pytest.approx(_mean((last - first)[both], weight[both]))
    came = weight[after].sum() / weight[last.notna()].sum()
    apart = _mean(last[after], weight[after]) - _mean(last[both], weight[both])
    assert visit.joined.value == pytest.approx(came * apart)
    assert visit.same.value == pytest.approx(0.6)
    assert visit.joined.low > 0, "who stayed away in the first wave was happier"
    assert [w.n for w in breakdowns.waves] == [len(table) - len(responses), len(responses)]


def test_parts_add_up_to_the_change(world: World, tmp_path: Path) -> None:
    for change in _over(_several(world, tmp_path), world).changes:
        parts = [p.value for p in (change.same, change.joined, change.left) if not p.refused]
        assert change.change.value == pytest.approx(change.after.value - change.before.value)
        assert change.change.value == pytest.approx(sum(parts), abs=1e-12)
        assert change.left.n == 0
        assert change.left.reason == "moment_same_customers"


def test_means_of_a_wave_count_every_answer_and_hold_no_money(world: World, tmp_path: Path) -> None:
    breakdowns = _over(_several(world, tmp_path), world)
    figures = {(f.group, f.moment): f for f in breakdowns.of("wave")}
    for change in breakdowns.since():
        for wave, side in zip(
            breakdowns.groups["wave"], (change.before, change.after), strict=True
        ):
            figure = figures[wave, change.moment]
            assert (figure.raw.value, figure.n) == (pytest.approx(side.value), side.n)
            assert {figure.stake.reason, figure.slope.reason} == {"answered_in_several_waves"}
            assert 0 <= figure.reach.low <= figure.reach.value <= figure.reach.high <= 1
    assert figures[breakdowns.groups["wave"][1], "Visit"].reach.value == pytest.approx(
        0.95, abs=0.02
    )


def test_one_answer_each_says_nothing_of_the_same_customers(world: World, tmp_path: Path) -> None:
    case = case_of(world, tmp_path)
    responses = pd.read_parquet(tmp_path / "responses.parquet")
    responses["responded_at"] = pd.to_datetime(np.array(DAYS)[np.arange(len(responses)) % 3])
    responses.to_parquet(tmp_path / "responses.parquet")
    breakdowns = _over(case, world)
    assert {c.wave for c in breakdowns.changes} == {1, 2}
    assert len(breakdowns.since()) == len(breakdowns.since(1)) == 4
    assert {c.same.reason for c in breakdowns.changes} == {"moment_few_answers"}
    assert not any(c.change.refused for c in breakdowns.changes if c.moment == "Visit")
    stakes = [f.stake.value for f in breakdowns.of("wave", "Visit")]
    assert len(stakes) == 3
    assert not any(v is None for v in stakes), "each customer's money belongs to one wave"


def test_a_question_asked_in_one_wave_only_has_no_change(world: World, tmp_path: Path) -> None:
    case = _several(world, tmp_path)
    table = pd.read_parquet(tmp_path / "all_responses.parquet")
    early = table["responded_at"] < pd.Timestamp(DAYS[2])
    table.loc[early, "rating:Invoice"] = np.nan
    table.loc[early, "lived:Invoice"] = False
    table.to_parquet(tmp_path / "all_responses.parquet")
    change = next(c for c in _over(case, world).since() if c.moment == "Invoice")
    assert change.change.reason == "moment_not_asked"
    assert (change.before.n, change.change.value) == (0, None)


def test_several_answers_of_a_wave_are_averaged(world: World, tmp_path: Path) -> None:
    case = _several(world, tmp_path)
    once = {c.moment: c for c in _over(case, world).since()}
    table = pd.read_parquet(tmp_path / "all_responses.parquet")
    again = table[table["responded_at"] == pd.Timestamp(DAYS[2])].copy()
    again["rating:Visit"] -= 2.0
    pd.concat([table, again]).to_parquet(tmp_path / "all_responses.parquet")
    twice = {c.moment: c for c in _over(case, world).since()}
    assert twice["Visit"].same.value == pytest.approx(once["Visit"].same.value - 1.0)
    assert twice["Invoice"].same.value == pytest.approx(once["Invoice"].same.value)
    assert twice["Visit"].after.n == once["Visit"].after.n


# ---- known truth ---------------------------------------------------------------------------------

# what the company below moves by
SAME = 0.4
JOINED = -0.25
LEFT = -0.1


def _company(seed: int, teams: int = 16) -> tuple[Change, ...]:
    """A third answers twice and rises by .4; those who come are .5 worse, those who go .2 better;
    teams differ.

    As many come and go as stay, so that coming moves the mean by half of -.5 and going by half of
    -.2.
    """
    rng = np.random.default_rng(seed)
    n = teams * 90
    # stays, comes, goes
    team = np.repeat(np.arange(teams), 90)
    role = np.arange(n) % 3
    level = 6 + 0.4 * rng.standard_normal(teams)[team] + rng.standard_normal(n)
    rise = SAME + 0.3 * rng.standard_normal(teams)[team]
    level = level - np.select([role == 1, role == 2], [0.5, -0.2], 0.0)
    rating = np.stack(
        [level, level + np.where(role == 0, rise, SAME)], axis=1
    ) + 0.8 * rng.standard_normal((n, 2))
    answers = [(k, w) for w, out in ((0, 1), (1, 2)) for k in np.flatnonzero(role != out)]
    customer, wave = np.array(answers).T
    design = SimpleNamespace(
        churned=np.zeros(n), weights=np.ones((1, n)), population=SimpleNamespace(team=team)
    )
    fitted: Any = SimpleNamespace(design=design, names=("Visit",), slope=np.zeros((teams + 1, 1)))
    given = rating[customer, wave][:, None]
    two: Any = (None, None)
    return changes(
        fitted, Answers(two, customer, wave, given, np.ones_like(given, dtype=bool), wave[:n])
    )


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    truth = {"change": SAME + JOINED + LEFT, "same": SAME, "joined": JOINED, "left": LEFT}
    found = [_company(seed)[0] for seed in range(200)]
    for name, true in truth.items():
        estimates = [getattr(c, name) for c in found]
        covered = np.mean([e.low <= true <= e.high for e in estimates])
        assert 0.84 <= covered <= 0.96, name  # 90 % by 3 standard errors of 200 companies
        assert np.mean([e.value for e in estimates]) == pytest.approx(true, abs=0.03), name


def test_the_change_of_all_is_not_that_of_the_same_customers() -> None:
    found = [_company(seed)[0] for seed in range(60)]
    assert np.mean([c.change.low <= SAME <= c.change.high for c in found]) < 0.2
    assert np.mean([c.joined.high < 0 for c in found]) > 0.8


# ---- the same question ---------------------------------------------------------------------------


def _asked(*names: str) -> ParsedTable:
    scales = {f"moment:{name}": Scale(0, 10) for name in names}
    return ParsedTable(SimpleNamespace(role="cx"), None, None, scales)


def test_a_question_bears_the_name_it_was_first_asked_under() -> None:
    first = pd.DataFrame({"rating:Scheduled visit": [1.0], "rating:Invoice": [2.0]})
    _, _, known = same_questions(first, _asked("Scheduled visit", "Invoice"), {})
    later = pd.DataFrame(
        {
            "rating:3. Scheduled Visit (0-10)": [3.0],
            "lived:3. Scheduled Visit (0-10)": [True],
            "rating:Invoices": [4.0],
        }
    )
    frame, table, _ = same_questions(later, _asked("3. Scheduled Visit (0-10)", "Invoices"), known)
    assert list(frame) == ["rating:Scheduled visit", "lived:Scheduled visit", "rating:Invoices"]
    assert list(table.scales) == ["moment:Scheduled visit", "moment:Invoices"]


def test_two_questions_of_one_file_never_become_one() -> None:
    known = {"visit": "Visit"}
    frame = pd.DataFrame({"rating:Visit": [1.0], "rating:visit (1-5)": [2.0]})
    assert list(same_questions(frame, _asked("Visit", "visit (1-5)"), known)[0]) == list(frame)
    frame = pd.DataFrame({"rating:VISIT": [1.0], "rating:visit (1-5)": [2.0]})
    assert list(same_questions(frame, _asked("VISIT", "visit (1-5)"), known)[0]) == [
        "rating:Visit",
        "rating:visit (1-5)",
    ]


def test_read_answers_needs_days(world: World, tmp_path: Path) -> None:
    case = case_of(world, tmp_path)
    population = population_of(world)
    design = SimpleNamespace(population=population, blocks=SimpleNamespace(names=("Visit",)))
    assert read_answers(case, SimpleNamespace(design=design)) is None
    assert not list(_over(case, world).of("wave"))
