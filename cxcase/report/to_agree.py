"""What people have to agree on: each assumption behind the plan, widest swing first, with whose it
is and whether Finance signed it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from cxcase.agreement import SETTING, Agreement, agreement_on
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.charts.plan.tornado import input_name, input_value
from cxcase.report.result import Report
from cxcase.roi import Swing

Source = Literal["own_data", "step_list", "set", "default"]
Status = Literal["unsigned", "signed", "stale"]
_OWN_DATA = "C"  # grade of what customers' own marks and leaving go together with
_SAID = "D"  # of what people say
_FIRST = ("margin", "discount", "horizon")  # what Finance asks for before all else
# what is asked of the plan is no assumption behind it, and these decide nothing in money
NOT_AGREED = frozenset(
    {
        *("budget", "budget_kind", "period_budgets", "budget_every", "fiscal_start", "plan_start"),
        *("plan_after", "roll_over", "target_roi", "target_npv", "risk_aversion", "team_days"),
        *("starts_per_quarter", "pilot_cost", "early_win_days", "early_win_chance"),
        *("phase_unlock", "phase_most", "phase_tags", "mandatory", "barred", "frozen_steps"),
        *("seed", "k_min", "side_cuts", "locale"),
    }
)


@dataclass(frozen=True)
class ToAgree:
    """An assumption as people read it. swing: what it does to the NPV; None for a setting, which
    has no range. moved: what its signature rests on that changed since.
    """

    kind: str
    of: str
    name: str
    value: str
    source: Source
    grade: str
    swing: Swing | None
    agreed: Agreement
    moved: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Names it among the others."""
        return f"{self.kind}_{self.of}"

    @property
    def status(self) -> Status:
        """Whether Finance signed it as it stands."""
        if self.agreed.signed is None:
            return "unsigned"
        return "stale" if self.moved else "signed"

    @property
    def npv_ends(self) -> tuple[float, float] | None:
        """The plan's NPV at its worse end and at its better one."""
        if self.swing is None:
            return None
        low, high = sorted((self.swing.npv_low, self.swing.npv_high))
        return low, high


def to_agree(report: Report) -> tuple[ToAgree, ...]:
    """Those that the NPV hangs on, the widest first; then the settings, which have no swing.
    Nothing before there is a plan with a figure.
    """
    if report.plan is None or report.plan.npv is None:
        return ()
    return (*_inputs(report), *_settings(report))


def _inputs(report: Report) -> Iterator[ToAgree]:
    sensitivity = report.plan_details.sensitivity if report.plan_details else None
    grades = {item.step.id: item.step.evidence_grade or fmt.NONE for item in report.ordered_steps}
    for swing in sensitivity.swings if sensitivity else ():
        name = fmt.capital(input_name(report, swing.kind, swing.of))
        low, high = (
            input_value(swing.kind, end, report.currency)
            for end in (swing.low_input, swing.high_input)
        )
        own = swing.kind in ("worth", "growth", "path")
        source: Source = "own_data" if own else "step_list"
        grade = _OWN_DATA if own else grades.get(swing.of, fmt.NONE)
        value = words.say("register.range", low=low, high=high)
        told = _told(report, swing.kind, swing.of)
        yield ToAgree(swing.kind, swing.of, name, value, source, grade, swing, **told)


def _settings(report: Report) -> Iterator[ToAgree]:
    """What is set, not estimated: money first, then in the register's own order."""
    found = [line for line in words.assumptions(report) if line.name not in NOT_AGREED]
    order = {name: place for place, name in enumerate(_FIRST)}
    for line in sorted(found, key=lambda line: order.get(line.name, len(order))):
        source: Source = "set" if line.owned else "default"
        told = _told(report, SETTING, line.name)
        yield ToAgree(SETTING, line.name, line.label, line.value, source, _SAID, None, **told)


def _told(report: Report, kind: str, of: str) -> dict[str, Any]:
    """What people said of an assumption, and what of it no longer holds."""
    return {
        "agreed": agreement_on(report.agreements.lines, kind, of),
        "moved": report.agreements.moved.get((kind, of), ()),
    }


def part_name(part: str) -> str:
    """What a signature rests on, in words: a file's name, or what a setting is called."""
    if part.startswith("file:"):
        return part.removeprefix("file:")
    return words.label(part)
