"""One moment in full: its figures in words, its pictures, what its groups say."""

from __future__ import annotations

from typing import Any

import streamlit as st

from cxcase.moments import Moment
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.screen import assumptions, pictures, save_picture
from cxcase.screen import session as sessions
from cxcase.screen.moments.moment_name import name_in_place
from cxcase.screen.parts import plain, say, table, why_and_unlock


def choose(report: Report) -> Moment | None:
    """The moment somebody wants to look into; None where there is none."""
    moments = {m.name: m for m in report.ordered_moments}
    if not moments:
        return None
    st.header(say("moments.one_head"), anchor=False)
    name = st.selectbox(say("moments.choose"), list(moments), key="moment", bind="query-params")
    return moments.get(name)


def section(report: Report, moment: Moment) -> None:
    """All of one moment: a sentence, how it was rated, who leaves, groups, the method."""
    st.markdown(_sentence(report, moment))
    name_in_place(report, moment)
    for name in ("moment_levels", "moment_curve"):
        drawn(name, report, picked=moment.name, moment=moment.name)
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


def drawn(name: str, report: Report, picked: str = "", **chosen: Any) -> bool:
    drawn = pictures.show(name, report, picked=picked, **chosen)
    if drawn:
        save_picture.picture(name, report, **chosen)
    return drawn


def _own_target(moment: Moment) -> None:
    """A target of the person's own for one moment; empty: the same as for all."""
    targets = sessions.current().settings.target_ratings
    key = f"target_{moment.name}"
    sessions.show_in(key, targets.get(moment.name))

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
