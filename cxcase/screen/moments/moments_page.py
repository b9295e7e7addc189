"""The moments page: map, money, journey, both sides, groups, waves, and what to aim at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from cxcase.estimate import Estimate
from cxcase.report import Report, charts, words
from cxcase.report import format as fmt
from cxcase.report.standing import why_none
from cxcase.screen import assumptions, pictures, save_picture, tables
from cxcase.screen import session as sessions
from cxcase.screen.moments.moment_section import drawn
from cxcase.screen.parts import plain, say, table

_GROUP_FIGURES = ("performance", "importance")
_CUTS = ("low", "knot", "high")
_TARGETS = ("best_quartile_team", "rating")


def overview(report: Report) -> None:
    """The map, with ranges when asked for."""
    ranges = st.toggle(say("moments.ranges"), key="map_ranges", help=say("moments.ranges_help"))
    if pictures.show("moments_map", report, picked=str(ranges), ranges=ranges):
        save_picture.picture("moments_map", report, ranges=ranges)


def without_money(report: Report) -> None:
    """How each moment goes and how many lived it, where nothing can be said of its money."""
    pictures.show("moments_journey", report)
    tables.moments(report)


def views(report: Report) -> None:
    """What else there is to see of all moments, folded, a tab each."""
    breakdowns = report.moments.breakdowns if report.moments else None
    kinds: dict[str, Callable[[Report], None]] = {
        "adds": _adds,
        "journey": _journey,
        "sides": _sides,
    }
    if breakdowns and any(d != "wave" for d in breakdowns.groups):
        kinds["groups"] = _groups
    if breakdowns and len(breakdowns.waves) > 1:
        kinds["change"] = _change
    kinds["table"] = _everything
    with st.expander(say("moments.more")):
        tabs = st.tabs([say(f"moments.tab_{kind}") for kind in kinds])
        for kind, tab in zip(kinds, tabs, strict=True):
            with tab:
                kinds[kind](report)


def _adds(report: Report) -> None:
    drawn("moments_parts", report)
    drawn("waterfall", report)


def _journey(report: Report) -> None:
    if drawn("moments_journey", report):
        with st.expander(say("moments.reorder")):
            _reorder(charts.in_order(report))


def _reorder(names: list[str]) -> None:
    """Every moment on a line with a way up and a way down."""
    st.caption(say("moments.reorder_note"))
    for place, name in enumerate(names):
        left, up, down = st.columns([8, 1, 1], vertical_alignment="center")
        left.markdown(f"{place + 1}. {plain(name)}")
        for column, by, icon, path in (
            (up, -1, "arrow_upward", "moments.up"),
            (down, 1, "arrow_downward", "moments.down"),
        ):
            column.button(
                say(path, name=name),
                key=f"move_{by}_{place}",
                type="tertiary",
                icon=f":material/{icon}:",
                on_click=_move,
                args=(names, place, by),
                disabled=not 0 <= place + by < len(names),
            )


def _move(names: list[str], place: int, by: int) -> None:
    moved = list(names)
    moved.insert(place + by, moved.pop(place))
    settings = sessions.current().settings
    sessions.change(settings=replace(settings, journey=tuple(moved)))


def _sides(report: Report) -> None:
    if drawn("moments_sides", report):
        st.caption(say("moments.sides_note"))
        _cuts()


def _cuts() -> None:
    """Where failing ends, the line bends and excelling begins: a person's own, or put back."""
    settings = sessions.current().settings
    with st.expander(say("moments.cuts")):
        for place, (name, column) in enumerate(
            zip(_CUTS, st.columns(3, gap="medium"), strict=True)
        ):
            sessions.show_in(f"cut_{name}", round(100 * settings.side_cuts[place], 6))
            column.number_input(
                say(f"moments.cuts_{name}"),
                0.0,
                100.0,
                step=5.0,
                format="%g",
                key=f"cut_{name}",
                on_change=_cut,
                args=(place, f"cut_{name}"),
            )
        st.caption(say("moments.cuts_note"))
        if "side_cuts" in settings.owned:
            st.button(
                say("moments.cuts_default"),
                key="cuts_default",
                type="tertiary",
                on_click=assumptions.disown,
                args=("side_cuts",),
            )


def _cut(place: int, key: str) -> None:
    cuts = list(sessions.current().settings.side_cuts)
    value = st.session_state[key]
    if value is not None:
        cuts[place] = round(value / 100, 8)
        assumptions.own("side_cuts", tuple(cuts))


def _groups(report: Report) -> None:
    """The moments in each group of a dimension: performance, or share of importance."""
    if report.moments is None:
        return
    breakdowns = report.moments.breakdowns
    kinds = [d for d in breakdowns.groups if d != "wave"]
    chosen = st.segmented_control(
        say("moments.groups_by"),
        kinds,
        default=kinds[0],
        key="moments_dimension",
        format_func=lambda d: fmt.capital(words.group_kind(d)),
        required=True,
    )
    kind = chosen or kinds[0]
    figure = "performance"
    if any(not f.importance_share.refused for f in breakdowns.of(kind)):
        figure = (
            st.segmented_control(
                say("moments.groups_show"),
                _GROUP_FIGURES,
                default=figure,
                key="moments_groups_figure",
                required=True,
                format_func=lambda name: say(f"moments.groups_{name}"),
            )
            or figure
        )
    drawn("moments_groups", report, picked=f"{kind} {figure}", dimension=kind, figure=figure)
    hidden = breakdowns.hidden.get(kind, 0)
    if hidden:
        st.caption(say("moments.groups_hidden", n=hidden))
    more = len(breakdowns.groups[kind]) - 12
    if more > 0:
        st.caption(say("moments.groups_more", n=more))


def _change(report: Report) -> None:
    """What moved from one wave to the next, and what of it is another mix of customers."""
    if report.moments is None:
        return
    breakdowns = report.moments.breakdowns
    wave = len(breakdowns.waves) - 1
    if wave > 1:
        wave = st.selectbox(
            say("moments.change_which"),
            range(wave, 0, -1),
            key="moments_wave",
            format_func=lambda w: say(
                "moments.change_pair",
                first=breakdowns.waves[w - 1].first,
                last=breakdowns.waves[w].last,
            ),
        )
    is_drawn = drawn("moments_change", report, picked=str(wave), wave=wave)
    changes = {c.moment: c for c in breakdowns.since(wave)}
    shown = [
        changes[m.name]
        for m in report.ordered_moments
        if m.name in changes and not changes[m.name].change.refused
    ]
    twice = any(not c.same.refused for c in shown)
    if twice:
        parts = [
            n for n in ("same", "joined", "left") if any(not getattr(c, n).refused for c in shown)
        ]
        heads = {n: say(f"moments.change_{n}_head") for n in ("before", "after", *parts)}
        table(
            {say("moments.change_name_head"): [plain(c.moment) for c in shown]}
            | {heads[n]: [_moved(n, getattr(c, n)) for c in shown] for n in heads},
            right=list(heads.values()),
        )
    if is_drawn:
        st.caption(say("moments.change_note_same" if twice else "moments.change_note"))
    for code in dict.fromkeys(c.change.reason for c in changes.values() if c.change.refused):
        names = "; ".join(c.moment for c in changes.values() if c.change.reason == code)
        st.caption(say("moments.change_left_out", names=names, why=words.reason(code).text))


def _moved(kind: str, e: Estimate) -> str:
    if e.refused:
        return fmt.NONE
    said = words.say(
        f"pages.moments.change_{'mean' if kind in ('before', 'after') else 'cell'}", e=e
    )
    return plain(
        said.replace(" to ", "\u00a0to\u00a0")
    )  # a range stays on one line in a narrow table


def _everything(report: Report) -> None:
    pictures.show("moments_stake", report)
    tables.moments(report)


def aim(report: Report) -> None:
    """What moments are brought up to: one choice for all of them."""
    settings = sessions.current().settings
    unpriced = why_none("moments", report) is not None
    with st.expander(say("moments.aim"), expanded=unpriced):
        sessions.show_in("target", settings.target)
        st.segmented_control(
            say("moments.aim_all"),
            _TARGETS,
            format_func=lambda t: say(f"moments.aim_{t}"),
            key="target",
            required=True,
            on_change=lambda: assumptions.own("target", st.session_state["target"]),
        )
        st.caption(say("moments.aim_note"))
