"""The rule for passing, written before any run. Changing it after a run would make the run worth
nothing.

Nominal coverage is 90 %. se is the Monte-Carlo error of a coverage seen in N companies, sqrt(.9 x
.1 / N).
- mean: over all held quantities of an arm, 88 to 92 % (each side wider by what N < 500 costs: 3
se(N) - 3 se(500));
- cell: each quantity within 3 se of 90 %; one outside 2 se is flagged, and counts only after a run
on fresh seeds
  with 1,000 companies or more, in which it must lie in 88 to 92 %;
- tails: the truth below, and above, the interval in 2.5 to 8 % of companies (wider by 3 se of a 5 %
share at N < 500);
- bias: less than a quarter of the mean standard error; 2.5 % for money of `given` arms (each plus 3
Monte-Carlo se);
- one moment's stake (`single`) is an order of magnitude: its bias is held to a quarter of its mean
standard error;
- reliability: steps in ten groups by the chance to pay back that was stated; in each the share that
truly does lies
  within 3 Monte-Carlo errors and 5 points of the mean of what was stated;
- null: a claim where nothing is, at most 10 % (a 90 % interval) plus 3 se; that a better score
pays, and that it harms, each at most 5 % plus 3 se of such a share; the chain claimed in at most
5 %. Money of a drawn company (`given` arms) is also uncertain by which customers and teams it has,
which its own truth is not: there coverage has no upper bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxcase.calibrate.claims import CHAIN, HARMS, PAYS
from cxcase.calibrate.reliability import Group

NOMINAL = 0.90
MEAN = (0.88, 0.92)
CELL_SE = 3.0
FLAG_SE = 2.0
TAIL = 0.05
TAIL_LIMITS = (0.025, 0.08)
BIAS_SE = 0.25
JOINT_BIAS = 0.025
ONE_SIDED_CLAIMS = 0.05  # of a better score that it pays, of one that it harms, and of the chain
RELIABLE = 0.05
FULL = 500  # companies for which the bounds are meant
RERUN = 1000  # companies of a fresh run that settles a flagged cell


@dataclass(frozen=True)
class Cell:
    """One quantity in one arm: what came back in n companies.

    Widths and bias are shares of the truth.
    """

    arm: str
    quantity: str
    n: int
    coverage: float
    low: float  # share of companies whose interval lies below the truth
    high: float
    bias: float
    bias_error: float  # Monte-Carlo error of the bias
    bias_in_se: float
    width: float
    given: bool  # truth of the very company
    single: bool = False  # the stake of one moment
    # companies drawn, with those that gave no figure: an engagement too unreliable to be corrected
    drawn: int = 0

    @property
    def error(self) -> float:
        """Monte-Carlo standard error of the coverage at 90 %."""
        return coverage_error(self.n)


def coverage_error(n: int) -> float:
    """Monte-Carlo standard error of a 90 % coverage seen in n companies."""
    return float(np.sqrt(NOMINAL * (1 - NOMINAL) / n))


def slack(n: int) -> float:
    """What fewer than 500 companies cost in certainty."""
    return max(0.0, 3 * (coverage_error(n) - coverage_error(FULL)))


def cell_faults(cell: Cell) -> list[str]:
    """Codes of what is wrong with a cell: coverage, tails, bias."""
    faults = []
    above = cell.coverage - NOMINAL
    if above < -CELL_SE * cell.error or (above > CELL_SE * cell.error and not cell.given):
        faults.append("coverage")
    room = max(0.0, 3 * np.sqrt(TAIL * (1 - TAIL)) * (cell.n**-0.5 - FULL**-0.5))
    if max(cell.low, cell.high) > TAIL_LIMITS[1] + room or (
        min(cell.low, cell.high) < TAIL_LIMITS[0] - room and not cell.given
    ):
        faults.append("tails")
    limit = JOINT_BIAS + 3 * cell.bias_error
    money = cell.given and not cell.single
    beyond = abs(cell.bias) > limit if money else abs(cell.bias_in_se) > BIAS_SE + 3 * cell.n**-0.5
    return [*faults, *(["bias"] if beyond else [])]


def flagged(cell: Cell) -> bool:
    """True for a cell outside 2 Monte-Carlo errors of 90 %: to be run again on fresh seeds."""
    above = cell.coverage - NOMINAL
    return above < -FLAG_SE * cell.error or (above > FLAG_SE * cell.error and not cell.given)


def settled(cell: Cell) -> bool:
    """True when a fresh, large enough run puts a flagged cell inside 88 to 92 %."""
    return (
        max(cell.n, cell.drawn) >= RERUN
        and MEAN[0] <= cell.coverage
        and (cell.coverage <= MEAN[1] or cell.given)
    )


def most_claims(claim: str, companies: int) -> float:
    """The largest share of companies in which a claim may be made where nothing is."""
    if claim == CHAIN:
        return ONE_SIDED_CLAIMS + CELL_SE * coverage_error(companies)
    if claim in (PAYS, HARMS):
        error = np.sqrt(ONE_SIDED_CLAIMS * (1 - ONE_SIDED_CLAIMS) / companies)
        return float(ONE_SIDED_CLAIMS + CELL_SE * error)
    return 1 - NOMINAL + CELL_SE * coverage_error(companies)


def reliable(group: Group) -> bool:
    """True when about as many steps truly pay back as was stated."""
    return abs(group.paid - group.stated) <= RELIABLE + CELL_SE * group.error


def mean_holds(cells: list[Cell]) -> bool:
    """True when the arm's mean coverage lies in 88 to 92 %."""
    mean = float(np.mean([cell.coverage for cell in cells]))
    room = slack(cells[0].n)
    return mean >= MEAN[0] - room and (mean <= MEAN[1] + room or cells[0].given)
