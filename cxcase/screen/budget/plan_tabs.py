"""The tabs of the budget page: cards, what decides, one step more or less, places, lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from cxcase.budget import Alternative, Change, Milestone, Plan
from cxcase.export.text import shorten
from cxcase.recommend import Step
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.report.benefit_kinds import counted
from cxcase.report.charts.plan.roadmap import when
from cxcase.report.charts.plan.tornado import input_name
from cxcase.report.customers_to_keep import customers_to_keep
from cxcase.report.decision_facts import decision_facts, stays_chosen
from cxcase.roi import Npv, StepReturn
from cxcase.screen import method, pictures
from cxcase.screen.budget import ask_form, smaller_ask
from cxcase.screen.parts import plain, say, table

_A_ROW = 3
_SHOWN = 8


def tabs(report: Report) -> None:
    """What stands beside the plan, under tabs; a plan without steps has only what explains it."""
    shown = _tabs_of(report)
    if not shown:
        return
    _facts(report)
    places = st.tabs([say(f"budget.tab_{name}") for name in shown])
    for place, name in zip(places, shown, strict=True):
        with place:
            for part in _TABS[name]:
                part(report)


def _facts(report: Report) -> None:
    """What stands beside the expected NPV where the plan is decided on."""
    facts = decision_facts(report)
    if not facts:
        return
    st.header(say("budget.facts_head"), anchor=False)
    table(
        {
            say("budget.fact_head"): [plain(fact.label) for fact in facts],
            say("budget.value_head"): [plain(fact.value) for fact in facts],
        },
        right=[say("budget.value_head")],
    )


def _tabs_of(report: Report) -> list[str]:
    """The tabs that this plan has something for; where rules clash no step has a place."""
    plan = report.plan
    if plan is not None and plan.chosen:
        return list(_TABS)
    shown = []
    if report.plan_details and report.plan_details.recut:
        shown.append("refused")
    if plan is None or not plan.conflicts:
        shown += ["place", "frontier"]
    return shown


def money(report: Report) -> None:
    """Cash over time and how NPV spreads."""
    sums = bool(report.plan and report.plan.spend_by_period)
    if sums:
        pictures.show("periods", report)
    pictures.show("cash_fan", report)
    pictures.show("npv_spread", report)
    if not sums:
        pictures.show("periods", report)


def cards(report: Report) -> None:
    """A card for each chosen step, in the order they start."""
    plan = report.plan
    details = report.plan_details
    if plan is None or details is None or not details.milestones:
        return
    marks = {m.id: m for m in details.milestones}
    steps = report.chosen_steps
    for first in range(0, len(steps), _A_ROW):
        with st.container(key=f"cards_{first}"):
            columns = st.columns(_A_ROW, gap="small")
        for place, item in zip(columns, steps[first : first + _A_ROW], strict=False):
            with place, st.container(border=True, height="stretch", key=f"card_{item.step.id}"):
                _card(report, plan, item, marks[item.step.id])


def _card(report: Report, plan: Plan, item: StepReturn, mark: Milestone) -> None:
    """One step: its phase, title, people, cost, dates, worth, and what would be enough."""
    step = item.step
    with st.container(horizontal=True, gap="small"):
        st.badge(say(f"budget.{plan.phase[step.id]}"), color="gray")
        if step.id in plan.early_wins:
            st.badge(say("budget.early_head"), color="green")
    st.markdown(f"**{plain(step.title)}**")
    who = plain(" · ".join(part for part in (step.owner, step.pnl_line) if part))
    worth = say("budget.card_worth", npv=plan.npv_in_plan.get(step.id))
    start = when(report, mark.start)
    lines = [
        f":gray[{who or say('budget.nobody')}]",
        *_teams(step),
        _cost(step),
        say("budget.card_dates", start=start, delivered=when(report, mark.delivered)),
        f"{worth} {_paid(report, mark)}",
        *_stays(report, step.id),
        *_enough(item),
    ]
    st.markdown("  \n".join(lines))


def _stays(report: Report, id: str) -> list[str]:
    """How often a step is in the best plan when one draw is taken for the truth."""
    share = stays_chosen(report, id)
    return [] if share is None else [say("budget.card_stays", share=share)]


def _teams(step: Step) -> list[str]:
    """The teams that a step is held to, where it is."""
    if not step.teams:
        return []
    return [say("budget.card_teams", teams=[plain(team) for team in words.few(step.teams)])]


def _cost(step: Step) -> str:
    """What a step costs, and how many days of the company's own people it takes."""
    path = "budget.card_cost" if step.yearly_cost else "budget.card_cost_once"
    cost = say(path, once=step.one_off_cost, yearly=step.yearly_cost)
    if not step.effort_days:
        return cost
    return f"{cost} {say('budget.card_days', days=step.effort_days)}"


def _paid(report: Report, mark: Milestone) -> str:
    if mark.paid is None:
        return say("budget.card_never")
    return say("budget.card_paid", when=when(report, mark.paid))


def _enough(item: StepReturn) -> list[str]:
    """How little would be enough for a step to pay for itself, in points and in customers."""
    ways = []
    if item.break_even_lift is not None:
        ways.append(
            say("budget.enough_lift", lift=item.break_even_lift, likely=item.step.lift_likely)
        )
    if item.break_even_customers is not None:
        kept = (item.break_even_customers, item.customers_at_risk)
        ways.append(customers_to_keep(*kept, "staying"))
    if ways:
        return [
            words.say("pages.budget.enough", ways=words.say("pages.budget.enough_or").join(ways))
        ]
    return []


def decides(report: Report) -> None:
    """Switching values, what a pilot is worth, and how the plan stands if things go together."""
    found = report.plan_details.sensitivity if report.plan_details else None
    if found is None:
        return
    switch = found.switch
    lines = {
        "lifts": switch.lifts,
        "worth": switch.worth,
        "costs": switch.costs,
        "margin": switch.margin,
        "delay": switch.delay_months,
    }
    said = [
        say(f"budget.switch_{name}", value=value)
        for name, value in lines.items()
        if value is not None
    ]
    if switch.customers is not None:
        said.insert(0, customers_to_keep(switch.customers, switch.customers_at_risk))
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**{say('budget.switch_head')}**")
        st.markdown("\n".join(f"- {line}" for line in said))
    with right:
        st.markdown(f"**{say('budget.pilot_head')}**")
        st.markdown(_pilot(report))
        ask_form.pilot_cost(report)
        chances = [
            f"{fmt.number(rho)}: {fmt.chance(p)}" for rho, p in found.p_by_correlation.items()
        ]
        st.caption(say("budget.together", chances=chances))


def _pilot(report: Report) -> str:
    """Whether a pilot is worth it, in a sentence."""
    beside = report.plan_details
    pilot = beside.pilot if beside else None
    if beside is None or beside.sensitivity is None or pilot is None:
        return say("budget.pilot_none")
    if pilot.pays is None:
        path = "pilot_open"
    elif pilot.pays:
        path = "pilot_pays"
    else:
        path = "pilot_not"
    name = input_name(report, pilot.kind, pilot.of)
    return say(
        f"budget.{path}", name=name, worth=pilot.worth, cost=pilot.cost, all=beside.sensitivity.evpi
    )


def one_step(report: Report) -> None:
    """What one step less, and one step more, would change; nothing else solved anew."""
    beside = report.plan_details
    if beside is None:
        return
    for name, changes in (
        ("less", beside.less),
        ("more", beside.more),
    ):  # not side by side: names would break apart
        if changes:
            st.markdown(f"**{say(f'budget.{name}_head')}**")
            _changes(report, changes[:_SHOWN])
            if len(changes) > _SHOWN:
                st.caption(say("budget.changes_rest", n=len(changes) - _SHOWN))


def _changes(report: Report, changes: Sequence[Change]) -> None:
    titles = {s.step.id: s.step.title for s in report.ordered_steps}

    def name(change: Change) -> str:
        others = [titles[id] for id in change.ids if id != change.id]
        if not others:
            return plain(titles[change.id])
        return f"{plain(titles[change.id])} :gray[{say('budget.with', names=others)}]"

    def money(value: float) -> str:
        return plain(fmt.change(value, report.currency, 3))

    spend = say("budget.spend_change")
    npv = say("budget.npv_change")
    table(
        {
            say("budget.step_head"): [name(change) for change in changes],
            spend: [money(change.spend) for change in changes],
            npv: [money(change.npv_mean) for change in changes],
        },
        right=[spend, npv],
    )


def places(report: Report) -> None:
    """Every step's place, why, and how often it stays chosen over the draws."""
    plan = report.plan
    beside = report.plan_details
    if plan is None:
        return
    titles = {s.step.id: s.step.title for s in report.ordered_steps}
    left = {item.id: item for item in plan.left_out}
    stable = beside.stable if beside else {}
    ids = [s.step.id for s in report.ordered_steps]

    def place(id: str) -> str:
        if id not in left:
            return say("budget.chosen", when=when(report, plan.start_month[id]))
        other = left[id].other or ""
        why = plain(words.say(f"leftout.{left[id].why}", other=titles.get(other, other)))
        loss = left[id].loss
        if loss is None:
            return why
        return f"{why} :gray[{say('budget.would_lose', loss=loss)}]"

    columns = {
        say("budget.step_head"): [plain(titles[id]) for id in ids],
        say("budget.place_head"): [place(id) for id in ids],
    }
    if stable:
        columns[say("budget.stable_head")] = [fmt.percent(stable.get(id), 0) for id in ids]
        st.caption(say("budget.stable_note"))
    table(columns, right=[say("budget.stable_head")])


def others(report: Report) -> None:
    """The plan beside the greedy set and beside the person's own selection."""
    plan = report.plan
    if plan is None:
        return
    ask_form.own_steps(report)
    own = report.plan_details.own if report.plan_details else None
    rows = [_set_row(report, plan, item) for item in (plan.greedy, own) if item is not None]
    if plan.npv is not None:
        name = say("budget.set_plan")
        rows.insert(0, _SetRow(name, plan.spend, plan.npv, plan.p_npv_positive, ""))
    if not rows:
        return

    def money(value: float) -> str:
        return plain(fmt.money(value, report.currency, 3))

    columns = {
        say("budget.spend_first"): [money(row.spend) for row in rows],
        say("budget.npv_mean"): [money(row.npv.mean) for row in rows],
        say("budget.npv_low"): [money(row.npv.p10) for row in rows],
        say("budget.chance_head"): [fmt.chance(row.chance) for row in rows],
    }
    first = {say("budget.set_head"): [row.name for row in rows]}
    last = {say("budget.difference_head"): [row.difference for row in rows]}
    table(first | columns | last, right=list(columns))


@dataclass(frozen=True)
class _SetRow:
    """A set of steps beside others: what it spends, returns and how sure, and how it differs."""

    name: str
    spend: float
    npv: Npv
    chance: float | None
    difference: str


def _set_row(report: Report, plan: Plan, item: Alternative) -> _SetRow:
    name = say(f"budget.set_{item.name}")
    difference = _difference(report, plan, item)
    return _SetRow(name, item.spend, item.npv, item.p_npv_positive, difference)


def _difference(report: Report, plan: Plan, item: Alternative) -> str:
    """What the set has that the plan has not, what it lacks, and the rules it breaks."""
    titles = {s.step.id: f"“{shorten(s.step.title, 40)}”" for s in report.ordered_steps}
    more = [titles.get(id, id) for id in item.start_month if id not in plan.start_month]
    less = [titles.get(id, id) for id in plan.chosen if id not in item.start_month]
    said = []
    if more:
        said.append(say("budget.set_more", names=more))
    if less:
        said.append(say("budget.set_less", names=less))
    if item.broken:
        rules = [words.say(f"clash.{rule[0]}", of=list(rule[1:])) for rule in item.broken]
        said.append(say("budget.set_breaks", rules=list(dict.fromkeys(rules))))
    return "; ".join(said) or say("budget.set_same")


def lines(report: Report) -> None:
    """Hard and soft money apart, each line with its owner and P&L line; the own days."""
    found = report.plan_details.benefits if report.plan_details else None
    if found is None:
        return
    titles = {s.step.id: s.step.title for s in report.ordered_steps}
    st.markdown(say("budget.hard_soft", **found.totals))
    rows = found.ordered
    table(
        {
            say("budget.step_head"): [plain(titles.get(line.id, line.id)) for line in rows],
            say("budget.money_head"): [say(f"budget.{line.money}") for line in rows],
            say("budget.owner_head"): [plain(line.owner or say("budget.nobody")) for line in rows],
            say("budget.line_head"): [plain(line.pnl_line or fmt.NONE) for line in rows],
            say("budget.benefit_head"): [
                plain(fmt.money(line.present, report.currency, 3)) for line in rows
            ],
            say("budget.days_head"): [fmt.number(line.effort_days, 3) for line in rows],
        },
        right=[say("budget.benefit_head"), say("budget.days_head")],
    )
    for said in counted(report):
        st.markdown(f"- {plain(said)}")
    days = "budget.days_priced" if found.effort_cost is not None else "budget.days_open"
    st.caption(say(days, days=found.effort_days, cost=found.effort_cost))
    ask_form.day_rate(report)


_TABS: Mapping[str, Sequence[Callable[[Report], object]]] = {
    "plan": (cards, method.doing_nothing),
    "money": (money,),
    "decides": (lambda report: pictures.show("tornado", report), decides),
    "frontier": (lambda report: pictures.show("frontier", report), method.next_money, one_step),
    "place": (places, others),
    "lines": (lines,),
    "refused": (smaller_ask.recut,),
}
