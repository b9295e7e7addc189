"""What is known already while a budget is worked out exactly: the best set that was solved for less money."""

from __future__ import annotations

from cxcase.report import words
from cxcase.screen import session as sessions
from cxcase.screen import state
from cxcase.screen.parts import currency, plain


def solved() -> str:
    """The dearest solved plan within the new sum, in a sentence; nothing where there is none, or it is up to date."""
    session = sessions.current()
    budget = session.settings.budget
    if budget is None or session.settings.budget_kind != "total" or state.stage_state(session, "plan") != "stale":
        return ""
    asked, points = session.solved
    within = [point for point in points if point.budget <= budget and point.chosen]
    if asked != state.question(session) or not within:
        return ""
    point = max(within, key=lambda p: p.npv_mean)
    facts = {"budget": budget, "spend": point.spend, "npv": point.npv_mean, "n": len(point.chosen)}
    return plain(words.say("pages.budget.solved", currency(), **facts))
