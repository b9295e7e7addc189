"""What each decision would change: the case's totals under every option, by really making the
ledger and the joins.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import pandas as pd

from cxcase.intake.case.match_responses import Answers, Matched, match_responses, metric_of
from cxcase.intake.customer_list.contract_rows import APART
from cxcase.intake.customer_list.deduplicate import main_currency, without_repeats
from cxcase.intake.customer_list.end_revenue import end_measured
from cxcase.intake.customer_list.from_parts import OneList
from cxcase.intake.customer_list.ledger import Ledger, keep_ledger
from cxcase.intake.result import Decision, Option, why_no_list
from cxcase.intake.schema import STATE_OPEN
from cxcase.settings import DECISIONS, Settings

_OF_THE_LIST = (
    "customer_id",
    APART,
    "currency",
    "revenue_start",
    "revenue_end",
    "churned",
    "churn_date",
    STATE_OPEN,
)


@dataclass(frozen=True, eq=False)
class WeighedOn:
    """What decisions are weighed on: the list's rows, the survey's, and what they came to as
    decided.
    """

    customers: pd.DataFrame
    ledger: Ledger
    t0: dt.date | None
    answers: Answers | None = None
    matched: Matched | None = None

    def slim(self, metric: str | None) -> WeighedOn:
        """The same with no column that has no say."""
        kept = [c for c in _OF_THE_LIST if c in self.customers]
        slim = replace(self, customers=self.customers[kept])
        if self.answers is None:
            return slim
        rows = self.answers.rows
        said = [c for c in ("customer_id", "respondent_id", metric) if c in rows]
        return replace(slim, answers=replace(self.answers, rows=rows[said]))


def weigh(on: WeighedOn, settings: Settings) -> tuple[Decision, ...]:
    """Every decision that came up with the totals under each option, all other decisions as they
    are.
    """
    came_up = dict(on.ledger.came_up)
    metric = None
    if on.matched is not None:
        came_up |= on.matched.came_up
        metric = metric_of(on.matched.responses, settings)
    slim = on.slim(metric)
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


def _under(on: WeighedOn, settings: Settings, code: str, option: str, metric: str | None) -> Option:
    """The totals with this option; those in force are there already."""
    if code == "mixed_currency" and option == "convert" and _lacks_rates(on.customers, settings):
        return Option(option)  # nobody can say what it would come to
    of_the_list = code in on.ledger.came_up
    ledger = on.ledger
    matched = on.matched
    if option != settings.option(code):
        deciding = settings.deciding(code, option)
        if of_the_list:
            ledger = keep_ledger(on.customers, on.t0, deciding)
        if on.answers is not None:
            matched = match_responses(on.answers, ledger, on.t0, deciding)
    if matched is None:
        return _list_totals(option, ledger, None)
    if of_the_list:
        return _list_totals(option, ledger, len(matched.responses))
    return _survey_totals(option, matched, metric)


def list_under(option: str, made: OneList, t0: dt.date | None, settings: Settings) -> Option:
    """The totals of a customer list as some option makes it; none where it makes no list."""
    if made.customers is None or why_no_list(made.findings):
        return Option(option)
    rows, _ = without_repeats(made.customers)
    return _list_totals(option, keep_ledger(rows, t0, settings), None)


def _list_totals(option: str, ledger: Ledger, responses: int | None) -> Option:
    """What the ledger comes to; nothing while a question is open that must be answered first."""
    if why_no_list(ledger.findings):
        return Option(option)
    base = ledger.customers
    lost = base["churned"].to_numpy(dtype=bool)
    start = base["revenue_start"].to_numpy(dtype=float)
    end = end_measured(base)
    revenue_end = None
    if end is not None:
        revenue_end = end.sum_of(end.revenue)
    logo_churn = None
    if len(base):
        logo_churn = float(lost.mean())
    return Option(
        option,
        customers=len(base),
        revenue_start=float(start.sum()),
        revenue_end=revenue_end,
        churned_revenue=float(start[lost].sum()),
        logo_churn=logo_churn,
        responses=responses,
    )


def _survey_totals(option: str, matched: Matched, metric: str | None) -> Option:
    responses = matched.responses
    score = None
    if metric in responses and responses[metric].notna().any():
        score = float(responses[metric].mean())
    return Option(option, responses=len(responses), score=score)


def _lacks_rates(customers: pd.DataFrame, settings: Settings) -> bool:
    """True where somebody must still say what one of the other currencies is worth."""
    others = set(customers["currency"].dropna()) - {main_currency(customers, settings)}
    return not others <= set(settings.currency_rates)
