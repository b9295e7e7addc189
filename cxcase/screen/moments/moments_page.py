"""The moments page: map, money, journey, both sides, groups, waves, and what to aim at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from cxcase.estimate import Estimate
from cxcase.moments import Moment
from cxcase.report import Report, charts, words
from cxcase.report import format as fmt
from cxcase.screen import assumptions, pictures, save_picture, tables
from cxcase.screen import session as sessions
from cxcase.screen.parts import plain, say, table, why_and_unlock

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
    """What else there is to see of all moments, a tab each."""
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
    for kind, tab in zip(
        kinds, st.tabs([say(f"moments.tab_{kind}") for kind in kinds]), strict=True
    ):
        with tab:
            kinds[kind](report)


def _drawn(name: str, report: Report, picked: str = "", **chosen: Any) -> bool:
    drawn = pictures.show(name, report, picked=picked, **chosen)
    if drawn:
        save_picture.picture(name, report, **chosen)
    return drawn


def _adds(report: Report) -> None:
    _drawn("moments_parts", report)
    _drawn("waterfall", report)


def _journey(report: Report) -> None:
    if _drawn("moments_journey", report):
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
    if _drawn("moments_sides", report):
        st.caption(say("moments.sides_note"))
        _cuts()


def _cuts() -> None:
    """Where failing ends, the line bends and excelling begins: a person's own, or put back."""
    settings = sessions.current().settings
    with st.expander(say("moments.cuts")):
        for place, (name, column) in enumerate(
            zip(_CUTS, st.columns(3, gap="medium"), strict=True)
        ):
            st.session_state[f"cut_{name}"] = round(100 * settings.side_cuts[place], 6)
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
    _drawn("moments_groups", report, picked=f"{kind} {figure}", dimension=kind, figure=figure)
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
    drawn = _drawn("moments_change", report, picked=str(wave), wave=wave)
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
    if drawn:
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
    with st.expander(say("moments.aim")):
        st.session_state["target"] = settings.target
        st.segmented_control(
            say("moments.aim_all"),
            _TARGETS,
            format_func=lambda t: say(f"moments.aim_{t}"),
            key="target",
            required=True,
            on_change=lambda: assumptions.own("target", st.session_state["target"]),
        )
        st.caption(say("moments.aim_note"))


def _own_target(moment: Moment) -> None:
    """A target of the person's own for one moment; empty: the same as for all."""
    targets = sessions.current().settings.target_ratings
    key = f"target_{moment.name}"
    st.session_state[key] = targets.get(moment.name)

    def taken() -> None:
        value = st.session_state[key]
        kept = dict(sessions.current().settings.target_ratings)
        kept.pop(moment.name, None)
        assumptions.own(
            "target_ratings", kept if value is None else {**kept, moment.name: float(value)}
        )

    st.number_input(
        say("moments.aim_one", low=moment.scale_low, high=moment.scale_high),
        moment.scale_low,
        moment.scale_high,
        None,
        step=0.1,
        format="%.1f",
        key=key,
        on_change=taken,
        placeholder=say("moments.aim_as_all"),
    )


def choose(report: Report) -> Moment | None:
    """The moment somebody wants to look into; None where there is none."""
    moments = {m.name: m for m in report.ordered_moments}
    if not moments:
        return None
    st.subheader(say("moments.one_head"), anchor=False)
    name = st.selectbox(say("moments.choose"), list(moments), key="moment", bind="query-params")
    return moments.get(name)


def section(report: Report, moment: Moment) -> None:
    """All of one moment: a sentence, how it was rated, who leaves, groups, the method."""
    st.markdown(_sentence(report, moment))
    for name in ("moment_levels", "moment_curve"):
        _drawn(name, report, picked=moment.name, moment=moment.name)
    _one_by_group(report, moment)
    if not moment.slope.refused:
        _own_target(moment)
    with st.expander(say("moments.one_how", name=moment.name)):
        _how(report, moment)


def _sentence(report: Report, moment: Moment) -> str:
    parts = [
        say(
            "moments.one_lived",
            reach=moment.reach.value,
            n=moment.lived_n,
            name=moment.name,
            performance=moment.performance,
            high=moment.scale_high,
        )
    ]
    if moment.revenue_at_stake.refused:
        why = words.reason(moment.revenue_at_stake.reason)
        parts.append(why_and_unlock(why))
    else:
        parts.append(
            say(
                "moments.one_stake",
                stake=moment.revenue_at_stake,
                target=moment.target_value,
                first=moment.p_first,
                top=moment.p_top3,
            )
        )
        parts += _once(report, moment)
    side = moment.asymmetry
    if side is not None and not moment.slope.refused:
        why_not = words.reason(side.reason).text if side.reason else ""
        parts.append(say(f"moments.one_{moment.kind}", why=why_not))
    return " ".join(parts)


def _once(report: Report, moment: Moment) -> list[str]:
    """How a moment's own figure goes with its part of the whole, where silent customers count."""
    joint = report.moments.joint if report.moments else None
    share = joint.shares.get(moment.name) if joint else None
    alone = moment.revenue_at_stake.value
    if (
        joint is None
        or share is None
        or alone is None
        or joint.silent <= 0
        or not 0 < share < alone
    ):
        return []
    return [say("moments.one_once", share=share)]


def _one_by_group(report: Report, moment: Moment) -> None:
    """The moment in every group of a dimension, as a table."""
    breakdowns = report.moments.breakdowns if report.moments else None
    if not breakdowns:
        return
    kinds = [kind for kind in breakdowns.groups if breakdowns.of(kind, moment.name)]
    if not kinds:
        return
    chosen = st.segmented_control(
        say("moments.groups_by"),
        kinds,
        default=kinds[0],
        key="moment_dimension",
        format_func=lambda d: fmt.capital(words.group_kind(d)),
        required=True,
    )
    rows = breakdowns.of(chosen or kinds[0], moment.name)
    heads = {
        name: say(f"moments.group_{name}_head")
        for name in ("name", "n", "reach", "rating", "slope", "share", "stake")
    }
    table(
        {
            heads["name"]: [plain(words.group_name(f.dimension, f.group)) for f in rows],
            heads["n"]: [fmt.integer(f.n) for f in rows],
            heads["reach"]: [fmt.percent(f.reach.value) for f in rows],
            heads["rating"]: [_filled("performance", report, f.performance) for f in rows],
            heads["slope"]: [_filled("slope", report, f.slope) for f in rows],
            heads["share"]: [_filled("share", report, f.importance_share) for f in rows],
            heads["stake"]: [_filled("stake", report, f.stake) for f in rows],
        },
        right=list(heads.values())[1:],
    )
    st.caption(say("moments.group_note"))


def _filled(kind: str, report: Report, e: Any) -> str:
    if e.refused:
        return fmt.NONE
    said = words.say(f"pages.moments.group_{kind}", report.currency, e=e)
    return plain(
        said.replace("–", "\u2060–\u2060").replace(" %", "\u00a0%")
    )  # a range breaks before it, not within


def _how(report: Report, moment: Moment) -> None:
    """Data, slopes, target, importance and the sum behind one moment's figure."""
    model = report.moments.model if report.moments else "index"
    st.markdown(
        say("moments.how_data", n=moment.lived_n, rated=moment.slope.n, teams=moment.slope.teams)
    )
    if moment.slope.refused:
        why = words.reason(moment.slope.reason)
        st.markdown(why_and_unlock(why))
        return
    rows = {"index": moment.index_slope, "direct": moment.direct_slope, "used": moment.slope}
    table(
        {
            say("moments.slope_which"): [say(f"moments.slope_{name}") for name in rows],
            say("moments.slope_value"): [_filled("slope", report, e) for e in rows.values()],
            say("moments.range_head"): [
                fmt.NONE if e.refused else plain(words.say("pages.moments.slope_range", e=e))
                for e in rows.values()
            ],
        },
        right=[say("moments.slope_value"), say("moments.range_head")],
    )
    st.markdown(say(f"moments.how_{model}"))
    kind = moment.target_kind
    st.markdown(
        say(
            f"moments.how_target_{kind}", target=moment.target_value, performance=moment.performance
        )
    )
    st.markdown(
        say("moments.how_importance", share=moment.importance_share, johnson=moment.johnson_share)
    )
