"""Words about what is being worked out, in the place that asked for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from cxcase.report import words
from cxcase.screen.parts import say

IN_LINE = "in_line"  # the stage of a file that waits while others are read
Tell = Callable[[str, float | None], None]


@contextmanager
def working(file: str) -> Iterator[Tell]:
    """A line that says which stage of reading a file again is running; gone when it is done."""
    place = st.empty()
    with place.status(say("progress.again", file=file)) as status:

        def tell(stage: str, share: float | None) -> None:
            done = doing(stage, None if stage != IN_LINE else share)
            status.update(label=say("progress.again_doing", file=file, doing=done))

        yield tell
    place.empty()


def doing(stage: str, share: float | None) -> str:
    """What is being done, and how much of it is; while others are read, how many are before."""
    if stage == IN_LINE:
        return say("progress.in_line", count=int(share or 0))
    path = f"progress.{stage}"
    what = say(path if words.has(f"pages.{path}") else "progress.parse")
    if share is None:
        return what
    return f"{what} · {say('progress.share', share=share)}"
