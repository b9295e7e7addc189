"""What the rows leave open: decisions with their count, options and totals under each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from cxcase.intake import Decision, Option, Suggestion
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.report.open_questions import open_questions
from cxcase.screen import session as sessions
from cxcase.screen.data.corrections import read_employees_again
from cxcase.screen.parts import across, currency, plain, say, table
from cxcase.settings import EMPLOYEES_ANSWERED, UNDECIDED, Settings

_A_LINE = 4  # rates beside each other
_TOTALS: dict[str, Callable[[float], str]] = {  # a total of an option -> how it reads
    "customers": lambda n: fmt.integer(n),
    "revenue_start": lambda money: fmt.money(money, currency(), 3),
    "revenue_end": lambda money: fmt.money(money, currency(), 3),
    "churned_revenue": lambda money: fmt.money(money, currency(), 3),
    "logo_churn": lambda share: fmt.percent(share),
    "responses": lambda n: fmt.integer(n),
    "score": lambda score: fmt.number(score, 3),
    "teams": lambda n: fmt.integer(n),
}


def decisions(report: Report) -> None:
    """What was taken of all that the rows leave open, folded; choosing works the case out again."""
    settled = [one for one in report.case.decisions if one.code not in _asked(report)]
    if not settled:
        return
    with st.expander(say("data.decisions", n=len(settled))):
        st.caption(say("data.decisions_note"))
        for decision in settled:
            with st.container(border=True, key=f"decision_{decision.code}"):
                _decision(decision)
                if decision.code == "mixed_currency":
                    _rates(report)
                _comes_to(decision)


def _asked(report: Report) -> set[str]:
    """The decisions that are asked about on top of the page."""
    asked = (question.decision for question in open_questions(report))
    return {decision.code for decision in asked if decision is not None}


def choose(report: Report, decision: Decision) -> str | None:
    """The option chosen in the card that asks for it, with what the totals come to under each."""
    code = decision.code
    options = [option.code for option in decision.options if option.code != UNDECIDED]
    now = options.index(decision.chosen) if decision.chosen in options else None
    chosen = st.radio(
        words.say(f"decision.{code}.label"),
        options,
        now,
        key=f"choose_{code}",
        format_func=lambda option: fmt.capital(words.say(f"decision.{code}.{option}")),
        label_visibility="collapsed",
    )
    if code == "mixed_currency":
        _rates(report)
    _comes_to(decision)
    return chosen


def _decision(decision: Decision) -> None:
    code = decision.code
    key = f"decide_{decision.code}"
    sessions.show_in(key, decision.chosen)
    left, right = st.columns([1.5, 1.6], vertical_alignment="bottom", gap="medium")
    left.markdown(plain(words.say(f"decision.{code}.what", count=decision.count)))
    right.selectbox(
        words.say(f"decision.{code}.label"),
        [option.code for option in decision.options],
        key=key,
        format_func=lambda option: fmt.capital(words.say(f"decision.{code}.{option}")),
        on_change=lambda: decide(code, st.session_state[key]),
    )
    _whose(decision)


def decide(code: str, option: str) -> None:
    """The option of a decision is now this person's choice."""
    sessions.change(settings=sessions.current().settings.deciding(code, option))
    if code == EMPLOYEES_ANSWERED:
        read_employees_again()


def _whose(decision: Decision) -> None:
    if decision.owned:
        st.caption(f":material/check: {say('budget.yours')}")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(say("budget.assumed"), color="orange")
        st.button(
            say("budget.confirm"),
            key=f"confirm_{decision.code}",
            type="tertiary",
            on_click=decide,
            args=(decision.code, decision.chosen),
        )


def _comes_to(decision: Decision) -> None:
    """What the totals come to under each option: those that differ, the option in force in bold."""
    names = [
        name
        for name in _TOTALS
        if len({_total(name, option) for option in decision.options} - {fmt.NONE}) > 1
    ]
    if not names:
        unknown = (
            any(option.revenue_start is None for option in decision.options)
            and decision.code == "mixed_currency"
        )
        if unknown:
            st.caption(say("data.rates_first"))
        elif decision.chosen != UNDECIDED:
            st.caption(say("data.no_difference"))
        return
    heads = {name: say(f"data.option_{name}") for name in names}
    rows = [
        (fmt.capital(words.say(f"decision.{decision.code}.{o.code}")), o) for o in decision.options
    ]

    def bold(text: str, option: Option) -> str:
        if option.code == decision.chosen:
            return f"**{plain(text)}**"
        return plain(text)

    columns = {say("data.option_head"): [bold(label, option) for label, option in rows]}
    for name, head in heads.items():
        columns[head] = [bold(_total(name, option), option) for _, option in rows]
    table(columns, right=list(heads.values()))


def _total(name: str, option: Option) -> str:
    value = getattr(option, name)
    if value is None:
        return fmt.NONE
    return _TOTALS[name](value)


def _rates(report: Report) -> None:
    """What one unit of each other currency is worth, beside the decision that asks for it."""
    given = sessions.current().settings.currency_rates
    named = {f.code: f.params for f in report.case.findings}
    missing = named.get("currency_rate_missing", {}).get("currencies", ())
    asked = sorted({*missing, *named.get("other_currency", {}).get("others", ()), *given})
    st.caption(say("data.rates_note"))
    for other in across(asked, _A_LINE):
        _rate(other, report.case.currency or report.currency)


def _rate(other: str, main: str) -> None:
    """What one unit of another currency is worth in the case's own."""
    key = f"rate_{other}"
    sessions.show_in(key, sessions.current().settings.currency_rates.get(other))

    def taken() -> None:
        settings = sessions.current().settings
        rates = {**settings.currency_rates, other: st.session_state[key]}
        sessions.change(
            settings=replace(
                settings, currency_rates={name: rate for name, rate in rates.items() if rate}
            )
        )

    st.number_input(
        say("data.rate", other=other, main=main),
        min_value=0.0,
        value=None,
        format="%.6g",
        step=0.01,
        key=key,
        on_change=taken,
    )


def suggestions(report: Report) -> None:
    """Spellings that may mean one thing, folded; nothing is the same before a person says so."""
    settings = sessions.current().settings
    found = list(enumerate(report.case.suggestions))
    if not found and not _said_same(settings):
        return
    with st.expander(say("data.suggestions", n=len(found))):
        st.caption(say("data.suggestions_note"))
        for place, item in found:
            _suggestion(report, place, item)
        _accepted(settings)


def _said_same(settings: Settings) -> bool:
    return bool(settings.same_teams or settings.same_ids or settings.same_questions)


def _suggestion(report: Report, place: int, item: Suggestion) -> None:
    left, right = st.columns([3, 1.2], vertical_alignment="center", gap="medium")
    left.markdown(plain(words.suggestion(words.in_full(item, report))))
    right.button(
        say("data.same"), key=f"same_{place}", on_click=accept, args=(item,), width="stretch"
    )


def accept(item: Suggestion) -> None:
    """The two spellings of a suggestion are one from now on."""
    accept_all((item,))


def accept_all(items: Sequence[Suggestion]) -> None:
    """The same for several at once."""
    settings = sessions.current().settings
    for item in items:
        settings = _as_same(settings, item)
    sessions.change(settings=settings)


def _as_same(settings: Settings, item: Suggestion) -> Settings:
    if item.kind == "team":
        return replace(settings, same_teams={**settings.same_teams, item.found: item.meant})
    if item.kind == "moment":
        return replace(settings, same_questions={**settings.same_questions, item.found: item.meant})
    rules = dict.fromkeys((*settings.same_ids, *item.rules))
    return replace(settings, same_ids=tuple(rules))


def _accepted(settings: Settings) -> None:
    """What a person called the same, each with the way back."""
    if settings.same_ids:
        rules = [words.say(f"suggestion.rule.{rule}") for rule in settings.same_ids]
        _taken_back(say("data.same_ids", rules=rules), "ids", replace(settings, same_ids=()))
    for found, meant in settings.same_teams.items():
        others = {name: to for name, to in settings.same_teams.items() if name != found}
        text = say("data.same_teams", found=found, meant=meant)
        _taken_back(text, f"team_{found}", replace(settings, same_teams=others))

    for found, meant in settings.same_questions.items():
        others = {name: to for name, to in settings.same_questions.items() if name != found}
        text = say("data.same_teams", found=found, meant=meant)
        _taken_back(text, f"moment_{found}", replace(settings, same_questions=others))


def _taken_back(text: str, key: str, without: Settings) -> None:
    left, right = st.columns([3, 1.2], vertical_alignment="center", gap="medium")
    left.markdown(f":material/check: {text}")
    right.button(
        say("data.not_same"),
        key=f"apart_{key}",
        type="tertiary",
        width="stretch",
        on_click=_keep,
        args=(without,),
    )


def _keep(settings: Settings) -> None:
    sessions.change(settings=settings)
