"""What each decision would change: the case's totals under every option, by really making the
ledger and the joins.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from cxcase.intake.case.match_responses import Answers, Matched, match_responses, metric_of
from cxcase.intake.customer_list.deduplicate import distinct, main_currency
from cxcase.intake.customer_list.from_parts import OneList
from cxcase.intake.customer_list.ledger import Ledger, keep_ledger
from cxcase.intake.result import Decision, Option
from cxcase.settings import DECISIONS, Settings

_OF_THE_LIST = ("customer_id", "currency", "revenue_start", "revenue_end", "churned", "churn_date")


@dataclass(frozen=True, eq=False)
class Scales:
    """What decisions are weighed on: the list's rows, the survey's, and what they came to as
    decided.
    """

    customers: pd.DataFrame
    answers: Answers | None
    ledger: Ledger
    matched: Matched | None
    t0: dt.date | None

    def slim(self, metric: str | None) -> Scales:
        """The same with no column that has no say."""
        kept = [c for c in _OF_THE_LIST if c in self.customers]
        answers = self.answers
        if answers is not None:
            said = [c for c in ("customer_id", "respondent_id", metric) if c in answers.rows]
            answers = replace(answers, rows=answers.rows[said])
        return replace(self, customers=self.customers[kept], answers=answers)


def weigh(scales: Scales, settings: Settings) -> tuple[Decision, ...]:
    """Every decision that came up with the totals under each option, all other decisions as they
    are.
    """
    came_up = {**scales.ledger.came_up, **(scales.matched.came_up if scales.matched else {})}
    metric = metric_of(scales.matched.responses, settings) if scales.matched else None
    slim = scales.slim(metric)
    return tuple(
        Decision(
            code,
            came_up[code],
            settings.option(code),
            tuple(_under(slim, settings, code, option, metric) for option in options),
            code in settings.decisions,
        )
        for code, options in DECISIONS.items()
        if code in came_up
    )


def _under(
    scales: Scales, settings: Settings, code: str, option: str, metric: str | None
) -> Option:
    """The totals with this option; those in force are there already."""
    answers = scales.answers
    ledger = scales.ledger
    matched = scales.matched
    if (
        code == "mixed_currency"
        and option == "convert"
        and _lacks_rates(scales.customers, settings)
    ):
        return Option(option)  # nobody can say what it would come to
    other = option != settings.option(code)
    settings = settings.deciding(code, option)
    if other and code in ledger.came_up:
        ledger = keep_ledger(scales.customers, scales.t0, settings)
    if other and answers is not None:
        matched = match_responses(answers, ledger, scales.t0, settings)
    if code not in scales.ledger.came_up and matched is not None:
        return _survey(option, matched, metric)
    return _totals(option, ledger, len(matched.responses) if matched else None)


def list_under(option: str, made: OneList, t0: dt.date | None, settings: Settings) -> Option:
    """The totals of a customer list as some option makes it; none where it makes no list."""
    if made.customers is None:
        return Option(option)
    return _totals(option, keep_ledger(distinct(made.customers)[0], t0, settings), None)


def _totals(option: str, ledger: Ledger, responses: int | None) -> Option:
    frame = ledger.customers
    lost = frame["churned"].to_numpy(dtype=bool)
    start = frame["revenue_start"].to_numpy(dtype=float)
    return Option(
        option,
        customers=len(frame),
        revenue_start=float(start.sum()),
        revenue_end=float(frame["revenue_end"].sum()) if ledger.has_revenue_end else None,
        churned_revenue=float(start[lost].sum()),
        logo_churn=float(lost.mean()) if len(frame) else None,
        responses=responses,
    )


def _survey(option: str, matched: Matched, metric: str | None) -> Option:
    scores = matched.responses[metric] if metric in matched.responses else pd.Series(dtype=float)
    score = float(scores.mean()) if scores.notna().any() else None
    return Option(option, responses=len(matched.responses), score=score)


def _lacks_rates(customers: pd.DataFrame, settings: Settings) -> bool:
    rates: Mapping[str, float] = settings.currency_rates
    others = set(customers["currency"].dropna()) - {main_currency(customers, settings)}
    return not others <= set(rates)
