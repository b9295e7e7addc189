"""A moment in customers' own words: quotes, terms, a search, recordings; what was pinned."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Literal

import streamlit as st

from cxcase.report import Report, words
from cxcase.report.charts.drawing.style import palette
from cxcase.screen import pictures, state
from cxcase.screen import session as sessions
from cxcase.screen.moments import recordings
from cxcase.screen.parts import file_of, plain, say
from cxcase.voice import MomentVoice, Pin, Quote, Term

_SIDES: tuple[Literal["low", "high"], ...] = ("low", "high")
_FOUND = 8
# label, icon and help of the button
_PIN = ("voice.pin", ":material/keep_off:", "voice.pin_help")
_UNPIN = ("voice.unpin", ":material/keep:", "voice.unpin_help")


def show(report: Report, moment: str) -> None:
    """Everything customers say of one moment, and the way to pin it to the case."""
    st.header(say("voice.head"), anchor=False)
    heard = report.voice.of(moment) if report.voice else None
    if report.voice is None or not report.voice.comments:
        st.caption(say("voice.none"))
    else:
        _counts(heard, moment)
        if heard and heard.comments:
            _quotes(report, heard)
            _terms(report, heard)
        _search(report, moment)
    recordings.show(moment)
    if any(source.role == "ex" for source in report.case.sources):
        st.caption(say("voice.employees"))


def _counts(heard: MomentVoice | None, moment: str) -> None:
    if heard is None or not heard.comments:
        st.caption(say("voice.counts_none", moment=moment))
    else:
        st.caption(
            say("voice.counts", n=heard.comments, moment=moment, low=heard.low, high=heard.high)
        )


def _quotes(report: Report, heard: MomentVoice) -> None:
    """What is said after low marks beside what is said after high ones."""
    for side, column in zip(_SIDES, st.columns(2, gap="medium"), strict=True):
        with column:
            st.markdown(f"**{say(f'voice.{side}')}**")
            quotes = heard.of(side)
            if not quotes:
                st.caption(say(f"voice.{side}_none"))
            for place, quote in enumerate(quotes):
                _quote(report, quote, f"{side}_{place}")


def _quote(report: Report, quote: Quote | Pin, key: str, *, with_moment: bool = False) -> None:
    """One quote with whose it is, and its pin."""
    hue = _hue(quote.direction)
    about = words.about_quote(quote, report.currency, with_moment=with_moment)
    if isinstance(quote, Quote) and quote.alike > 1:
        about += f" · {words.say('pages.voice.alike', n=quote.alike)}"
    colours = palette(pictures.theme())
    language = f' lang="{html.escape(quote.language)}"' if quote.language else ""
    edge = (
        "margin:.3rem 0 0;padding:.1rem .8rem;"
        f"border-inline-start:3px solid {hue};overflow-wrap:anywhere"
    )
    below = f"color:{colours.muted};font-size:.875rem;padding-top:.2rem"
    with st.container(gap=None, key=f"quote_{key}_{quote.id}"):
        st.html(
            f'<blockquote dir="auto"{language} style="{edge}">“{html.escape(quote.text)}”'
            f'<div dir="ltr" style="{below}">{html.escape(about)}</div></blockquote>'
        )
        pin_button(quote, key)


def pin_button(quote: Quote | Pin, key: str) -> None:
    """Pins what a customer said to the case, or takes it off."""
    pinned = any(pin.id == quote.id for pin in sessions.current().pins)
    label, icon, what_it_does = _UNPIN if pinned else _PIN
    st.button(
        say(label),
        key=f"pin_{key}_{quote.id}",
        type="tertiary",
        icon=icon,
        on_click=_turn,
        args=(quote,),
        help=say(what_it_does),
    )


def _turn(quote: Quote | Pin) -> None:
    pins = sessions.current().pins
    rest = tuple(pin for pin in pins if pin.id != quote.id)
    if len(rest) == len(pins):
        made = quote if isinstance(quote, Pin) else _pin(quote)
        rest = (*pins, made)
    sessions.change(pins=rest)


def _pin(quote: Quote) -> Pin:
    return Pin(
        quote.id, "quote", quote.moment, quote.direction, quote.text, quote.language, quote.band
    )


def _hue(direction: str) -> str:
    colours = palette(pictures.theme())
    return {"low": colours.harm, "high": colours.rx}.get(direction, colours.grid)


def _terms(report: Report, heard: MomentVoice) -> None:
    """A bar a word: in how many comments, after low marks, in between, after high ones."""
    if not heard.terms:
        st.caption(say("voice.terms_few", k=report.settings.k_min))
        return
    st.markdown(f"**{say('voice.terms')}**")
    colours = palette(pictures.theme())
    hues = {"low": colours.harm, "between": colours.muted, "high": colours.rx}
    most = max(t.count for t in heard.terms)
    several = len({t.language for t in heard.terms}) > 1
    lines = "".join(_term(t, most, hues, several) for t in heard.terms)
    quiet = f"color:{colours.muted};font-size:.875rem;padding-bottom:.4rem"
    st.html(f'<div style="{quiet}">{_key_of_terms(hues)}</div>{lines}')


def _key_of_terms(hues: dict[str, str]) -> str:
    """A patch of each colour and what it stands for."""
    patches: list[str] = []
    for name, hue in hues.items():
        before = "1" if patches else ".0"
        look = (
            "display:inline-block;width:.9rem;height:.7rem;"
            f"margin:0 .4rem 0 {before}rem;background:{hue}"
        )
        said = html.escape(words.say(f"pages.voice.term_key_{name}"))
        patches.append(f'<span style="{look}"></span>{said}')
    return "".join(patches)


def _term(term: Term, most: int, hues: dict[str, str], several: bool) -> str:
    parts = {"low": term.low, "between": term.count - term.low - term.high, "high": term.high}
    said = ", ".join(
        f"{n} {words.say(f'pages.voice.term_key_{name}')}" for name, n in parts.items()
    )
    bars = "".join(
        f'<div style="width:{100 * n / most:.2f}%;background:{hues[name]}"></div>'
        for name, n in parts.items()
        if n
    )
    if several:
        name = words.say("pages.voice.terms_language", term=term.text, language=term.language)
    else:
        name = term.text
    row = "display:flex;gap:.75rem;align-items:center;padding:.15rem 0"
    count = "flex:0 0 3rem;text-align:right;font-variant-numeric:tabular-nums"
    return (
        f'<div title="{html.escape(f"{term.text}: {said}")}" style="{row}">'
        f'<div dir="auto" style="flex:0 0 9rem;overflow-wrap:anywhere">{html.escape(name)}</div>'
        f'<div style="flex:1;display:flex;height:1rem">{bars}</div>'
        f'<div style="{count}">{term.count:,}</div></div>'
    )


def _search(report: Report, moment: str) -> None:
    """A box to search all comments, or those about this moment."""
    left, right = st.columns([2, 1.4], vertical_alignment="bottom", gap="medium")
    asked = left.text_input(say("voice.search"), key="voice_search", help=say("voice.search_help"))
    where = right.segmented_control(
        say("voice.where"),
        ["everywhere", "here"],
        default="everywhere",
        key="voice_where",
        format_func=lambda place: say(f"voice.{place}"),
        label_visibility="collapsed",
        required=True,
    )
    library = state.library()
    if not asked.strip() or library is None:
        return
    about = moment if where == "here" and moment in library.moments else None
    found, count = library.search(asked, about, _FOUND)
    if not found:
        st.caption(say("voice.found_none"))
        return
    st.caption(say("voice.found_one") if count == 1 else say("voice.found", n=count))
    for place, quote in enumerate(found):
        _quote(report, quote, f"found_{place}", with_moment=True)


def pinned(report: Report) -> None:
    """What was pinned, and the way to take it off or to choose more."""
    if not report.pins and not report.typical:
        return
    st.header(say("voice.pins.head"), anchor=False)
    st.caption(say("voice.pins.note" if report.pins else "voice.pins.none"))
    _list(report, report.pins)
    st.page_link(file_of("moments"), label=say("voice.pins.go"), icon=":material/format_quote:")


def _list(report: Report, pins: Sequence[Pin]) -> None:
    for place, pin in enumerate(pins):
        _quote(report, pin, f"kept_{place}", with_moment=True)


def pinned_lines(report: Report) -> None:
    """The pinned quotes on the home page, without buttons."""
    if report.pins:
        st.header(say("voice.pins.head"), anchor=False)
        for pin in report.pins:
            about = words.about_quote(pin, report.currency, with_moment=True)
            st.markdown(f"“{plain(pin.text)}”  \n:gray[{plain(about)}]")
