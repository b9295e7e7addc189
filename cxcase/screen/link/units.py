"""The tab of a link from units alone: readings, the worth by unit, what it can't show."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from cxcase.estimate import Estimate
from cxcase.link import Believed, Diagnosis, Link, Units
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.report.provenance import figure
from cxcase.screen.parts import plain, say, table

_READINGS = ("pooled", "pooled_lagged", "within", "within_lagged")
_MOST = 12  # units on the screen


def show(report: Report) -> None:
    """Readings, which is believed and why; worth in total and by unit; the limits."""
    link = report.link
    diagnosis = link.diagnosis if link else None
    if link is None or diagnosis is None or diagnosis.units is None:
        return
    st.markdown(f"**{say('link.units_readings')}**")
    _readings(report, link, diagnosis)
    _why(diagnosis.units)
    st.markdown(f"**{say('link.units_worth')}**")
    _worth(report, link, diagnosis.units)
    st.markdown(f"**{say('link.units_limits')}**")
    limits = (
        words.finding(f, report.currency) for f in report.findings if f.code == "units_cannot_show"
    )
    for told in limits:
        st.markdown(f"{plain(told.what)} {plain(told.do)}")


def _readings(report: Report, link: Link, diagnosis: Diagnosis) -> None:
    """Every step by every reading that gives a figure, the one that counts in bold."""
    metric = words.metric(link.metric)
    heads = [say(f"link.{name}_head") for name in ("unit_step", "unit_reading", "value", "range")]
    rows: list[list[str]] = []
    for believed in diagnosis.units.believed if diagnosis.units else ():
        name = plain(fmt.capital(words.say(f"figure.{believed.of}", metric=metric)))
        for reading, estimate in _of(diagnosis, believed):
            counts = reading == believed.reading
            rows.append([name, *_reading_cells(report, reading, estimate, counts)])
            name = ""  # once a step
    columns = [list(column) for column in zip(*rows, strict=True)]
    table(dict(zip(heads, columns, strict=bool(rows))), right=heads[2:])


def _reading_cells(report: Report, reading: str, estimate: Estimate, counts: bool) -> list[str]:
    """A reading with its figure and range; in bold where it is the one that counts."""
    how = words.say(f"chart.readings.units_{reading}")
    if counts:
        how = words.say("pages.link.unit_counts", reading=how)
    cells = [plain(cell) for cell in (how, *map(_whole, figure(report, estimate)))]
    if counts:
        return [f"**{cell}**" for cell in cells]
    return cells


def _whole(cell: str) -> str:
    """A figure that no narrow column breaks in two."""
    return cell.replace(" ", "\u00a0").replace("–", "\u2060–\u2060")


def _of(diagnosis: Diagnosis, believed: Believed) -> Iterator[tuple[str, Estimate]]:
    """(reading, estimate) of one step, from units at once to each against itself."""
    there = {b.id: b.estimate for b in diagnosis.alternatives if b.of == believed.of}
    there[f"units_{believed.reading}"] = believed.estimate
    for reading in _READINGS:
        if f"units_{reading}" in there:
            yield reading, there[f"units_{reading}"]


def _why(units: Units) -> None:
    """Which reading is believed and why, once for steps that share it; where they disagree."""
    paths: dict[str, list[str]] = {}
    for believed in units.believed:
        paths.setdefault(believed.why, []).append(words.say(f"path.{believed.of}"))
    for why, names in paths.items():
        st.markdown(say(f"link.unit_because_{why}", paths=names))
    turned = [words.say(f"path.{believed.of}") for believed in units.believed if believed.disagree]
    if turned:
        st.markdown(say("link.unit_turns", paths=turned))


def _worth(report: Report, link: Link, units: Units) -> None:
    """The total first, then units, most money first."""
    total = link.worth_of("one_point_of_cx")
    if total is None or total.refused or not units.worth:
        why = words.refused(total)
        st.markdown(say("link.unit_no_worth", why=why.text, unlock=why.unlock))
        return
    each = sorted(units.worth, key=lambda one: (-abs(one.worth.value or 0.0), one.unit))
    names = [f"**{say('link.unit_total')}**", *(plain(one.unit) for one in each[:_MOST])]
    revenue = [sum(one.revenue for one in each), *(one.revenue for one in each[:_MOST])]
    worth = [figure(report, e) for e in (total, *(one.worth for one in each[:_MOST]))]
    heads = [say(f"link.{name}_head") for name in ("unit", "unit_revenue", "unit_worth", "range")]
    columns = (
        names,
        [plain(fmt.money(r, report.currency, 3)) for r in revenue],
        [plain(value) for value, _ in worth],
        [plain(span) for _, span in worth],
    )
    table(dict(zip(heads, columns, strict=True)), right=heads[1:])
    if len(each) > _MOST:
        st.caption(say("link.unit_more", n=len(each) - _MOST))
    st.caption(say("link.unit_worth_note", metric=words.metric(link.metric)))
