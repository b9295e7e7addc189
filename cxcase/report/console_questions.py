"""What `read` prints of the questions that rows leave open: what was taken, what else it could be
with its totals, and the option of the command line that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cxcase.intake import Case, Decision, Option
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.open_questions import questions_of
from cxcase.settings import UNDECIDED, Settings

# a total of an option -> how it reads in a currency
_TOTALS: Mapping[str, Callable[[Any, str], str]] = {
    "customers": lambda n, _: fmt.integer(n),
    "revenue_start": lambda money, currency: fmt.money(money, currency, 3),
    "revenue_end": lambda money, currency: fmt.money(money, currency, 3),
    "churned_revenue": lambda money, currency: fmt.money(money, currency, 3),
    "responses": lambda n, _: fmt.integer(n),
    "score": lambda score, _: fmt.number(score, 3),
    "teams": lambda n, _: fmt.integer(n),
}


def questions_text(case: Case) -> str:
    """Every question that nobody answered yet, those first that figures wait for; "" for none."""
    starts = [asked.finding for asked in questions_of(case) if asked.kind == "start"]
    blocks = [_start(finding.params) for finding in starts if finding is not None]
    open_ones = sorted(_open(case), key=lambda one: one.chosen != UNDECIDED)
    return "\n".join([*blocks, *("\n".join(_decision(one, case)) for one in open_ones)])


def decision_entries(case: Case) -> list[dict[str, Any]]:
    """The same for `read --json`: code, rows, the option in force, each option with its totals."""
    return [
        {
            "code": one.code,
            "rows": one.count,
            "chosen": one.chosen,
            "options": [_option_entry(one, option) for option in _offered(one)],
        }
        for one in _open(case)
    ]


def _open(case: Case) -> list[Decision]:
    return [one for one in case.decisions if not one.owned]


def _offered(one: Decision) -> list[Option]:
    """The options that answer, the one in force first."""
    options = [option for option in one.options if option.code != UNDECIDED]
    return sorted(options, key=lambda option: option.code != one.chosen)


def _option_entry(one: Decision, option: Option) -> dict[str, Any]:
    totals = {name: getattr(option, name) for name in _TOTALS}
    return {"code": option.code, "flag": _flag(one, option), **totals}


def _flag(one: Decision, option: Option) -> str:
    return f"--decide {one.code}={option.code}"


def _start(params: Mapping[str, Any]) -> str:
    """Which year to look at, where the one taken is not over."""
    said = [words.say(f"question.start.{part}", **params) for part in ("what", "about")]
    return words.say("console.asked_start", what=" ".join(said), latest=f"{params['latest']}")


def _decision(one: Decision, case: Case) -> Iterator[str]:
    """What is open, the option taken, then the others, each with what would come of it."""
    what = words.say(f"decision.{one.code}.what", count=one.count)
    label = words.say(f"decision.{one.code}.label")
    yield words.say("console.asked", label=label, what=what)
    if one.chosen == UNDECIDED:
        yield words.say("console.asked_waits")
    told = _telling(one, case.currency or Settings().currency)
    for option in _offered(one):
        meaning = words.say(f"decision.{one.code}.{option.code}")
        if totals := told.get(option.code):
            meaning = words.say("console.comes_to", meaning=meaning, totals=totals)
        if option.code == one.chosen:
            yield words.say("console.asked_taken", meaning=meaning)
        else:
            yield words.say("console.asked_other", flag=_flag(one, option), meaning=meaning)


def _telling(one: Decision, currency: str) -> dict[str, str]:
    """Option -> what it comes to, of the totals that are not the same under all options."""
    made = [
        option
        for option in one.options
        if any(getattr(option, name) is not None for name in _TOTALS)
    ]
    told: dict[str, list[str]] = {option.code: [] for option in made}
    for name, reads in _TOTALS.items():
        shown = {option.code: _total(option, name, reads, currency) for option in made}
        if len(set(shown.values())) > 1:
            for code, total in shown.items():
                told[code].append(total)
    return {code: ", ".join(filter(None, totals)) for code, totals in told.items()}


def _total(option: Option, name: str, reads: Callable[[Any, str], str], currency: str) -> str:
    """One total of an option; without one of the end that this is not measured."""
    value = getattr(option, name)
    if value is not None:
        return words.say(f"console.total.{name}", value=reads(value, currency))
    return words.say("console.no_end") if name == "revenue_end" else ""
