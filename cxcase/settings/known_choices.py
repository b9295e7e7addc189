"""What a person may choose among: the options of each choice, and of what the rows leave open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Metric = Literal["ease", "csat", "nps"]
Ranges = Literal["P10 and P90", "minimum and maximum"]
LiftSource = Literal["evidence", "sheet"]
BudgetKind = Literal["total", "periods", "return", "smallest", "certain"]
Every = Literal["month", "quarter", "year"]
RiskMode = Literal["draws", "adjusted"]
DeckKind = Literal["full", "short"]
Audience = Literal["ceo", "cfo", "coo", "people", "board"]
PHASES = ("crawl", "walk", "run")
Target = Literal["best_quartile_team", "rating"]
METRICS: tuple[Metric, ...] = ("ease", "csat", "nps")
K_MIN_FLOOR = 3
# the decision that a survey of employees is read by: their rows are not kept for later
EMPLOYEES_ANSWERED = "employees_answered"
UNDECIDED = "ask"  # the default of what must be decided before there is a figure
# what the rows leave open: its options, the default first
DECISIONS: Mapping[str, tuple[str, ...]] = {
    "churn_source": ("as_found", "revenue", "events", "flag"),
    "revenue_years": (UNDECIDED, "by_years", "by_responses"),
    "empty_revenue": (UNDECIDED, "leave_out"),
    "revenue_period": (UNDECIDED, "as_year", "to_year", "leave_out"),
    "subscription_period": (UNDECIDED, "yearly", "quarterly", "monthly"),
    "revenue_unit": (UNDECIDED, "as_written", "thousands", "millions"),
    "revenue_commas": (UNDECIDED, "parted", "decimal"),
    "heading_unit": (UNDECIDED, "as_heading", "as_written"),
    "revenue_currencies": (UNDECIDED, "leave_out"),
    "title_unit": ("in_full", "as_written"),
    "swapped_dates": (UNDECIDED, "swap_back", "as_shown"),
    "mark_direction": (UNDECIDED, "one_best", "highest_best"),
    "mixed_currency": ("main_only", "convert"),
    "duplicate_customers": (UNDECIDED, "first", "last", "add_up", "set_aside"),
    "parent_rows": (UNDECIDED, "parents", "children"),
    "outlier_revenue": (UNDECIDED, "keep", "set_aside"),
    "silent_at_end": ("kept", "lost"),
    "leavings_end_early": (UNDECIDED, "year_over"),
    "unknown_states": (UNDECIDED, "kept", "lost", "set_aside"),
    "churn_date_or_flag": ("date", "flag"),
    "negative_revenue": ("outside", "turn_sign"),
    "lost_but_paying": ("lost", "kept"),
    "revenue_end_same": ("not_measured", "measured"),
    "revenue_end_blank": ("left_out", "as_start", "zero", "set_aside"),
    "kept_without_revenue": ("as_is", "zero", "lost"),
    "price_increase_unit": ("percent", "money"),
    "responses_after_start": ("set_aside", "use"),
    "duplicate_responses": ("latest", "first", "use_all"),
    "responses_after_leaving": ("set_aside", "use"),
    "responses_before_window": ("use", "set_aside"),
    "several_responses": ("latest", "first", "mean"),
    EMPLOYEES_ANSWERED: ("again", "once"),
}
ID_RULES = ("case", "prefix", "punctuation", "zeros")  # what may be ignored when ids are compared
