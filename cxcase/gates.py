"""Every threshold below which a number is weakened or refused, each with its exact side."""

from __future__ import annotations

import numpy as np

from cxcase.estimate import Estimate, Floats

MIN_TEAMS_BETWEEN = 2  # below: nothing that compares teams
MIN_TEAMS_INTERVAL = 6  # below: no interval on an EX path, pooled CX slope
MIN_TEAMS_FIRM = 12  # below: "directional"
MIN_DF = 4.0  # below: "few effective teams"
LARGE_TEAM_SHARE = 0.30  # above: leave-one-team-out range
LEVERAGE_RATIO = 3.0  # largest over mean partial leverage above which one team decides
MIN_EVENTS = 10  # fewer events or non-events: no logit
MIN_EVENTS_PER_PARAMETER = 10.0  # below: Firth's penalty, short model
MIN_MOMENT_ANSWERS = 30  # fewer: no slope for the moment
MIN_MOMENT_TEAMS = 5  # fewer: no slope for the moment
MIN_ANSWERS_PER_PARAMETER = 10  # fewer, beyond one a team: no shares of importance in a group
MIN_RESPONSE_RATE = 0.05  # below: weights off
MIN_RESPONDERS = 100  # below: weights off
LARGE_DIFFERENCE = 0.1  # standardised mean difference above which responders differ
LARGE_SHIFT = 0.2  # log-odds to the ledger above which revenue interacts with risk
AME_LPM_GAP = 0.15  # share by which the logit's and the straight line's effect may differ
MIN_RELIABILITY = 0.5  # below: no corrected EX figure
RELIABILITY_FLOOR = 0.3  # smallest reliability divided by
LARGE_CUSTOMER_SHARE = (
    0.10  # one customer's share of a money figure above which it is shown with and without
)
MIN_TEAM_KNOWN = (
    0.8  # share of responses with a team below which teams are left out of the analysis
)
MANY_SHARED = (
    0.1  # share of responses whose customer several teams serve, above which teams are not separate
)
LEAK_AUC = 0.95  # chance that a leaver scored below a stayer from which a score is taken for a leak
MIN_AT_SCORE = 10  # responses at a score below which "everyone there left" is no wonder
LARGE_VIF = (
    10.0  # variance inflation of the score above which it can't be told from the other columns
)
CURVE_AIC = -2.0  # AIC of a curve less the line's, below which churn bends along the scale
BALANCED = 0.05  # standardised difference that weights may leave
PLACEBO = 0.05  # share of placebo deals that may reach the real slope
STRAIGHT_APART = 0.1  # share of a range by which straight known factors must differ to be told
CALIBRATION = (
    0.8,
    1.2,
)  # slope of outcome on prediction within which predictions hold in other teams
# share of leavers, and of stayers, at scores without doubt from which a score is taken for a leak
SETTLED = 0.5
# share of those who stayed, and of their revenue, whose revenue at the end is known, below which
# nothing is said of growth
MIN_END_KNOWN = 0.8


def enough_events(events: float, non_events: float) -> bool:
    """True when a logit may be fit at all: at least 10 of each outcome."""
    return events >= MIN_EVENTS and non_events >= MIN_EVENTS


def needs_firth(events: float, non_events: float, parameters: int) -> bool:
    """True when the rarer outcome gives fewer than 10 events per parameter."""
    return min(events, non_events) / parameters < MIN_EVENTS_PER_PARAMETER


def weights_usable(responders: int, customers: int) -> bool:
    """True when response weights may be used: at least 100 responders and a 5 % response."""
    return responders >= MIN_RESPONDERS and responders / customers >= MIN_RESPONSE_RATE


def moment_usable(answers: int, teams: int) -> bool:
    """True when a moment may have a slope: 30 answers or more, from at least 5 teams."""
    return answers >= MIN_MOMENT_ANSWERS and teams >= MIN_MOMENT_TEAMS


def answers_carry(answers: int, parameters: int) -> bool:
    """True when there are 10 answers or more for every figure estimated from them at once."""
    return answers >= MIN_ANSWERS_PER_PARAMETER * parameters


def directional(teams: int) -> bool:
    """True when there are enough teams for an interval but fewer than 12."""
    return MIN_TEAMS_INTERVAL <= teams < MIN_TEAMS_FIRM


def few_effective_teams(df: float) -> bool:
    """True when Satterthwaite's degrees of freedom are below 4."""
    return df < MIN_DF


def one_team_decides(share: Floats) -> bool:
    """True when one team holds more than 30 % of the customers. share (g,) sums to 1."""
    return bool(np.max(share) > LARGE_TEAM_SHARE)


def leverage_concentrated(leverage: Floats) -> bool:
    """True when the largest partial leverage (g,) is above three times the mean."""
    return bool(np.max(leverage) > LEVERAGE_RATIO * np.mean(leverage))


def teams_share(share: float) -> bool:
    """True when more than a tenth of the responses are of customers whom several teams serve."""
    return share > MANY_SHARED


def ledger_shift_large(shift: float) -> bool:
    """True when the shift to the ledger is more than 0.2 log-odds either way."""
    return abs(shift) > LARGE_SHIFT


def lines_differ(ame: float, lpm: float) -> bool:
    """True when the average effects of logit and straight line differ by more than 15 %.

    Of the larger of the two.
    """
    largest = max(abs(ame), abs(lpm))
    return (
        largest > 0 and abs(ame - lpm) / largest - AME_LPM_GAP > 1e-12
    )  # rounding is not a difference


def apart(value: float, other: float, e: Estimate) -> bool:
    """True when two values differ by more than a tenth of the estimate's range."""
    if e.low is None or e.high is None:
        return False
    return abs(value - other) > STRAIGHT_APART * (e.high - e.low)


def calibration_off(slope: float) -> bool:
    """True when predictions for other teams are too sure of themselves, or not sure enough."""
    return not CALIBRATION[0] <= slope <= CALIBRATION[1]


def placebo_holds(p: float) -> bool:
    """True when at most 5 % of placebo deals reach the real slope."""
    return p <= PLACEBO


def leaks(auc: float) -> bool:
    """True when one score sorts leavers from stayers nearly perfectly, either way round."""
    return max(auc, 1.0 - auc) >= LEAK_AUC


def end_known(share: float) -> bool:
    """True when the end is known of enough who stayed: four in five."""
    return share >= MIN_END_KNOWN


def settles(left: float, stayed: float) -> bool:
    """True when scores without exception hold half of the leavers and half of the stayers."""
    return left >= SETTLED and stayed >= SETTLED
