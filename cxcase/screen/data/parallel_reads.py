"""Files read at the same time, a thread each; the page's thread says how far they are."""

from __future__ import annotations

import queue
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

import streamlit as st

from cxcase.intake import Upload
from cxcase.screen.data.working import doing
from cxcase.screen.parts import plain, say

T = TypeVar("T")
Tell = Callable[[str, float | None], None]
_AT_ONCE = 2  # files read at the same time, each in its own process
_STEP = 0.2  # seconds between two looks


def read_all(uploads: Sequence[Upload], read: Callable[[Upload, Tell], T]) -> list[T]:
    """What `read` makes of each upload, in order, in other threads; the page shows progress."""
    told: queue.SimpleQueue[tuple[int, str, float | None]] = queue.SimpleQueue()

    def start(place: int, upload: Upload) -> T:
        made = read(upload, lambda stage, share: told.put((place, stage, share)))
        told.put((place, "done", None))
        return made

    box = st.empty()
    with (
        box.status(say("progress.files"), expanded=len(uploads) > 1) as status,
        ThreadPoolExecutor(_AT_ONCE) as pool,
    ):
        lines = [st.empty() for _ in uploads]
        for line, upload in zip(lines, uploads, strict=True):
            line.markdown(say("progress.waiting", file=upload.name))
        jobs = [pool.submit(start, place, upload) for place, upload in enumerate(uploads)]
        while wait(jobs, _STEP).not_done:
            for place, text in _latest(told, uploads).items():
                lines[place].markdown(text)
                status.update(label=text, expanded=len(uploads) > 1)
        made = [job.result() for job in jobs]
    box.empty()
    return made


def _latest(
    told: queue.SimpleQueue[tuple[int, str, float | None]], uploads: Sequence[Upload]
) -> dict[int, str]:
    """Place of a file -> where its reading is, of those that said something since the last look."""
    latest: dict[int, str] = {}
    while not told.empty():
        place, stage, share = told.get()
        latest[place] = f"{plain(uploads[place].name)}: {doing(stage, share)}"
    return latest
