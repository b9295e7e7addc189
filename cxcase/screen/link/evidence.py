"""The link page: the evidence under its tabs, what was assumed, how figures came about."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from cxcase.estimate import Estimate
from cxcase.link import Answering, Link
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.report.provenance import Traced, traced
from cxcase.screen import assumptions, pictures, save_picture, tables
from cxcase.screen.link import ex_questions, time_order, units
from cxcase.screen.link.look_up import alternative, diagnosis_of, metric_name, worth_of
from cxcase.screen.link.what_if import silent
from cxcase.screen.parts import explained, plain, say, table

_RESTS_ON = ("start", "metric", "k_min", "oldest_response_months")  # beside decisions about rows


def evidence(report: Report) -> None:
    """The tabs under the picture: parts, dose, which score, who answered, other ways."""
    link = report.link
    if link is None:
        return
    shown = _tabs(link)
    places = st.tabs([say(f"link.tab_{tab}") for tab in shown])
    for place, draw in zip(places, shown.values(), strict=True):
        with place:
            draw(report)


def _tabs(link: Link) -> Mapping[str, Callable[[Report], None]]:
    """The tabs for which this link has something to show."""
    beside = link.diagnosis is not None
    found: dict[str, tuple[bool, Callable[[Report], None]]] = {
        "parts": (True, _parts),
        "units": (link.diagnosis is not None and link.diagnosis.units is not None, units.show),
        "dose": (bool(link.dose), _dose),
        "score": (beside, _which_score),
        "who": (bool(link.responder_table), _who),
        "silent": (link.diagnosis is not None and link.diagnosis.units is None, silent),
        "ex": (_of_employees(link), ex_questions.show),
        "time": (_in_time(link), time_order.show),
        "checks": (beside, _checks),
        "figures": (True, _figures),
    }
    return {tab: draw for tab, (there, draw) in found.items() if there}


def _in_time(link: Link) -> bool:
    """True where dates say something: two waves, or days of leaving."""
    d = link.diagnosis
    return d is not None and any(part is not None for part in (d.order, d.survival))


def _of_employees(link: Link) -> bool:
    """True where the employee survey can be judged: several answers a team, or single questions."""
    d = link.diagnosis
    return d is not None and (
        bool(d.teams) or any(part is not None for part in (d.agreement, d.items))
    )


def _parts(report: Report) -> None:
    """The worth of a point with its parts, and with price steps counted as growth."""
    pictures.show("worth_range", report)
    worth = worth_of(report, "one_point_of_cx")
    booked = alternative(report, "as_booked", "one_point_of_cx")
    if worth is not None and booked is not None:
        st.markdown(say("link.as_booked", booked=booked, e=worth))


def _dose(report: Report) -> None:
    """Churn by score, of all customers or of one segment."""
    names = [name for name, _ in diagnosis_of(report).dose_by_segment if name]
    picked = None
    if names:
        picked = st.selectbox(
            say("link.segment"),
            [None, *names],
            key="segment",
            width=320,
            format_func=lambda name: say("link.everyone") if name is None else str(name),
        )
    pictures.show("dose_response", report, picked or "", segment=picked)


def _which_score(report: Report) -> None:
    """The scores side by side, the difference of the best to the others, and the choice."""
    choice = diagnosis_of(report).metrics
    if choice is None:
        st.caption(say("link.one_score"))
        return
    pictures.show("which_score", report)
    for best, other, gap in choice.differences:
        text = say("link.choice", best=words.metric(best), other=words.metric(other), gap=gap)
        verdict = say("link.choice_clear" if gap.excludes_zero else "link.choice_open")
        st.markdown(f"{text} {verdict}")
    assumptions.metric(report)


def _who(report: Report) -> None:
    """Who answered beside everyone, and the slope with and without weights."""
    diagnosis = diagnosis_of(report)
    answering = diagnosis.answering
    main = _estimate(report, "cx_to_churn")
    st.caption(say("link.who_note"))
    pictures.show("responders", report)
    if answering is not None and main is not None and main.n:
        st.markdown(_response_rate(answering, main.n))
    if answering is not None and answering.overlap is not None:
        pictures.show("overlap", report)
        st.markdown(_overlap(answering))
        save_picture.picture("overlap", report)
    unweighted = next((b.estimate for b in diagnosis.alternatives if b.id == "unweighted"), None)
    if main is not None and not main.refused and unweighted is not None:
        st.markdown(say("link.slopes", weighted=main, plain=unweighted))
    if answering is not None:
        tables.answering(answering)


def _response_rate(answering: Answering, n: int) -> str:
    """How many answered, how many that is worth after weighting, and their share of revenue."""
    told = say("link.who", rate=answering.rate, n=n, effective=answering.effective)
    if answering.revenue is None:
        return f"{told} "
    return f"{told} {say('link.who_revenue', share=answering.revenue)}"


def _overlap(answering: Answering) -> str:
    """How many silent customers are like nobody who answered."""
    found = answering.overlap
    if found is None:
        return ""
    return say("link.overlap", outside=found.outside, revenue=found.outside_weight)


def _checks(report: Report) -> None:
    """The slope by other methods, further estimates, how well it predicts, the ledger."""
    diagnosis = diagnosis_of(report)
    pictures.show("readings", report)
    for path, found in (
        ("link.contextual", diagnosis.contextual),
        ("link.remaining", diagnosis.remaining),
        ("link.joint", diagnosis.joint),
        ("link.interaction", diagnosis.interaction),
    ):
        if found is not None and not found.refused:
            st.markdown(say(path, e=found, metric=metric_name(report)))
    sized = alternative(report, "by_revenue")
    kept = worth_of(report, "one_point_of_cx_retention")
    if sized is not None and kept is not None:
        st.markdown(say("link.by_revenue", sized=sized, e=kept))
    if diagnosis.units is not None:
        return
    pictures.show("calibration", report)
    st.caption(say("link.ledger_note"))
    tables.ledger(report)


def _figures(report: Report) -> None:
    """Every figure of the chain in a table."""
    st.caption(say("link.chain_note"))
    tables.chain(report)


def in_force(report: Report) -> None:
    """The assumptions that the figure rests on, each with whose it is, folded."""
    made = {decision.code for decision in report.case.decisions}
    lines = [
        line for line in words.assumptions(report) if line.name in _RESTS_ON or line.name in made
    ]
    assumed = sum(1 for line in lines if not line.owned)
    with st.expander(say("link.in_force", n=len(lines), assumed=assumed)):
        st.caption(say("link.in_force_note"))
        heads = list(words.section("export.deck.rests.heads").values())
        columns = [
            [plain(getattr(line, part)) for line in lines] for part in ("label", "value", "status")
        ]
        table({plain(head): column for head, column in zip(heads, columns, strict=True)})


def how(report: Report) -> None:
    """How the figures came about, folded: in words, then each with n, df, method, source."""
    main = _estimate(report, "cx_to_churn")
    with st.expander(say("part.how")):
        if main is not None and not main.refused:
            path = "link.how_units" if main.counts_units else "link.how"
            st.markdown(say(path, n=main.n, teams=main.teams, metric=metric_name(report)))
        answering = diagnosis_of(report).answering
        if answering is not None and answering.overlap is not None:
            st.markdown(_overlap(answering))
        for figure in traced(report):
            st.markdown(_line(figure))
        st.caption(say("link.sources"))
        st.markdown(f"**{say('part.words')}**")
        terms = ("ces", "range", "ex", "rx")
        st.markdown(explained(terms))


def _line(figure: Traced) -> str:
    """A figure with its range, from how much, method, checks and source; or that it is missing."""
    if figure.missing:
        return say("link.figure_missing", name=figure.name, value=figure.value)
    checks = "".join(f"{check} " for check in figure.checks)
    return say(
        "link.figure_line",
        name=figure.name,
        value=figure.value,
        range=figure.range,
        basis=figure.basis or fmt.NONE,
        method=figure.method,
        checks=checks,
        source=figure.source,
    )


def _estimate(report: Report, id: str) -> Estimate | None:
    """An effect of the link; None where there is none of this name."""
    effect = report.link.effect(id) if report.link else None
    if effect:
        return effect.estimate
    return None
