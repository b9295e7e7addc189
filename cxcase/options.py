"""The command line's options, as data, and the settings that come of them."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from cxcase.errors import SettingsError
from cxcase.intake import ROLES
from cxcase.option_values import (
    AS_TOLD,
    Options,
    count,
    date,
    named,
    number,
    pair,
    rate,
    share,
    step_answer,
    target,
    targets_of,
)
from cxcase.settings import METRICS, Settings

BAD_USAGE = 2
PASSWORD = "CXCASE_PASSWORD"  # where a password is looked for without a terminal
_BUDGET: Options = {
    "budget": ("--budget", {"type": number}, "what may be spent, in the case's currency"),
}
# the plan's choice and its rules, and where moments fail
_OF_PLAN: Options = {
    "period_budgets": (
        "--periods",
        {"nargs": "+", "type": number, "metavar": "N"},
        "a sum a period instead of one",
    ),
    "budget_every": (
        "--every",
        {"choices": ("month", "quarter", "year")},
        "length of a period (default quarter)",
    ),
    "fiscal_start": (
        "--fiscal-start",
        {"type": int, "metavar": "MONTH"},
        "1 to 12: when the fiscal year begins",
    ),
    "roll_over": (
        "--no-roll-over",
        {"action": "store_false", "default": None},
        "what a period leaves is lost",
    ),
    "plan_start": (
        "--plan-start",
        {"type": date},
        "first month of the plan (default: the next quarter, after start + 12 months)",
    ),
    "cap_lifts": (
        "--cap-lifts",
        {"action": "store_true", "default": None},
        "no lift counts for more than sets the best quarter of the company's own teams apart",
    ),
    "count_expansion": (
        "--count-expansion",
        {"action": "store_true", "default": None},
        "count what customers who stay pay more, beside revenue kept",
    ),
    "starts_per_quarter": (
        "--starts-per-quarter",
        {"type": int, "metavar": "N"},
        "steps that may start in a quarter where no days of people are given (default 2)",
    ),
    "target_roi": (
        "--target-return",
        {"type": number},
        "NPV the plan must earn, as a share of its cost",
    ),
    "target_npv": (
        "--target-npv",
        {"type": number},
        "the smallest budget whose plan reaches this NPV",
    ),
    "risk_aversion": ("--aversion", {"type": number}, "weight of the worst tenth of cases, 0 to 1"),
    "team_days": (
        "--team-days",
        {"type": count, "action": "append", "metavar": "WHO=DAYS"},
        "their days a month",
    ),
    "early_win_days": (
        "--early-win",
        {"type": int, "metavar": "DAYS"},
        "a step has paid back within so many days",
    ),
    "phase_unlock": (
        "--unlock",
        {"type": int, "metavar": "N"},
        "steps delivered before the next phase opens",
    ),
    "phase_most": (
        "--phase-most",
        {"type": count, "action": "append", "metavar": "PHASE=N"},
        "most starts in it",
    ),
    "phase_tags": (
        "--phase",
        {"type": pair, "action": "append", "metavar": "ID=PHASE"},
        "holds a step to a phase",
    ),
    "mandatory": ("--must", {"nargs": "+", "metavar": "ID"}, "steps that must be in the plan"),
    "barred": ("--never", {"nargs": "+", "metavar": "ID"}, "steps that may not be in the plan"),
    "frozen_steps": (
        "--freeze",
        {"type": count, "action": "append", "metavar": "ID=MONTH"},
        "a step of a choice that stays as it is, and the month it starts",
    ),
    "own_steps": (
        "--own",
        {"nargs": "+", "metavar": "ID"},
        "your own selection, shown beside the plan",
    ),
    "risk_mode": (
        "--risk",
        {"choices": ("draws", "adjusted")},
        "risk as a range, or as cuts to single figures",
    ),
    "benefit_cut": (
        "--benefit-cut",
        {"type": number},
        "cut to benefits with --risk adjusted (default 0.2)",
    ),
    "cost_rise": (
        "--cost-rise",
        {"type": number},
        "rise of costs with --risk adjusted (default 0.1)",
    ),
    "day_rate": ("--day-rate", {"type": number}, "what a day of your own people costs"),
    "side_cuts": (
        "--cuts",
        {"nargs": 3, "type": number, "metavar": ("FAIL", "BEND", "EXCEL")},
        "shares of a moment's scale: failing up to, bend at, excelling from (default 0.6 0.7 0.9)",
    ),
    "lift_source": (
        "--lift-from",
        {"choices": ("evidence", "sheet")},
        "lifts from all evidence weighed, or as the sheet has them (default evidence)",
    ),
    "study_shares": (
        "--count-study",
        {"type": count, "action": "append", "metavar": "KIND=SHARE"},
        "the share of a kind of study's effect that is counted, such as vendor_figures=0.5",
    ),
    "pilot_cost": ("--pilot-cost", {"type": number}, "what a pilot would cost"),
}
_OF_CASE: Options = {
    "refused": (
        "--refused",
        {"type": number, "metavar": "N"},
        "the budget that was asked for before and refused",
    ),
    "start": ("--start", {"type": date}, "t0 (default: the day after the last CX response)"),
    "metric": ("--metric", {"choices": METRICS}, None),
    "controls": ("--controls", {"nargs": "+", "metavar": "COL"}, "columns known before t0"),
    "currency": ("--currency", {}, "three letters, such as GBP"),
    "margin": (
        "--margin",
        {"type": number},
        "contribution margin, share of revenue (default 0.4)",
    ),
    "segment_margins": (
        "--segment-margin",
        {"type": share, "action": "append", "metavar": "NAME=0.35"},
        "a segment's own margin; may be repeated",
    ),
    "discount": ("--discount", {"type": number}, "discount rate a year (default 0.10)"),
    "horizon": ("--horizon", {"type": int}, "months (default 36)"),
    "mapping": (
        "--mapping",
        {"type": Path},
        "mapping.json: columns, decisions and spellings of an earlier month",
    ),
    "named": (
        "--map",
        {
            "type": named,
            "nargs": "+",
            "action": "extend",
            "default": [],
            "metavar": "FIELD=HEADING",
        },
        "which column is which, such as customer_id='Acct No'; FILE:FIELD=HEADING for one file; "
        "the others are recognised",
    ),
    "decisions": (
        "--decide",
        {"type": pair, "action": "append", "default": [], "metavar": "CODE=OPTION"},
        "what rows leave open, such as several_responses=mean; may be repeated",
    ),
    "currency_rates": (
        "--rate",
        {"type": rate, "action": "append", "default": [], "metavar": "EUR=0.86"},
        "what one unit of another currency is worth; may be repeated",
    ),
    "step_answers": (
        "--step",
        {"type": step_answer, "action": "append", "default": [], "metavar": "ID:FIELD=ANSWER"},
        "what the list of recommendations leaves open, such as R03:lift=0.3 or "
        "R03:where=Billing; may be repeated",
    ),
    "targets": (
        "--target",
        {"type": target, "action": "append", "default": [], "metavar": "T"},
        "what moments are brought up to: best_quartile_team (default), rating, or MOMENT=POINTS; "
        "may be repeated",
    ),
    "save": (
        "--save",
        {"metavar": "CASE"},
        "keep the case under this name or id, or as this .cxcase file",
    ),
    "before": (
        "--from",
        {"metavar": "CASE"},
        "go on from a kept case: its name, its id or a .cxcase file; files named beside it take "
        "the place of its own, and case.json says what changed",
    ),
    "today": (
        "--today",
        {"type": date},
        "the day from which the plan is asked for (default: the machine's day)",
    ),
    "company": ("--company", {"default": ""}, "the name that the deck carries"),
    "template": (
        "--template",
        {"type": Path, "metavar": "F"},
        "your company's own .pptx or .potx, on which the deck is made",
    ),
    "seed": ("--seed", {"type": int}, None),
    "out": ("--out", {"type": Path, "required": True, "metavar": "DIR"}, None),
}
_FILES: Options = {
    role: (
        f"--{role.replace('_', '-')}",
        {"nargs": "+", "type": Path, "default": [], "metavar": "F"},
        None,
    )
    for role in ROLES
}
_OF_STUDY: Options = {
    "companies": (
        "--companies",
        {"type": int, "default": 500, "metavar": "N"},
        "companies an arm (default 500)",
    ),
    "first_seed": (
        "--first-seed",
        {"type": int, "default": 1, "metavar": "S"},
        "seeds S, S + 1, … (default 1)",
    ),
    "processes": (
        "--processes",
        {"type": int, "default": os.cpu_count() or 1, "metavar": "P"},
        "default: all cores",
    ),
    "arms": ("--arms", {"nargs": "+", "metavar": "WORD"}, "only arms whose name has one of these"),
    "keep": ("--keep", {"type": Path, "metavar": "DIR"}, "a study that was stopped goes on here"),
    "out": (
        "--out",
        {"type": Path, "default": Path("docs/calibration.md"), "metavar": "FILE"},
        None,
    ),
}


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one message and leaves with 2."""

    def error(self, message: str) -> NoReturn:
        """Raises SystemExit."""
        self.exit(BAD_USAGE, f"cxcase: {message}\nTry: python -m cxcase --help\n")


def parser() -> argparse.ArgumentParser:
    """What reads the command line: `command`, and that command's options under their names here."""
    whole = _Parser(
        prog="python -m cxcase",
        description="A company's own spreadsheets in, a funded plan and a deck out.",
        epilog="The password of a protected file is asked for; "
        f"without a terminal {PASSWORD} is used.",
    )
    commands = whole.add_subparsers(
        dest="command", required=True, metavar="build | read | cases | sample | calibrate"
    )
    build = commands.add_parser(
        "build", help="write case.json, deck.pptx, workbook.xlsx, charts and set_aside.xlsx"
    )
    build.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="F",
        help="spreadsheets; what each is gets recognised",
    )
    _add(build, _FILES | _BUDGET | _OF_PLAN | _OF_CASE | AS_TOLD)
    read = commands.add_parser(
        "read", help="what was recognised, accepted and set aside; changes nothing"
    )
    read.add_argument("files", nargs="+", type=Path, metavar="FILE")
    answers = ("mapping", "named", "decisions", "start", "currency_rates")
    _add(read, {name: _OF_CASE[name] for name in answers})
    read.add_argument("--json", action="store_true")
    commands.add_parser("cases", help="what is kept: id, name, last change, versions")
    sample = commands.add_parser(
        "sample", help="write the sample company's spreadsheets and their known answer"
    )
    sample.add_argument("folder", type=Path, metavar="DIR")
    calibrate = commands.add_parser(
        "calibrate", help="the simulation study: do the intervals hold what they promise?"
    )
    _add(calibrate, _OF_STUDY)
    return whole


def _add(command: argparse.ArgumentParser, options: Options) -> None:
    for name, (option, how, text) in options.items():
        command.add_argument(option, dest=name, help=text, **how)


# settings whose option gives the value itself, a list that becomes a tuple, pairs that become a
# mapping
_TUPLES = ("controls", "period_budgets", "mandatory", "barred", "own_steps", "side_cuts", "journey")
_MAPPINGS = (
    "team_days",
    "phase_most",
    "phase_tags",
    "segment_margins",
    "frozen_steps",
    "study_shares",
)
_VALUES = (
    *("start", "metric", "margin", "discount", "horizon", "budget", "seed"),
    *("deck", "audience", "locale", "strategy"),
)
# the setting that asks in another way than a sum -> that way
_KINDS = {
    "period_budgets": "periods",
    "target_roi": "return",
    "target_npv": "smallest",
    "risk_aversion": "certain",
}


def settings_of(
    options: argparse.Namespace, mapping: Any, before: Settings | None = None
) -> Settings:
    """The settings that a command line gives, with the choices of its mapping.json; all it leaves
    open is as it was `before`.

    Raises SettingsError.
    """
    before = before or Settings()
    given = _given(options)
    settings = replace(
        before,
        **given,
        decisions={**before.decisions, **dict(options.decisions)},
        currency_rates={**before.currency_rates, **dict(options.currency_rates)},
        step_answers={**before.step_answers, **dict(options.step_answers)},
        owned=before.owned | frozenset(given),
    )
    return settings.recall(mapping)


def _given(options: argparse.Namespace) -> dict[str, Any]:
    """Setting -> what the command line says of it; nothing for what it leaves open."""
    told = {name: value for name, value in vars(options).items() if value is not None}
    given = {name: told[name] for name in (*_VALUES, *_OF_PLAN) if name in told}
    given |= {name: tuple(told[name]) for name in _TUPLES if name in told}
    given |= {name: dict(told[name]) for name in _MAPPINGS if name in told}
    given |= targets_of(options.targets)
    if kind := _budget_kind(given):
        given["budget_kind"] = kind
    if options.refused is not None:
        given["asked"] = {"budget_kind": "total", "budget": options.refused}
    if options.currency is not None:
        given["currency"] = options.currency.upper()
    return given


def _budget_kind(given: dict[str, Any]) -> str | None:
    """The one way the plan is asked for, where it isn't a sum. Raises SettingsError for several."""
    kinds = [kind for name, kind in _KINDS.items() if name in given]
    if len(kinds) > 1:
        raise SettingsError(
            "unknown_choice", name="budget_kind", found=" + ".join(kinds), expected="one of them"
        )
    return next(iter(kinds), None)
