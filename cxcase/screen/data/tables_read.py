"""What was read: each table and its role, corrections, rows set aside, how tables meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from cxcase.export.naming import why
from cxcase.intake import ROLES, Role, Source
from cxcase.report import Report, words
from cxcase.report import format as fmt
from cxcase.screen import assumptions, downloads, parts, pictures, state
from cxcase.screen import session as sessions
from cxcase.screen.data import column_mapping, corrections, preview, rating_columns, uploads
from cxcase.screen.parts import across, currency, plain, say, table
from cxcase.screen.session import Taken

_SHOWN_REASONS = 3
_SECOND = {
    "team",
    "segment",
    "customer_since",
    "tenure_months",
    "renewal_date",
    "currency",
    "comment",
    "responded_at",
}
_MOMENT = "moment:"


def uploader() -> None:
    """The place to drop files: what is new is read at once, what can't be read is told why."""
    shown = st.file_uploader(
        say("data.upload"),
        accept_multiple_files=True,
        key=sessions.current().uploader,
        on_change=uploads.follow_uploader,
        help=say("data.upload_help"),
    )
    if uploads.take_new(shown or []):
        st.rerun()
    if name := sessions.current().mapping_from:
        st.caption(f":material/check: {say('data.mapping_used', file=name)}")
    for place, trouble in enumerate(sessions.current().trouble):
        why = plain(words.error(trouble.error, currency()))
        if corrections.asks_password(trouble.error):
            with st.container(border=True):
                st.markdown(f":material/lock: {why}")
                _password(trouble.file, f"password_{place}")
        else:
            named = (
                "" if plain(trouble.file) in why else say("data.refused_file", file=trouble.file)
            )
            st.error(named + why, icon=":material/error:")


def _password(name: str, key: str) -> None:
    """A field for a file's password and the button that opens it; the password is not kept."""
    with st.form(f"form_{key}", border=False):
        left, right = st.columns([2, 1], vertical_alignment="bottom", gap="medium")
        left.text_input(say("data.password"), type="password", key=key, autocomplete="off")
        right.form_submit_button(
            say("data.open"), on_click=uploads.open_locked, args=(name, key), width="stretch"
        )
    st.caption(say("data.password_note"))


def files(report: Report) -> None:
    """Every file, folded: what its tables are, which column is which, corrections."""
    st.header(say("data.what_each"), anchor=False)
    sources = iter(report.case.sources)
    read = [
        (f, [next(sources, t.source) for t in f.parsed.tables]) for f in sessions.current().files
    ]
    for file, found in sorted(
        read, key=lambda pair: min((_rank(s) for s in pair[1]), default=len(ROLES))
    ):
        _file(file, found)


@st.fragment
def _file(file: Taken, found: Sequence[Source]) -> None:
    """One file; what is in it is drawn once it is opened."""
    waits = any(file.key(place) in sessions.current().asked for place in range(len(found)))
    box = st.expander(
        _in_a_line(file, found),
        expanded=waits or uploads.locked_members(file),
        key=f"open_{file.digest[:8]}",
        on_change="rerun",
    )
    if not box.open:
        return
    with box:
        _take_out(file)
        for place, source in enumerate(found):
            _table(file, place, source)
        if uploads.locked_members(file):
            _password(file.name, f"password_{file.digest[:8]}")


def _in_a_line(file: Taken, found: Sequence[Source]) -> str:
    """The file's name, what it holds, and how many of its rows are used."""
    known = [str(source.role) for source in found if source.role] or ["none"]
    roles = list(dict.fromkeys(say(f"roles.{role}") for role in known))
    read = sum(source.rows_read for source in found)
    used = sum(source.rows_accepted for source in found)
    told = f"**{plain(file.name)}** · {' · '.join(roles)}"
    return f"{told} · {say('data.rows', accepted=used, read=read)}"


def _rank(source: Source) -> int:
    """The place of a table's role in the order people read them; one without a role comes last."""
    if source.role:
        return ROLES.index(source.role)
    return len(ROLES)


def _take_out(file: Taken) -> None:
    """The way to take the file out."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(
            say("data.take_out"),
            key=f"remove_{file.digest[:8]}",
            icon=":material/close:",
            type="tertiary",
            on_click=uploads.remove,
            args=(file.name,),
            help=say("data.remove", name=file.name),
        )


def _table(file: Taken, place: int, source: Source) -> None:
    """One table; `source` counts what the joins set aside too."""
    key = file.key(place)
    left, right = st.columns([2.2, 1.6], vertical_alignment="center", gap="medium")
    told = [_place_in(file, source), *(f":gray[{line}]" for line in _about(source))]
    left.markdown("  \n".join(filter(None, told)))
    if corrections.can_correct(file, place) and source.headings:
        with right:
            column_mapping.role(file, place, key)
    elif source.headings:
        right.markdown(say(f"roles.{source.role or 'none'}"))
        if source.role is None:
            right.caption(say("data.upload_again"))
    column_mapping.keys(file, place, key)
    preview.preview(file, place, key)
    if source.role is None:
        return
    rating_columns.ratings(file, place, key)
    for message in source.messages:
        parts.finding(words.finding(message, currency()))


def _place_in(file: Taken, source: Source) -> str:
    """Where a table stands in its file: the file in an archive, the sheet; "" for all of it."""
    places = []
    if source.file != file.name:
        places.append(source.file.removeprefix(f"{file.name}/"))
    if source.sheet:
        places.append(source.sheet)
    return plain(" › ".join(places))


def _about(source: Source) -> list[str]:
    """What is told of a table: rows and how sure, why, what wrote it, what was left out of it."""
    lines = []
    if source.role is None:
        said = [words.finding(message, currency()) for message in source.messages]
        lines += [plain(f"{_without_place(source, row.what)} {row.do}".strip()) for row in said]
        lines = lines or [say("data.unrecognised")]
    else:
        rows = say("data.rows", accepted=source.rows_accepted, read=source.rows_read)
        if source.rows_waiting:
            rows = say("data.rows_waiting", waiting=source.rows_waiting)
        lines.append(f"{rows} · {say('data.confidence', confidence=source.role_confidence)}")
        lines.append(say("data.why", columns=_reasons(source, source.role)))
    if words.has(f"pages.formats.{source.format}"):
        lines.append(say("data.format", tool=say(f"formats.{source.format}")))
    if source.dropped_columns:
        lines.append(say("data.dropped", columns=list(source.dropped_columns)))
    return lines


def _without_place(source: Source, text: str) -> str:
    """A sentence without the file and sheet it begins with: they stand above it."""
    for place in (f"{source.file}, {source.sheet}: ", f"{source.file}: "):
        if text.startswith(place):
            rest = text.removeprefix(place)
            return fmt.capital(rest)
    return text


def _reasons(source: Source, role: Role) -> list[str]:
    """The columns that say most of what the table is, each with what it holds."""
    fields = sorted(state.fields_of(role), key=_SECOND.__contains__)
    known = [
        (words.say(f"pages.fields.{f}"), source.columns[f]) for f in fields if f in source.columns
    ]
    known += [
        (words.say("pages.fields.rating"), h)
        for f, h in source.columns.items()
        if f.startswith(_MOMENT)
    ]
    return [
        f"“{heading}”"
        if heading.casefold() == field.casefold()
        else words.say("pages.data.why_column", heading=heading, field=field)
        for field, heading in known[:_SHOWN_REASONS]
    ]


def set_aside(report: Report) -> None:
    """How many rows could not be used, by file and reason, and the workbook that lists them."""
    total = sum(s.rows_set_aside for s in report.case.sources)
    if not total:
        return
    with st.expander(say("data.set_aside", n=total)):
        _by_reason(report, total)


def _by_reason(report: Report, total: int) -> None:
    """The rows set aside by file and reason, and the workbook that lists them."""
    st.markdown(say("data.set_aside_some", n=total))
    counted: Counter[tuple[str, str]] = Counter()
    for source in report.case.sources:
        for reason, n in source.reasons.items():
            counted[source.file, reason] += n
    table(
        {
            say("data.file_head"): [plain(file) for file, _ in counted],
            say("data.reason_head"): [plain(why(reason)) for _, reason in counted],
            say("data.rows_head"): [fmt.integer(n) for n in counted.values()],
        },
        right=[say("data.rows_head")],
    )
    downloads.set_aside(report)


def joins(report: Report) -> None:
    """How many customers and responses are left at each join: pictures and figures."""
    if report.case.joins is None or report.case.base is None or not report.case.joins.responses:
        return  # no table met another one yet
    with st.expander(say("data.joins")):
        pictures.show("joins", report)
        pictures.show("joins_answers", report)
        _counts(say("data.customers_head"), report.case.joins.waterfall)
        _counts(say("data.responses_head"), report.case.joins.answers)


def _counts(head: str, steps: Sequence[tuple[str, int]]) -> None:
    """A row for each step: how many are left, and how many fell out there."""
    before = [steps[0][1], *(n for _, n in steps)]
    table(
        {
            head: [say(f"joins.{code}") for code, _ in steps],
            say("data.left_head"): [fmt.integer(n) for _, n in steps],
            say("data.out_head"): [
                fmt.integer(m - n) for m, (_, n) in zip(before, steps, strict=False)
            ],
        },
        right=[say("data.left_head"), say("data.out_head")],
    )


def year(report: Report) -> None:
    """From which day on is counted, where nobody chose it."""
    assumptions.start()
    base = report.case.base
    if base is not None and base.t0 is not None and "start" not in report.settings.owned:
        st.caption(say("data.start_now", t0=base.t0))


def to_bring() -> None:
    """What each table is for and the least it needs; the first two are where one begins."""
    roles = ("customers", "cx", "ex", "recommendations", "case_studies")
    table(
        {
            say("bring.what_head"): [f"**{say(f'roles.{role}')}**" for role in roles],
            say("bring.row_head"): [say(f"bring.{role}_row") for role in roles],
            say("bring.needs_head"): [say(f"bring.{role}_needs") for role in roles],
            say("bring.gives_head"): [say(f"bring.{role}_gives") for role in roles],
        }
    )


def to_ask_for() -> None:
    """Empty workbooks for each role, and the page of what to ask for."""
    with st.expander(say("data.blank")):
        st.caption(say("data.blank_note"))
        for role in across(state.READ, 3):
            downloads.blank(role)
    with st.expander(say("data.shopping")):
        st.markdown(words.shopping_list().replace("# ", "#### ").replace("##### ", "###### "))
        downloads.shopping_list()
