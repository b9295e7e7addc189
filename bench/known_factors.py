"""Known factors in the form that fits beside straight lines, on the same simulated companies.

    python -m bench.known_factors 500 40001 FOLDER [ARM …]

Every company is estimated twice, and each adds a line to FOLDER/companies.jsonl, so that a run can
be stopped and taken up again; the table is printed from what is there.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from cxcase.calibrate.arms import ARMS, NULLS
from cxcase.calibrate.company import CUSTOMERS_A_TEAM, HIGH, LOW, Arm, draw, frames_of, truth_of
from cxcase.estimate import Estimate
from cxcase.intake import Case, Scale, case_from_frames
from cxcase.link.checks.alternative_estimates import rounding
from cxcase.link.data.population import Everyone, know_everyone, take_sample
from cxcase.link.engagement import engagement_half
from cxcase.link.headlines import Analysed, Run, headlines_of
from cxcase.link.models.churn import fit_churn, fit_expansion, short_model
from cxcase.link.worth.g_computation import price
from cxcase.settings import Settings

EVEN = next(arm for arm in ARMS if arm.name == "30 teams")
BENT = tuple(arm for arm in ARMS if arm.tenure != "straight")
FELT = replace(BENT[0], name=f"{BENT[0].name}, marks rounded", rounded=True)
# what decides comes first, so that a run cut short still says something
FIRST = (*NULLS[1:], *BENT)
STUDIED = (*FIRST, NULLS[0], EVEN, FELT)
FORMS = ("line", "form")
WORTH = {
    "kept": "one_point_of_cx_retention",
    "added": "one_point_of_cx_expansion",
    "both": "one_point_of_cx",
}
EFFECTS = ("cx_to_churn", "ex_to_cx", "ex_to_churn_through_cx")
ROUNDING = "rounding"
Found = Mapping[str, Sequence[float]]


def estimated(case: Case, everyone: Everyone, *, straight: bool) -> dict[str, object]:
    """The headlines of one company: (value, low, high) by name, money as currency a year."""
    settings = Settings()
    run = Run(case, settings, "", "")
    sample, short = short_model(take_sample(case, "ease", everyone, straight=straight))
    half = engagement_half(case, sample, "ease", settings.seed)
    analysed = Analysed(run, "ease", sample, short, half)
    churn, population = fit_churn(sample.population, short)
    money = price(population, churn, fit_expansion(sample, churn), analysed.scale)
    headlines = headlines_of(analysed, money)
    found = {name: _interval(headlines.effects[name]) for name in EFFECTS}
    found |= {name: _interval(headlines.worth[id]) for name, id in WORTH.items()}
    beside = rounding(money)
    found[ROUNDING] = _interval(beside.estimate if beside else None)
    return {"found": found, "forms": dict(population.bends.forms)}


def _interval(estimate: Estimate | None) -> tuple[float, float, float]:
    if estimate is None or estimate.value is None or estimate.low is None or estimate.high is None:
        return np.nan, np.nan, np.nan
    return estimate.value, estimate.low, estimate.high


def company(arm: Arm, seed: int) -> dict[str, object]:
    """One company of the arm, both ways; money as a share of revenue."""
    rng = np.random.default_rng([seed, arm.teams, sum(arm.name.encode())])
    world = draw(arm, rng, arm.teams, CUSTOMERS_A_TEAM * arm.teams)
    with tempfile.TemporaryDirectory() as folder:
        case = case_from_frames(
            frames_of(world, rng),
            Settings(),
            Path(folder),
            scales={"ease": Scale(LOW, HIGH)},
            ex_scale=Scale(1.0, 5.0),
        )
        everyone = know_everyone(case, "ease", Settings())
        line = estimated(case, everyone, straight=True)
        form = estimated(case, everyone, straight=False)
    return {
        "arm": arm.name,
        "seed": seed,
        "revenue": float(world.revenue.sum()),
        "line": line["found"],
        "form": form["found"],
        "forms": form["forms"],
    }


def study(seeds: range, folder: Path, only: Sequence[str] = ()) -> list[dict]:
    """All companies, or those of some arms; those that the folder holds are not drawn again."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "companies.jsonl"
    found = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    there = {(each["arm"], each["seed"]) for each in found}
    with file.open("a") as out:
        for arm, seed in _order(seeds):
            wanted = not only or arm.name in only
            if wanted and (arm.name, seed) not in there:
                found.append(json.loads(json.dumps(company(arm, seed))))
                out.write(json.dumps(found[-1]) + "\n")
                out.flush()
    return found


def _order(seeds: range) -> Iterator[tuple[Arm, int]]:
    for arms in (FIRST, STUDIED[len(FIRST) :]):
        for seed in seeds:
            yield from ((arm, seed) for arm in arms)


def table(found: list[dict]) -> str:
    """The paired table as markdown: coverage and error with effects, claims without."""
    lines = ["| arm | quantity | form | n | coverage | error | in se | width |", "|" + "---|" * 8]
    for arm in STUDIED:
        own = [each for each in found if each["arm"] == arm.name]
        if arm in NULLS or not own:
            continue
        truth = truth_of(arm)
        for name in (*EFFECTS, *WORTH, *([ROUNDING] if arm.rounded else [])):
            for form in FORMS:
                right = truth["cx_to_churn" if name == ROUNDING else name]
                cells = _cells(own, form, name, right)
                lines.append(f"| {arm.name} | {name} | {form} | {cells} |")
    lines += ["", "| arm | form | n | pays | harms | EX → score | kept: pays | kept: harms |"]
    lines += ["|" + "---|" * 8]
    for arm in NULLS:
        own = [each for each in found if each["arm"] == arm.name]
        for form in FORMS if own else ():
            shares = " | ".join(_claims(own, form))
            lines.append(f"| {arm.name} | {form} | {len(own)} | {shares} |")
    return "\n".join([*lines, "", *_chosen(found)])


def _ranges(own: list[dict], form: str, name: str) -> np.ndarray:
    found = np.array([each[form][name] for each in own], dtype=float)
    if name in WORTH:
        found = found / np.array([each["revenue"] for each in own])[:, None]
    return found[np.isfinite(found).all(1)]


def _cells(own: list[dict], form: str, name: str, truth: float) -> str:
    value, low, high = _ranges(own, form, name).T
    covered = float(np.mean((low <= truth) & (truth <= high)))
    error = float((value - truth).mean() / truth)
    se = (high - low).mean() / 2 / 1.7
    width = float((high - low).mean() / abs(truth))
    in_se = float((value - truth).mean() / se)
    return f"{len(value)} | {covered:.1%} | {error:+.1%} | {in_se:+.2f} | {width:.2f}"


def _claims(own: list[dict], form: str) -> list[str]:
    _, low, high = _ranges(own, form, "cx_to_churn").T
    _, ex_low, ex_high = _ranges(own, form, "ex_to_cx").T
    _, kept_low, kept_high = _ranges(own, form, "kept").T
    shares = [high < 0, low > 0, (ex_low > 0) | (ex_high < 0), kept_low > 0, kept_high < 0]
    return [f"{np.mean(share):.1%}" for share in shares]


def _chosen(found: list[dict]) -> list[str]:
    lines = []
    for arm in STUDIED:
        own = [each["forms"] for each in found if each["arm"] == arm.name]
        counts = {n: Counter(f[n] for f in own) for n in ("tenure_months", "log_revenue")}
        lines.append(f"{arm.name}: " + "; ".join(f"{n} {dict(c)}" for n, c in counts.items()))
    return lines


def main() -> None:
    """Runs what is missing and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("companies", type=int)
    parser.add_argument("first_seed", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("arms", nargs="*", metavar="ARM")
    asked = parser.parse_args()
    unknown = set(asked.arms) - {arm.name for arm in STUDIED}
    if unknown:
        parser.error(f"no such arm: {', '.join(sorted(unknown))}")
    seeds = range(asked.first_seed, asked.first_seed + asked.companies)
    start = time.perf_counter()
    print(table(study(seeds, asked.folder, asked.arms)))
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
