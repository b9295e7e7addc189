"""A step is taken apart: along its moments or its teams, its cost by a rule that is chosen."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cxcase.recommend import CostRule, Cutting, Part, Step, StepRow
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.roi import Gate
from cxcase.screen import session as sessions
from cxcase.screen.parts import currency, plain, say, table
from cxcase.screen.steps import changing
from cxcase.settings import Settings
from cxcase.settings.step_edits import free_id, with_added, without_step

_RULES = {  # how a cost falls on the parts, as shares: paid first, by teams; the rest by customers
    "customers": CostRule(),
    "teams": CostRule(0.0, 1.0),
    "half_first": CostRule(0.5, 0.0),
    "all_first": CostRule(1.0, 0.0),
}
_STAGES = ("pilot", "extend", "rest")


_USED = "apart_used"


def was_used() -> bool:
    """True once somebody took a step apart or together on this visit."""
    return bool(st.session_state.get(_USED))


def show(report: Report) -> None:
    """What can be taken apart, and what was, with its gates."""
    whole = [step for step in (report.steps or ()) if step.inherits is None]
    if not whole or report.moments is None or report.link is None:
        return
    taken = {row.cells.get("part_of") for row in changing.rows_of(report) if row.added}
    picked = st.selectbox(
        say("recommendations.apart_pick"),
        [step.id for step in whole],
        key="apart_step",
        format_func=lambda id: words.step_names(report, [id])[0],
    )
    step = next(one for one in whole if one.id == picked)
    row = next(one for one in changing.rows_of(report) if one.id == picked)
    if step.id in taken:
        _apart(report, step)
    else:
        _cuts(report, step, row)


# ---- to be taken apart ---------------------------------------------------------------------------


def _cuts(report: Report, step: Step, row: StepRow) -> None:
    """The cuts that are offered, the parts of the one that is chosen, and the button."""
    if report.link is None or report.moments is None:
        return
    cutting = Cutting.of(step, report.link, report.moments)
    kinds = [kind for kind, there in _offered(cutting).items() if there]
    if not kinds:
        st.caption(say("recommendations.apart_nothing"))
        return
    left, right = st.columns(2)
    kind = left.radio(
        say("recommendations.apart_how"),
        kinds,
        key=f"apart_how_{step.id}",
        format_func=lambda one: say(f"recommendations.apart_{one}"),
    )
    rule = right.radio(
        say("recommendations.apart_cost"),
        [*_RULES, "own"],
        key=f"apart_cost_{step.id}",
        format_func=lambda one: say(f"recommendations.cost_{one}"),
    )
    parts = _parts(cutting, kind, _RULES.get(rule) or _own_rule(step.id))
    if not parts:
        one = "one_component" if kind == "component" else "one_group"
        st.caption(say(f"recommendations.apart_{one}"))
        return
    _preview(report, parts)
    if cutting.unnamed > 0.005 and kind in ("depth", "where"):
        st.caption(say("recommendations.apart_unnamed", share=cutting.unnamed))
    st.button(
        say("recommendations.apart_do", n=len(parts)),
        key="apart_do",
        on_click=_take_apart,
        args=(report, row, parts),
        disabled=not sessions.may_do("edit"),
    )


def _offered(cutting: Cutting) -> dict[str, bool]:
    """Kind of cut -> whether the step can be cut so."""
    several = len(cutting.teams) > 1
    return {
        "depth": several,
        "where": several,
        "segment": len(cutting.segments) > 1,
        "moment": len(cutting.step.moments) > 1,
        "component": True,
    }


def _own_rule(step: str) -> CostRule:
    """What of the cost is paid once, and what falls by teams; the rest falls by customers."""
    left, right = st.columns(2)
    fixed = left.number_input(
        say("recommendations.cost_fixed_share"), 0, 100, 30, 5, key=f"cost_fixed_{step}"
    )
    most = 100 - fixed
    teams = right.number_input(
        say("recommendations.cost_team_share"), 0, most, min(30, most), 5, key=f"cost_teams_{step}"
    )
    return CostRule(fixed / 100, teams / 100)


def _components(step: str) -> dict[str, float]:
    """The parts that somebody names, a line each, and how large each is beside the others."""
    text = st.text_area(
        say("recommendations.components"),
        key=f"components_{step}",
        placeholder=say("recommendations.components_example"),
        help=say("recommendations.components_help"),
    )
    found: dict[str, float] = {}
    for line in filter(str.strip, text.splitlines()):
        name, sign, said = line.rpartition("=")
        size = said.strip().rstrip("%").replace(",", ".")
        if sign and size.replace(".", "", 1).isdigit():
            found[name.strip()] = float(size)
        else:
            found[line.strip()] = 1.0
    return {name: size for name, size in found.items() if name and size > 0}


def _parts(cutting: Cutting, kind: str, rule: CostRule) -> tuple[Part, ...]:
    """The parts of a cut, the teams as they are chosen on the page."""
    if kind == "moment":
        return cutting.by_moment(rule)
    if kind == "component":
        return cutting.by_components(_components(cutting.step.id), rule)
    if kind == "segment":
        return cutting.by_segments([(one.name, (one.name,)) for one in cutting.segments], rule)
    names = [one.name for one in cutting.teams]
    first = _teams(cutting, "first", names, cutting.first_teams())
    rest = [name for name in names if name not in first]
    if kind == "where":
        groups = [(_named(first), first), (say_plain("apart_rest"), rest)]
        return cutting.by_teams(groups, rule)
    suggested = rest[: len(first)] if len(rest) > len(first) else []
    second = _teams(cutting, "second", rest, suggested)
    last = [name for name in rest if name not in second]
    stages = zip(_STAGES, (first, second, last), strict=True)
    groups = [(say_plain(f"apart_{stage}"), teams) for stage, teams in stages if teams]
    return cutting.by_teams(groups, rule, in_turn=True)


def say_plain(name: str) -> str:
    """The page's words as they go into a title."""
    return words.say(f"pages.recommendations.{name}")


def _named(teams: Sequence[str]) -> str:
    return fmt.listed(words.few(list(teams)))


def _teams(
    cutting: Cutting, which: str, names: Sequence[str], suggested: Sequence[str]
) -> list[str]:
    """The teams of one group; suggested are those with most money for a customer."""
    return st.multiselect(
        say(f"recommendations.apart_teams_{which}"),
        names,
        default=list(suggested),
        key=f"apart_{which}_{cutting.step.id}_{len(names)}",
        help=say("recommendations.apart_teams_help"),
        placeholder=say("recommendations.form_none"),
    )


def _preview(report: Report, parts: Sequence[Part]) -> None:
    """What each part would touch and cost."""
    heads = [say(f"recommendations.{name}_head") for name in ("part", "where", "cost", "yearly")]
    money = [
        [fmt.money(cost, report.currency, 3) for cost in costs]
        for costs in ([p.one_off_cost for p in parts], [p.yearly_cost for p in parts])
    ]
    columns = (
        [plain(part.name) for part in parts],
        [_touched(part) for part in parts],
        *([plain(cell) for cell in column] for column in money),
    )
    table(dict(zip(heads, columns, strict=True)), right=heads[2:])


def _touched(part: Part) -> str:
    """The teams of a part, else its moments."""
    if part.teams:
        return plain(_named(part.teams))
    return plain(fmt.listed(list(part.moments)) or fmt.NONE)


def _take_apart(report: Report, row: StepRow, parts: Sequence[Part]) -> None:
    """Adds the parts as steps of their own; the whole stays, and no plan has both."""
    taken = [one.id for one in changing.rows_of(report)]
    ids: list[str] = []
    for _ in parts:
        ids.append(free_id([*taken, *ids], row.id))

    def added(settings: Settings) -> Settings:
        for id, part in zip(ids, parts, strict=True):
            settings = with_added(settings, id, part.cells(row, ids))
        return settings

    st.session_state[_USED] = True
    changing.keep(added)


# ---- taken apart ---------------------------------------------------------------------------------


def _apart(report: Report, step: Step) -> None:
    """The parts beside the whole, the gates between them, and the way back."""
    own = [row for row in changing.rows_of(report) if row.added]
    parts = [row for row in own if row.cells.get("part_of") == step.id]
    returns = {item.step.id: item for item in (report.returns or ())}
    rows = [(row.title, returns.get(row.id)) for row in parts]
    whole = returns.get(step.id)
    names = [plain(title.removeprefix(f"{step.title}: ")) for title, _ in rows]
    found = [item for _, item in rows]
    heads = [say(f"recommendations.{name}_head") for name in ("part", "cost", "kept", "npv")]
    costs = [(i.step.one_off_cost if i else None) for i in (*found, whole)]
    kept = [(float(i.benefit.sum()) if i and i.npv else None) for i in (*found, whole)]
    npvs = [(i.npv.mean if i and i.npv else None) for i in (*found, whole)]
    together = [_added(values[:-1]) for values in (costs, kept, npvs)]
    table(
        {
            heads[0]: [*names, say("recommendations.parts_all"), say("recommendations.the_whole")],
            **{
                head: [_money(report, v) for v in (*values[:-1], total, values[-1])]
                for head, values, total in zip(
                    heads[1:], (costs, kept, npvs), together, strict=True
                )
            },
        },
        right=heads[1:],
    )
    st.caption(say("recommendations.parts_note"))
    for gate in report.returns.gates if report.returns else ():
        if gate.parent == step.id:
            _gate(report, gate)
    st.button(
        say("recommendations.together"),
        key="apart_undo",
        type="tertiary",
        on_click=_put_together,
        args=([row.name for row in parts],),
        disabled=not sessions.may_do("edit"),
    )


def _added(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _money(report: Report, value: float | None) -> str:
    return fmt.NONE if value is None else plain(fmt.money(value, report.currency, 3))


def _put_together(names: Sequence[str]) -> None:
    """The step as it was before it was taken apart."""

    def merged(settings: Settings) -> Settings:
        for name in names:
            settings = without_step(settings, name)
        return settings

    st.session_state[_USED] = True
    changing.keep(merged)


def _gate(report: Report, gate: Gate) -> None:
    """What is read after a part, when, what it can show, and what being able to stop is worth."""
    told = {
        "part": _part_name(report, gate),
        "measure": gate.moment or words.metric(report.metric),
        "teams": len(gate.teams),
        "others": gate.others,
        "when": report.month_of(gate.month + 1),
        "months": gate.month,
        "least": gate.detectable,
        "threshold": gate.decision.threshold,
        "chance": gate.decision.passes,
        "rest": words.step_names(report, gate.rest),
    }
    with st.container(border=True, key=f"gate_{gate.step}"):
        st.markdown(f"**{say('recommendations.gate_title', part=told['part'])}**")
        if not gate.seen:
            st.markdown(say("recommendations.gate_blind"))
            return
        st.markdown(say("recommendations.gate_reads", **told))
        if gate.decision.threshold is None:
            code = "gate_always" if gate.decision.passes else "gate_never"
        else:
            code = "gate_passes"
        st.markdown(say(f"recommendations.{code}", **told))
        st.markdown(_worth(gate))
        if gate.without + gate.value < 0:
            st.caption(say("recommendations.gate_nothing"))


def _part_name(report: Report, gate: Gate) -> str:
    """The part as it is called beside its whole."""
    titles = report.steps.titles if report.steps else {}
    whole = titles.get(gate.parent, "")
    return titles.get(gate.step, gate.step).removeprefix(f"{whole}: ")


def _worth(gate: Gate) -> str:
    """What is expected with the gate, beside all begun at once, and what that is made of."""
    waits = "costs" if gate.waiting >= 0 else "saves"
    parts = {"stopping": gate.decision.stopping, "waited": abs(gate.waiting)}
    worth = say(f"recommendations.gate_waiting_{waits}", **parts)
    more = "more" if gate.value >= 0 else "less"
    total = {"total": gate.without + gate.value, "apart": abs(gate.value)}
    return words.say(f"pages.recommendations.gate_{more}", currency(), **total, worth=worth)
