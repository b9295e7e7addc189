"""How each rating column was read, and where a person says that it is to be read another way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from cxcase.intake import ColumnReading
from cxcase.report import format as fmt
from cxcase.screen.data import answers, corrections
from cxcase.screen.parts import plain, say, table
from cxcase.screen.session import Taken

_REST = "…"  # the marks that are not named one by one
_MARKS = ("rating", "not_lived", "no_answer", "set_aside")
_BLANK = ("not_lived", "no_answer")


def ratings(file: Taken, place: int, key: str) -> None:
    """A line for each rating column, and the form that changes one."""
    readings = file.parsed.tables[place].readings
    if not readings:
        return
    st.markdown(f"**{say('data.ratings')}**")
    table(
        {
            say("ratings.column"): [plain(r.heading) for r in readings],
            say("ratings.scale"): [_scale(r) for r in readings],
            say("ratings.given"): [_count(r.ratings) for r in readings],
            say("ratings.beside"): [_other_marks(r) for r in readings],
        },
        right=[say("ratings.given")],
    )
    if corrections.can_correct(file, place):
        _change(file, place, readings, key)


def _scale(reading: ColumnReading) -> str:
    if reading.scale is None:
        return say("ratings.not_read")
    low = reading.scale.low
    high = reading.scale.high
    source = say(f"ratings.from_{reading.scale_from or 'theory'}")
    turned = f", {say('ratings.is_turned')}" if reading.turned else ""
    return f"{fmt.number(low)} {say('ratings.to')} {fmt.number(high)} ({source}{turned})"


def _count(rows: int | None) -> str:
    """A number of rows; of employees one below five is not told."""
    if rows is None:
        return say("ratings.few")
    return fmt.integer(rows)


def _other_marks(reading: ColumnReading) -> str:
    """What stands there beside ratings: each mark with its rows and what it was taken for."""
    told = [(f"“{plain(mark)}”", what, n) for mark, (what, n) in reading.marks.items()]
    what, n = reading.blank
    if n != 0:
        told.append((say("ratings.blank"), what, n))
    return (
        "; ".join(f"{name}: {say(f'ratings.{what}')} ({_count(n)})" for name, what, n in told)
        or fmt.NONE
    )


def _change(file: Taken, place: int, readings: tuple[ColumnReading, ...], key: str) -> None:
    headings = [r.heading for r in readings]
    chosen = st.selectbox(
        say("ratings.choose"), headings, None, key=f"rating_{key}", placeholder=say("ratings.pick")
    )
    if chosen is None:
        return
    reading = readings[headings.index(chosen)]
    with st.form(f"reading_{key}", border=False):
        said = _asked(reading, f"{key}_{reading.field}")
        if st.form_submit_button(say("ratings.apply")):
            source = file.parsed.tables[place].source
            decisions = _merged(file, place, reading, said)
            answers.read_as(file, place, source.role, source.columns, decisions)
            st.rerun()


def _asked(reading: ColumnReading, key: str) -> dict[str, Any]:
    """What the form says: "low", "high", "turned", and "marks" (mark, "" for blank -> meaning)."""
    left, middle, right = st.columns([1, 1, 1.6], vertical_alignment="bottom", gap="medium")
    scale = reading.scale
    ends = (scale.low, scale.high) if scale else (1.0, 5.0)
    low = left.number_input(say("ratings.low"), value=ends[0], format="%g", key=f"low_{key}")
    high = middle.number_input(say("ratings.high"), value=ends[1], format="%g", key=f"high_{key}")
    turned = right.checkbox(say("ratings.turn"), reading.turned, key=f"turned_{key}")
    marks = {}
    for mark, (what, n) in [*reading.marks.items(), ("", reading.blank)]:
        options = _MARKS if mark else _BLANK
        if mark == _REST or n == 0 or what not in options:
            continue
        path = "ratings.mark" if mark else "ratings.blank_means"
        marks[mark] = st.selectbox(
            say(path, mark=mark, n=_count(n)),
            options,
            options.index(what),
            key=f"mark_{key}_{mark}",
            format_func=lambda m: say(f"ratings.{m}"),
        )
    return {"low": low, "high": high, "turned": turned, "marks": marks}


def _merged(
    file: Taken, place: int, reading: ColumnReading, said: Mapping[str, Any]
) -> dict[str, Any]:
    """The table's decisions with what was changed of this column and nothing else."""
    before = corrections.said_of(file.parsed.tables[place].source)
    made = dict(before)
    low, high = sorted((said["low"], said["high"]))
    if low < high and (
        reading.scale is None or (low, high) != (reading.scale.low, reading.scale.high)
    ):
        made["scales"] = {**before.get("scales", {}), reading.field: [low, high]}
    if said["turned"] != reading.turned:
        turned = {r.field for r in file.parsed.tables[place].readings if r.turned} ^ {reading.field}
        made["turned"] = sorted(turned)
    was = {**{mark: what for mark, (what, _) in reading.marks.items()}, "": reading.blank[0]}
    if marks := {mark: what for mark, what in said["marks"].items() if what != was[mark]}:
        told = before.get("marks", {})
        made["marks"] = {**told, reading.field: {**told.get(reading.field, {}), **marks}}
    return made
