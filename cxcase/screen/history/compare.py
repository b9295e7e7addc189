"""Two versions beside each other: what each change did to the NPV, and the way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

import streamlit as st

from cxcase.case_document import CaseInputs
from cxcase.changes import (
    Difference,
    Figure,
    Part,
    Recomputed,
    causes,
    figures_to_work_out,
    npv_difference,
)
from cxcase.errors import StoreError
from cxcase.report import words
from cxcase.report.adding_up import added_up, sentence
from cxcase.report.charts.plan.npv_by_cause import CauseBar, NpvByCause, npv_by_cause
from cxcase.screen import kept_case, pictures
from cxcase.screen import session as sessions
from cxcase.screen.history.version_list import label, line, titles_of
from cxcase.screen.parts import lead, plain, say, why_and_unlock
from cxcase.store import SavedVersion

_MOST = 4096  # figures that are kept for everybody; each is a number


@st.cache_resource(show_spinner=False)
def _known() -> dict[str, Figure]:
    """NPVs by the content they were worked out from."""
    return {}


def show(found: Sequence[SavedVersion]) -> None:
    """Both versions to choose, what changed between them, and the button that goes back."""
    head = sessions.current().kept.head
    left, right = st.columns(2)
    newest = next((v for v in found if v.number == head), found[0])
    with right:
        now = _choose(say("history.choose_now"), "history_now", found, newest)
    others = [version for version in found if version.number != now.number]
    with left:
        old = _choose(say("history.choose_old"), "history_old", others, _before(now, others))
    try:
        inputs = kept_case.version(old.number), kept_case.version(now.number)
    except StoreError as error:
        st.error(plain(str(error)))
        return
    every = causes(*inputs)
    titles = titles_of(*inputs)
    recomputed = Recomputed(*inputs, every, _known())
    if not every:
        lead(say("history.no_difference"))
    elif _worked_out(recomputed):
        _by_cause(npv_difference(recomputed, old.npv), old, now, titles)
        st.caption(say(f"history.{_how_chosen(recomputed)}"))
    else:
        lines = [line(cause, titles) for cause in every]
        st.markdown("\n".join(f"- {plain(text)}" for text in lines))
    if old.number != head:
        _go_back(old, inputs[0], titles)


def _how_chosen(recomputed: Recomputed) -> str:
    """Whether the plans behind the figures were chosen anew or frozen."""
    kept = [recomputed.old.settings.frozen_steps, recomputed.now.settings.frozen_steps]
    if all(kept) and kept[0] == kept[1]:
        return "frozen"
    return "frozen_part" if any(kept) else "anew"


def _choose(
    text: str, key: str, found: Sequence[SavedVersion], first: SavedVersion
) -> SavedVersion:
    chosen: SavedVersion = st.selectbox(
        text,
        found,
        found.index(first),
        format_func=label,
        key=f"{key}_{first.number}",
    )
    return chosen


def _before(now: SavedVersion, others: Sequence[SavedVersion]) -> SavedVersion:
    """The version before with another NPV; else the one it was made from, or any."""
    earlier = [version for version in others if version.number < now.number]
    moved = (v for v in earlier if v.npv is not None and v.npv != now.npv)
    return next(moved, next(iter(earlier), others[0]))


def _worked_out(recomputed: Recomputed) -> bool:
    """True once all figures are known; else there is a button that works them out."""
    missing = figures_to_work_out(recomputed)
    if not missing:
        return True
    st.caption(say("history.to_work_out", n=missing))
    if not st.button(say("history.work_out"), key="work_out", type="primary"):
        return False
    with _progress(recomputed) as told:
        npv_difference(told, None)
    known = _known()
    while len(known) > _MOST:
        known.pop(next(iter(known)))
    return True


@contextmanager
def _progress(recomputed: Recomputed) -> Iterator[Recomputed]:
    """The same, saying how far it has come."""
    place = st.empty()
    with place.status(words.say("pages.progress.title"), expanded=True) as status:

        def tell(done: int, of: int, stage: str) -> None:
            path = f"pages.progress.{stage}"
            doing = words.say(path) if words.has(path) else words.say("pages.progress.plan")
            status.update(label=say("history.progress", done=done + 1, of=of, doing=doing))

        yield replace(recomputed, tell=tell)
    place.empty()


def _by_cause(
    found: Difference, old: SavedVersion, now: SavedVersion, titles: Mapping[str, str]
) -> None:
    """The sentence, the picture, and what moves no figure."""
    beside = [line(cause, titles) for cause in found.beside]
    if found.refused or found.before is None or found.after is None:
        lead(why_and_unlock(words.reason(found.refused or "")))
    elif not found.value and not any(part.value for part in found.parts):
        lead(say("history.same_npv", npv=float(found.after)))
    else:
        names = [_named(part, titles) for part in found.parts]
        parts = [part.value for part in found.parts]
        shown = added_up(found.before, found.after, parts, found.currency)
        lead(plain(sentence(names, shown)))
        bars = [
            CauseBar(name, float(part.value), not part.causes)
            for name, part in zip(names, found.parts, strict=True)
        ]
        exact = added_up(found.before, found.after, parts, found.currency, 3)
        ends = (_end(old), _end(now))
        drawn = NpvByCause(*ends, float(found.before), bars, exact, found.currency)
        pictures.show_figure(npv_by_cause(drawn, pictures.theme()), "npv_by_cause")
    if beside:
        st.caption(say("history.beside", lines=beside))


def _named(part: Part, titles: Mapping[str, str]) -> str:
    lines = [line(cause, titles) for cause in part.causes]
    return words.changes_together(lines, [cause.kind for cause in part.causes])


def _end(version: SavedVersion) -> str:
    if version.number == sessions.current().kept.head:
        return words.say("pages.history.end_in_force", number=version.number)
    return words.say("pages.history.end", number=version.number)


def _go_back(version: SavedVersion, there: CaseInputs, titles: Mapping[str, str]) -> None:
    """What going back to a version would change, and the button that does it."""
    here = sessions.current().kept.inputs
    lines = [line(cause, titles) for cause in causes(here, there)]
    with st.expander(say("history.preview", number=version.number), key="history_preview"):
        if version.npv is not None:
            st.markdown(say("history.preview_npv", npv=version.npv))
        told = "\n".join(f"- {plain(text)}" for text in lines)
        st.markdown(told or say("history.no_difference"))
        st.caption(say("history.preview_kept"))
        st.button(
            say("history.go_back", number=version.number),
            key="go_back",
            on_click=kept_case.go_to,
            args=(version.number,),
        )
