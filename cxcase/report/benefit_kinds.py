"""The plan's benefits by kind, hard money and people's time apart, and what is not counted."""

from __future__ import annotations

from cxcase.report import words
from cxcase.report.result import Report
from cxcase.roi import YearlyBenefits


def benefit_kinds(report: Report) -> YearlyBenefits | None:
    """What the plan's steps bring a year in full, or, without a plan, all priced steps that can
    stand together, those with most NPV first; None where nothing is priced.
    """
    model = report.returns.model if report.returns else None
    if model is None:
        return None
    if report.plan is not None and report.plan.chosen:
        return YearlyBenefits.of(model, report.plan.chosen)
    taken: list[str] = []
    for item in report.ordered_steps:
        if item.npv is not None and not set(item.step.excludes) & set(taken):
            taken.append(item.step.id)
    return YearlyBenefits.of(model, taken)


def knows_growth(report: Report) -> bool:
    """True where growth of those who stay was measured, so that it can be counted."""
    return report.link is not None and report.link.growth_per_kept is not None


def counted(report: Report) -> tuple[str, ...]:
    """Sentences: what is counted of the plan's benefits, kind by kind, and what is not."""
    found = benefit_kinds(report)
    if found is None:
        return ()
    money = report.currency
    said = [words.say("benefit.retention", money, value=found.retention)]
    if found.expansion is not None:
        said.append(words.say("benefit.expansion", money, value=found.expansion))
    if found.saving_hard:
        said.append(words.say("benefit.saving_hard", money, value=found.saving_hard))
    if found.saving_soft:
        said.append(words.say("benefit.saving_soft", money, value=found.saving_soft))
    return (*said, not_counted(report))


def not_counted(report: Report) -> str:
    """What is left out of every figure, and why."""
    parts = [words.say("benefit.not_referrals")]
    if not knows_growth(report):
        parts.insert(0, words.say("benefit.not_growth_unknown"))
    elif not report.settings.count_expansion:
        parts.insert(0, words.say("benefit.not_growth_off"))
    return words.say("benefit.not", parts=parts)
