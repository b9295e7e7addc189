"""What the side figures say about the headlines, as findings: which checks held or failed."""

from __future__ import annotations

from collections.abc import Iterator

from cxcase import gates
from cxcase.checks import Finding
from cxcase.estimate import Estimate
from cxcase.link.data.response_rates import Answering
from cxcase.link.diagnosis import STRAIGHT_FACTORS, Confirmation, Diagnosis, Placebo
from cxcase.link.models.ex_items import ExItems
from cxcase.link.models.goodness_of_fit import Fit
from cxcase.link.models.metric_choice import MetricChoice
from cxcase.link.models.time_order import Order

MOST_NAMED = 3  # questions that a sentence can name
WILD_CODES = {
    ("ex_to_cx", True): "ex_wild_agrees",
    ("ex_to_cx", False): "ex_wild_disagrees",
    ("cx_to_churn", True): "cx_wild_agrees",
    ("cx_to_churn", False): "cx_wild_disagrees",
}
STRAIGHT_CODES = {"cx_to_churn": "churn_if_straight", "ex_to_cx": "score_if_straight"}
WILD_AGREES = "wild_agrees"
WILD_DISAGREES = "wild_disagrees"
PLACEBO_HOLDS = "placebo_holds"
PLACEBO_FAILS = "placebo_fails"


def checks_of(of: str, diagnosis: Diagnosis) -> tuple[str, ...]:
    """The codes of checks made on the figure `of`."""
    wild = [
        WILD_AGREES if c.agrees else WILD_DISAGREES for c in diagnosis.confirmations if c.of == of
    ]
    placebo = [
        PLACEBO_HOLDS if gates.placebo_holds(c.p) else PLACEBO_FAILS
        for c in diagnosis.placebos
        if c.of == of
    ]
    return (*wild, *placebo)


def about_diagnosis(
    diagnosis: Diagnosis, metric: str, headline: Estimate | None
) -> Iterator[Finding]:
    """One finding for each check that says something, in the order of the chain."""
    for confirmation in diagnosis.confirmations:
        yield from about_wild(confirmation)
    if headline is not None:
        yield from about_straight_factors(diagnosis, headline, "cx_to_churn")
    if diagnosis.fit is not None:
        yield from _about_fit(diagnosis.fit)
    if diagnosis.contextual is not None and not diagnosis.contextual.refused:
        yield _about_team_mean(diagnosis.contextual)
    if diagnosis.answering is not None:
        yield from _about_answering(diagnosis.answering)
    if diagnosis.metrics is not None:
        yield from _about_metrics(diagnosis.metrics, metric)
    if diagnosis.survival is not None and headline is not None and headline.value is not None:
        hazard = diagnosis.survival.hazard_effect.value or 0.0
        differs = gates.lines_differ(headline.value, hazard)
        yield _finding(
            differs,
            "hazard_differs" if differs else "hazard_agrees",
            year=headline.value,
            months=hazard,
        )


def about_straight_factors(diagnosis: Diagnosis, e: Estimate, of: str) -> Iterator[Finding]:
    """What the figure `of` would be with known factors as straight lines, where that differs."""
    for other in diagnosis.alternatives:
        if other.id == STRAIGHT_FACTORS and other.of == of:
            yield _finding(False, STRAIGHT_CODES[of], figure=e, straight=other.estimate.value)


def about_ex_placebo(placebos: tuple[Placebo, ...], slope: Estimate) -> Iterator[Finding]:
    """Engagement dealt to other teams: only worth a word when the slope is claimed."""
    for placebo in placebos:
        if slope.excludes_zero:
            holds = gates.placebo_holds(placebo.p)
            yield _finding(
                not holds, "ex_placebo_holds" if holds else "ex_placebo_fails", share=placebo.p
            )


def about_order(order: Order | None, *, of_units: bool = False) -> Iterator[Finding]:
    """Whether the score moves first, or engagement does, and which answers no wave came before.

    of_units: branches or stores stand for teams, so that the words say so.
    """
    if order is None or order.reverse.refused:
        return
    params = {"forward": order.forward.value, "reverse": order.reverse.value, "teams": order.teams}
    if order.reverse.excludes_zero:
        code = "units_score_moves_first" if of_units else "score_moves_first"
        yield _finding(True, code, **params)
    elif order.forward.excludes_zero:
        code = "units_engagement_moves_first" if of_units else "engagement_moves_first"
        yield _finding(False, code, **params)
    if order.before:
        yield _finding(
            False, "answers_before_waves", count=order.before, total=order.answers + order.before
        )


def about_items(found: ExItems | None) -> Iterator[Finding]:
    """Whether the survey's questions can be told apart by what they go with."""
    if found is None or not found.items:
        return
    apart = [item.item for item in found.leading][:MOST_NAMED]
    params = {"questions": len(found.items), "teams": found.teams}
    if apart:
        yield _finding(False, "ex_items_apart", items=apart, **params)
    else:
        yield _finding(False, "ex_items_alike", **params)


def _finding(bad: bool, code: str, **params: object) -> Finding:
    return Finding("review" if bad else "ok", code, "link", params)


def about_wild(c: Confirmation) -> Iterator[Finding]:
    """Whether the wild bootstrap says what the printed interval says."""
    yield _finding(not c.agrees, WILD_CODES[c.of, c.agrees], p=c.p)


def _about_fit(fit: Fit) -> Iterator[Finding]:
    if gates.calibration_off(fit.slope):
        yield _finding(True, "calibration_off", slope=fit.slope)
    if fit.curve_aic is not None and fit.curve_aic < gates.CURVE_AIC:
        yield _finding(True, "curve_fits_better", gain=-fit.curve_aic)
    if fit.vif > gates.LARGE_VIF:
        yield _finding(True, "score_collinear", vif=fit.vif)


def _about_team_mean(e: Estimate) -> Finding:
    code = "team_mean_adds" if e.excludes_zero else "team_mean_adds_nothing"
    return _finding(e.excludes_zero, code, value=e.value, low=e.low, high=e.high)


def _about_answering(answering: Answering) -> Iterator[Finding]:
    worst = max(answering.balance, key=lambda row: abs(row[2]), default=None)
    if answering.r_indicator is not None and worst is not None and abs(worst[2]) > gates.BALANCED:
        yield _finding(True, "weights_leave_gap", variable=worst[0], gap=abs(worst[2]))
    if (found := answering.overlap) is not None and found.little:
        yield _finding(
            True, "little_overlap", customers=found.outside, revenue=found.outside_weight
        )
    for segment, customers, share in answering.voiceless:
        yield _finding(
            True, "segment_without_voice", segment=segment, customers=customers, share=share
        )


def _about_metrics(choice: MetricChoice, metric: str) -> Iterator[Finding]:
    best = choice.skills[0].metric
    gap = next(
        (e for better, other, e in choice.differences if better == best and other == metric), None
    )
    if gap is not None and gap.excludes_zero:
        yield _finding(True, "other_metric_tells_more", used=metric, best=best, gain=gap.value)
