"""A step's lift from all that is known: claims, studies, estimates and an own pilot."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from cxcase.intake import Scale
from cxcase.recommend import Evidence, LiftEvidence
from cxcase.recommend.cells import Row
from cxcase.recommend.evidence.kinds import strength_of
from cxcase.recommend.evidence.studies import CaseStudies
from cxcase.recommend.evidence.units import misfit
from cxcase.recommend.evidence.weighing import weigh
from cxcase.settings import Settings
from cxcase.stats.draws import metalog
from cxcase.stats.pooling.meta_analysis import few

CLAIM = (0.3, 0.6, 0.9)
MOMENTS = {"billing": "Billing"}
SCALE = Scale(0.0, 10.0)


def studies_of(*rows: dict[str, Any], **settings: Any) -> tuple[Evidence, ...]:
    full = [{"source": "S", "moment": "Billing", "unit": "points", **row} for row in rows]
    numbered = [Row(cells, n) for n, cells in enumerate(full, start=1)]
    register = CaseStudies(numbered, MOMENTS, Settings(**settings))
    return register.speaking_for("R1", ("Billing",), (SCALE,))


def weighed(*rows: dict[str, Any], claim=CLAIM, **settings: Any) -> LiftEvidence:
    return weigh(claim, studies_of(*rows, **settings), Settings(**settings))


def study(effect: float, se: float = 0.1, kind: str = "controlled study", **more: Any):
    return {"effect": effect, "se": se, "kind": kind, **more}


def pilot(effect: float, se: float):
    return study(effect, se, "own pilot", controlled="yes")


# ---- what is counted -----------------------------------------------------------------------------


def test_an_effect_and_its_error_are_discounted_as_written():
    """Share times effect; the error has the share's own doubt in it (Turner et al. 2009)."""
    [one] = studies_of(study(0.5, 0.2))
    assert (one.share, one.discounted) == (0.8, pytest.approx(0.4))
    assert one.discounted_se == pytest.approx(math.hypot(0.8 * 0.2, 0.5 * 0.2))
    [other] = studies_of(study(0.5, 0.2), study_shares={"controlled": 0.5}, study_spread=0.0)
    assert (other.discounted, other.discounted_se) == (pytest.approx(0.25), pytest.approx(0.1))


def test_an_own_pilot_without_others_to_compare_counts_as_a_before_and_after():
    [one] = studies_of(study(0.5, 0.2, "own pilot"))
    assert (one.code, one.grade, one.share, one.use) == ("own_pilot", "C", 0.6, "pooled")
    [other] = studies_of(study(0.5, 0.2, "own pilot"), study_shares={"before_after": 0.3})
    assert other.share == 0.3


@pytest.mark.parametrize(
    ("row", "se", "how"),
    [
        ({"se": 0.2}, 0.2, "given"),
        ({"se": None, "sd": 2.0, "n": 400}, 0.2, "n_and_sd"),
        ({"se": 0.0, "sd": None, "n": 400}, 0.5, "assumed"),
        ({"se": None, "sd": 2.0, "n": 1}, 0.5, "assumed"),
    ],
)
def test_where_a_standard_error_is_from(row, se, how):
    [one] = studies_of({"effect": -0.5, "kind": "controlled", **row})
    assert (one.se, one.se_from) == (pytest.approx(se), how)


@pytest.mark.parametrize(
    ("kind", "controlled", "vendor", "n", "code", "grade"),
    [
        ("own pilot", True, False, False, "own_pilot", "A"),
        ("own pilot, uncontrolled", False, False, True, "own_pilot", "C"),
        ("Pilot ohne Kontrollgruppe", False, False, False, "own_pilot", "C"),
        ("matched branches", True, False, True, "controlled", "B"),
        ("before/after", False, False, True, "before_after", "C"),
        ("before/after with controls", False, False, True, "controlled", "B"),
        ("before/after", True, True, True, "vendor_figures", "C"),
        ("vendor figures", False, True, False, "vendor_figures", "D"),
        ("testimonial", True, False, True, "testimonial", "D"),
        ("stakeholder estimate", False, False, False, "estimate", "D"),
        ("competitor", False, False, False, "competitor", "D"),
        ("press", False, False, True, "press", "D"),
        ("prospect or lost bid", False, False, False, "prospect", "D"),
        ("compressed air upgrade", False, False, False, "other", "D"),
        ("customer's voice", False, False, False, "voice", "D"),
    ],
)
def test_kinds_of_the_register(kind, controlled, vendor, n, code, grade):
    found = strength_of(kind, controlled, vendor, n)
    assert (found.kind, found.grade) == (code, grade)


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        ("points of 0-10 rating", None),
        ("Points", None),
        ("Punkte (0–10)", None),
        ("points of 1-5 rating", "study_scale_differs"),
        ("stars, 1 to 5", "study_scale_differs"),
        ("%", "study_in_percent"),
        ("percent of customers", "study_in_percent"),
        ("NPS points", "study_unit_other"),
        ("SD", "study_unit_other"),
        ("days", "study_unit_other"),
        ("£ a year", "study_unit_other"),
        (None, "study_unit_missing"),
    ],
)
def test_an_effect_has_to_be_in_points_of_the_scale(unit, code):
    assert misfit(unit, (SCALE,)) == code
    [one] = studies_of(study(0.5, unit=unit))
    assert (one.use, one.why) == ("told" if code else "pooled", code)


def test_what_says_nothing_of_a_lift_is_told_and_not_counted():
    voice = {"kind": "customer's voice", "effect": None}
    zero = study(0.0, 0.0, "before/after")
    found = weighed(voice, zero)
    assert found == weighed()
    assert found.used == CLAIM
    assert [s.why for s in studies_of(voice, zero)] == [
        "study_without_error",
        "study_without_effect",
    ]


def test_a_study_may_be_of_one_step_alone():
    rows = [Row({"source": "S", "step": "r1", "unit": "points", **study(0.4)}, 1)]
    register = CaseStudies(rows, MOMENTS)
    assert len(register.speaking_for("R1", ("Billing",), (SCALE,))) == 1
    assert register.speaking_for("R2", ("Billing",), (SCALE,)) == ()


# ---- what it comes to ----------------------------------------------------------------------------


def test_a_claim_alone_stands_and_a_lift_of_nothing_has_no_grade():
    assert (weighed().used, weighed().grade) == (CLAIM, "D")
    none = weighed(pilot(0.3, 0.1), claim=(0.0, 0.0, 0.0))
    assert (none.used, none.grade) == ((0.0, 0.0, 0.0), None)


def test_an_own_pilot_is_not_the_grade_of_a_claim_it_speaks_against():
    """A pilot of 0.2 with an error of 0.1 beside a claim of 0.6: the pilot is used."""
    found = weighed(pilot(0.2, 0.1), claim=(0.5, 0.6, 0.7))
    assert found.conflict
    assert found.grade == "A"
    assert found.experts == 0
    assert found.used[1] == pytest.approx(0.2, abs=0.01)
    assert found.used[2] < 0.6
    kept = weighed(pilot(0.2, 0.1), claim=(0.5, 0.6, 0.7), lift_source="sheet")
    assert (kept.used, kept.grade, kept.conflict) == ((0.5, 0.6, 0.7), "D", True)
    assert kept.weighed == found.used


def test_a_pilot_never_enters_the_pool():
    studies = [study(0.4, 0.1), study(0.5, 0.15)]
    assert weighed(*studies, pilot(0.45, 0.1)).pooled.studies == 2
    assert weighed(*studies).pooled.studies == 2


def test_one_study_is_as_wide_as_one_study():
    """Its own error and a spread that one study cannot show: by brute force.

    The study's own truth and ours both lie about what such studies find.
    """
    found = weighed(study(0.5, 0.1), claim=(0.2, 0.4, 0.6))
    [one] = studies_of(study(0.5, 0.1))
    rng = np.random.default_rng(1)
    spread = stats.halfnorm(scale=0.3 * one.discounted).rvs(400_000, random_state=rng)
    draws = one.discounted + np.hypot(one.discounted_se, np.sqrt(2) * spread) * rng.normal(
        size=400_000
    )
    assert found.pooled.low == pytest.approx(np.quantile(draws, 0.1), abs=2e-3)
    assert found.pooled.high == pytest.approx(np.quantile(draws, 0.9), abs=2e-3)
    assert found.pooled.few


def test_the_mixture_and_its_update_by_brute_force():
    """Two studies, the claim, an estimate and a pilot: a million draws, weighed one by one."""
    rows = [
        study(0.4, 0.1),
        study(0.6, 0.2, "before/after"),
        {"kind": "estimate", "low": 0.1, "likely": 0.3, "high": 0.5},
        pilot(0.35, 0.08),
    ]
    claim = (0.2, 0.4, 0.6)
    found = weighed(*rows, claim=claim)
    assert not found.conflict
    counted = [s for s in studies_of(*rows) if s.use == "pooled"]
    y = np.array([s.discounted for s in counted])
    v = np.array([s.discounted_se for s in counted]) ** 2
    rng = np.random.default_rng(2)
    n = 500_000
    some = few(y, v, 0.3 * float(np.sqrt(np.mean(y**2))))
    which = rng.choice(len(some.means), n, p=some.weights)
    pool = some.means[which] + np.sqrt(some.variances[which]) * rng.normal(size=n)
    people = np.concatenate(
        [metalog(*claim, rng.normal(size=n // 2)), metalog(0.1, 0.3, 0.5, rng.normal(size=n // 2))]
    )
    [own] = [s for s in studies_of(*rows) if s.use == "pilot"]
    draws = np.concatenate([pool, people])
    weight = np.concatenate([np.full(n, 3.0), np.full(n, 1.0)])  # best grade B; people 1
    weight *= stats.norm.pdf(own.discounted, draws, own.discounted_se)
    order = np.argsort(draws)
    up_to = np.cumsum(weight[order]) / weight.sum()
    expected = [draws[order][np.searchsorted(up_to, q)] for q in (0.1, 0.5, 0.9)]
    assert found.used == pytest.approx(expected, abs=3e-3)
    assert found.evidence_share == pytest.approx(weight[:n].sum() / weight.sum(), abs=2e-3)


def test_the_grade_is_of_what_weighs():
    """A strong pool with a claim that agrees; a weak one whose half is opinion."""
    assert weighed(study(0.7, 0.05), claim=(0.4, 0.55, 0.7)).grade == "D"  # opinion weighs 1 of 4
    assert weighed(study(0.7, 0.05), claim=(2.0, 3.0, 4.0)).grade == "B"
    assert weighed(study(0.6, 0.05, "testimonial"), claim=(0.1, 0.15, 0.2)).grade == "D"
    assert weighed(pilot(0.6, 0.05)).grade == "A"  # opinion weighs 1 of 5


def test_order_of_studies_decides_nothing_and_a_useless_one_hardly_anything():
    rows = [study(0.4, 0.1), study(0.6, 0.2), study(0.3, 0.15)]
    one, other = weighed(*rows), weighed(*rows[::-1])
    assert one.used == pytest.approx(other.used)
    useless = weighed(*rows, study(0.5, 50.0))
    assert useless.used == pytest.approx(one.used, abs=0.02)


def test_an_unsure_pilot_leaves_things_as_they_are():
    rows = [study(0.4, 0.1), study(0.6, 0.2)]
    assert weighed(*rows, pilot(0.4, 30.0)).used == pytest.approx(weighed(*rows).used, abs=2e-3)


def test_units_decide_nothing():
    """Everything ten times as large: so is what comes out."""
    rows = [study(0.4, 0.1), study(0.6, 0.2), pilot(0.45, 0.1)]
    tenfold = [{**row, "effect": 10 * row["effect"], "se": 10 * row["se"]} for row in rows]
    ten = weighed(*tenfold, claim=(3.0, 6.0, 9.0))
    one = weighed(*rows)
    assert ten.used == pytest.approx([10 * x for x in one.used], rel=1e-3)
    assert ten.evidence_share == pytest.approx(one.evidence_share, rel=1e-3)


def test_ends_are_ends_where_ranges_are_of_ends():
    rows = [study(0.4, 0.1), study(0.6, 0.2)]
    low, likely, high = weighed(*rows, ranges="minimum and maximum").used
    p10, _, p90 = weighed(*rows).used
    assert low < p10 < likely < p90 < high


def test_what_is_said_holds_what_is_true():
    """300 fields of three studies with honest discounts: P10 to P90 of the pool hold 80 %."""
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(300):
        spread = abs(rng.normal(0.0, 0.12))
        true = rng.normal(0.4, spread, 4)
        shares = rng.normal(0.8, 0.2, 3)
        errors = rng.uniform(0.05, 0.15, 3)
        rows = [
            study(float(rng.normal(t, e) / s), float(e / abs(s)))
            for t, e, s in zip(true[:3], errors, np.maximum(shares, 0.4), strict=True)
        ]
        pooled = weighed(*rows, claim=(5.0, 6.0, 7.0)).pooled
        held += pooled.low <= true[3] <= pooled.high
    assert held / 300 >= 0.8 - 3 * math.sqrt(0.8 * 0.2 / 300)
