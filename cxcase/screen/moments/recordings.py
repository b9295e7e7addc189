"""Recordings of customers, attached to a moment, with consent noted and words typed."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from cxcase.content_key import content_key
from cxcase.errors import CaseError
from cxcase.report import words
from cxcase.screen import session as sessions
from cxcase.screen import state
from cxcase.screen.parts import currency, plain, say
from cxcase.voice import (
    RECORDING_KINDS,
    RECORDING_MB,
    RECORDING_MINUTES,
    Clip,
    Direction,
    Pin,
)

_MIME = {"mp3": "audio/mpeg", "m4a": "audio/mp4", "wav": "audio/wav"}
_SIDES: tuple[Direction, ...] = ("low", "high")
# label and icon of the button
_PIN = ("voice.pin", ":material/keep_off:")
_UNPIN = ("voice.unpin", ":material/keep:")


def show(moment: str) -> None:
    """The recordings of one moment, and the way to attach another."""
    clips = [clip for clip in sessions.current().clips if clip.moment == moment]
    with st.expander(
        say("voice.recordings.head"), expanded=bool(clips), key=f"recordings_{moment}"
    ):
        st.caption(say("voice.recordings.note"))
        for clip in clips:
            _clip(clip)
        _add(moment)


def _add(moment: str) -> None:
    """Takes a recording in at once; without consent and words it is only played."""
    told = say("voice.recordings.add", size=RECORDING_MB, minutes=RECORDING_MINUTES)
    turn = len(sessions.current().clips)
    given = st.file_uploader(
        told,
        type=list(RECORDING_KINDS),
        key=f"recording_{moment}_{turn}",
        max_upload_size=RECORDING_MB,
    )
    if given is None:
        return
    data = given.getvalue()
    try:
        kind, seconds = state.take_recording(given.name, data)
    except CaseError as error:
        st.error(plain(words.error(error, currency())), icon=":material/error:")
        return
    clip = Clip(content_key("clip", moment, data)[:16], moment, given.name, kind, seconds)
    path = state.recording_path(clip)
    if path is None:
        return
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    others = tuple(c for c in sessions.current().clips if c.id != clip.id)
    sessions.change(clips=(*others, clip))
    st.rerun()


def _clip(clip: Clip) -> None:
    """One recording: the player, whose consent there is, what is said, and its pin."""
    st.markdown(
        plain(
            words.say(
                "pages.voice.recordings.about", name=clip.name, kind=clip.kind, seconds=clip.seconds
            )
        )
    )
    path = state.recording_path(clip)
    if path is not None and path.exists():
        st.audio(path.read_bytes(), format=_MIME[clip.kind])
    if clip.agreed:
        st.caption(
            say("voice.recordings.agreed", who=clip.who, when=clip.when, purpose=clip.purpose)
        )
    _about(clip)
    left, right = st.columns(2)
    with left:
        _pin(clip)
    right.button(
        say("voice.recordings.remove"),
        key=f"remove_{clip.id}",
        type="tertiary",
        icon=":material/delete:",
        on_click=_remove,
        args=(clip,),
    )


def _about(clip: Clip) -> None:
    """Who agreed, when, to what, what it speaks of, and what is said."""
    with st.form(f"clip_{clip.id}"):
        first, second = st.columns(2)
        who = first.text_input(say("voice.recordings.who"), clip.who, key=f"who_{clip.id}")
        when = second.text_input(say("voice.recordings.when"), clip.when, key=f"when_{clip.id}")
        purpose = st.text_input(
            say("voice.recordings.purpose"),
            clip.purpose,
            key=f"purpose_{clip.id}",
            placeholder=say("voice.recordings.purpose_hint"),
        )
        now = clip.direction if clip.direction in _SIDES else None
        direction = st.segmented_control(
            say("voice.recordings.mark"),
            _SIDES,
            default=now,
            key=f"mark_{clip.id}",
            format_func=lambda side: say(f"voice.recordings.mark_{side}"),
        )
        text = st.text_area(
            say("voice.recordings.transcript"), clip.transcript, key=f"words_{clip.id}"
        )
        if st.form_submit_button(say("voice.recordings.keep"), key=f"keep_{clip.id}"):
            _keep(
                replace(
                    clip,
                    who=who.strip(),
                    when=when.strip(),
                    purpose=purpose.strip(),
                    direction=direction or "unrated",
                    transcript=text.strip(),
                )
            )
            st.rerun()


def _keep(clip: Clip) -> None:
    """The recording as it is now; a pin of it follows, or goes where consent or words have gone."""
    session = sessions.current()
    clips = tuple(clip if c.id == clip.id else c for c in session.clips)
    pins = session.pins
    if any(pin.id == clip.id for pin in pins):
        pins = tuple(pin for pin in pins if pin.id != clip.id)
        if _may_be_pinned(clip):
            pins = (*pins, _as_pin(clip))
    sessions.change(clips=clips, pins=pins)


def _may_be_pinned(clip: Clip) -> bool:
    return clip.agreed and bool(clip.transcript)


def _as_pin(clip: Clip) -> Pin:
    return Pin(clip.id, "clip", clip.moment, clip.direction, state.without_names(clip.transcript))


def _pin(clip: Clip) -> None:
    if not clip.agreed:
        st.caption(say("voice.recordings.no_consent"))
    elif not clip.transcript:
        st.caption(say("voice.recordings.no_transcript"))
    else:
        pinned = any(pin.id == clip.id for pin in sessions.current().pins)
        label, icon = _UNPIN if pinned else _PIN
        st.button(
            say(label),
            key=f"pin_clip_{clip.id}",
            type="tertiary",
            icon=icon,
            on_click=_turn,
            args=(clip,),
        )


def _turn(clip: Clip) -> None:
    """Pins a recording's words to the case, or takes them off."""
    pins = sessions.current().pins
    rest = tuple(pin for pin in pins if pin.id != clip.id)
    if len(rest) == len(pins):
        rest = (*rest, _as_pin(clip))
    sessions.change(pins=rest)


def _remove(clip: Clip) -> None:
    session = sessions.current()
    path = state.recording_path(clip)
    if path is not None:
        path.unlink(missing_ok=True)
    sessions.change(
        clips=tuple(c for c in session.clips if c.id != clip.id),
        pins=tuple(p for p in session.pins if p.id != clip.id),
    )
