"""How many customers, responses and teams met, and each moment's answers among them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from cxcase import gates
from cxcase.intake.case.match_responses import Matched
from cxcase.intake.result import Joins, MomentColumn
from cxcase.intake.schema import Scale
from cxcase.intake.values.among import among


def moments_of(
    responses: pd.DataFrame, scales: Mapping[str, Scale], questions: Mapping[str, str]
) -> tuple[MomentColumn, ...]:
    """Each moment with its counts among responding base customers, in the survey's column order.

    questions: moment -> what was asked, where that is not its name.
    """
    return tuple(
        _moment(responses, name, scale, questions.get(name, "")) for name, scale in scales.items()
    )


def _moment(responses: pd.DataFrame, name: str, scale: Scale, question: str) -> MomentColumn:
    lived = responses[f"lived:{name}"].astype(bool)
    rated = responses[f"rating:{name}"].notna()
    unanswered = pd.Series(False, index=responses.index)
    if f"unanswered:{name}" in responses:
        unanswered = responses[f"unanswered:{name}"].fillna(False).astype(bool)
    silent = (unanswered | lived) & ~rated
    return MomentColumn(
        name=name,
        scale=scale,
        lived=int((lived & rated).sum()),
        not_answered=int(silent.sum()),
        not_lived=int((~rated & ~silent).sum()),
        question=question,
    )


def join_counts(
    matched: Matched | None,
    customers: pd.DataFrame,
    ex_teams: Collection[str],
    suppressed: int,
    metric: str | None,
    without_id: int,
) -> Joins:
    """How many of each met, and both waterfalls: base customers to usable ones, responses read to
    one a customer.

    ex_teams: teams with an EX figure; suppressed: those too small for one; without_id: responses
    set aside because they name no customer.
    """
    teams = set(customers["team"].dropna())
    met = {
        "teams": len(teams),
        "teams_with_ex": len(teams & set(ex_teams)),
        "teams_suppressed": suppressed,
    }
    if matched is None:
        nobody = pd.DataFrame({"customer_id": []})
        return Joins(
            responses=0,
            responses_matched=0,
            responses_unmatched=0,
            customers_with_response=0,
            waterfall=_customers_to_usable(customers, nobody, metric),
            answers=(),
            **met,
        )
    return Joins(
        responses=matched.total,
        responses_matched=matched.matched,
        responses_unmatched=matched.total - matched.matched,
        customers_with_response=len(matched.responses),
        waterfall=_customers_to_usable(customers, matched.responses, metric),
        answers=(
            ("responses_read", matched.total + without_id),
            ("with_id", matched.total),
            ("in_list", matched.matched),
            ("in_time", matched.in_time),
            ("one_each", len(matched.responses)),
        ),
        **met,
    )


def _customers_to_usable(
    customers: pd.DataFrame, responses: pd.DataFrame, metric: str | None
) -> tuple[tuple[str, int], ...]:
    """(step, base customers left): all, with a response, with a team, usable.

    Where hardly any team is known the analysis goes without teams, so that nobody falls out for
    want of one.
    """
    has_team = customers["team"].notna()
    answered = among(customers["customer_id"], responses["customer_id"])
    scored = pd.Series([], dtype=str)
    if metric in responses:
        scored = responses.loc[responses[metric].notna(), "customer_id"]
    heard = answered & among(customers["customer_id"], scored)
    steps = [("all_customers", len(customers)), ("with_response", int(answered.sum()))]
    if not heard.any() or float(has_team[heard].mean()) >= gates.MIN_TEAM_KNOWN:
        steps.append(("with_team", int((answered & has_team).sum())))
        heard &= has_team
    return (*steps, ("usable", int(heard.sum())))
