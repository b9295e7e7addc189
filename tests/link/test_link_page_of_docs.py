"""docs/link.md is of this code: its figures, its gates with their numbers, and where it says they
are checked.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cxcase import gates
from cxcase.link import estimate
from cxcase.link.data import population, response_rates
from cxcase.link.data.covariates import SHORT
from cxcase.stats import draws

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "link.md").read_text(encoding="utf-8")
TEXT = " ".join(PAGE.split())


@pytest.mark.parametrize("id", [*estimate.METHODS, *estimate.WORTHS])
def test_every_figure_has_its_row(id: str):
    assert f"`{id}`" in PAGE


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("fewer than {} teams | no range", gates.MIN_TEAMS_INTERVAL),
        ("fewer than {} teams | “directional”", gates.MIN_TEAMS_FIRM),
        ("dealt into {} groups", population.DEALT_GROUPS),
        ("Satterthwaite df below {} |", gates.MIN_DF),
        ("one team above {} % of customers", 100 * gates.LARGE_TEAM_SHARE),
        ("leverage above {} times the mean", gates.LEVERAGE_RATIO),
        ("fewer than {} who left, or stayed", gates.MIN_EVENTS),
        ("fewer than {} of the rarer outcome per parameter", gates.MIN_EVENTS_PER_PARAMETER),
        ("sorts leavers from stayers in {} % of pairs", 100 * gates.LEAK_AUC),
        ("settles {} % of both without exception", 100 * gates.SETTLED),
        ("at scores of {} answers or more", gates.MIN_AT_SCORE),
        ("fewer than {} answers, or answers", gates.MIN_RESPONDERS),
        ("answers from below {} % of customers", 100 * gates.MIN_RESPONSE_RATE),
        ("a standardised difference above {};", gates.BALANCED),
        ("all differ by more than {} |", gates.LARGE_DIFFERENCE),
        ("EX reliability below {} |", gates.MIN_RELIABILITY),
        ("no divisor below {} |", gates.RELIABILITY_FLOOR),
        ("more than {} % of answers from customers of several teams", 100 * gates.MANY_SHARED),
        ("differ by more than {} % | both", 100 * gates.AME_LPM_GAP),
        ("the shift to the ledger above {} log-odds", gates.LARGE_SHIFT),
        ("one customer above {} % of a figure", 100 * gates.LARGE_CUSTOMER_SHARE),
        ("fewer than {} % of answers have a team", 100 * gates.MIN_TEAM_KNOWN),
        ("without an answer above {} % of revenue", 100 * response_rates.UNHEARD_REVENUE),
    ],
)
def test_every_gate_has_its_number(words: str, number: float):
    assert words.format(f"{number:g}") in TEXT


def test_what_the_words_rest_on():
    assert f"{draws.N_DRAWS:,} products" in TEXT
    assert "the short model (tenure, revenue)" in TEXT
    assert SHORT == ("tenure_months", "log_revenue")


def test_its_links_lead_somewhere_and_the_readme_leads_to_it():
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / target).resolve().exists(), target
    assert "docs/link.md" in (ROOT / "README.md").read_text(encoding="utf-8")
