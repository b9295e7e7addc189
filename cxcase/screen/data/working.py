"""Words about what is being worked out, in the place that asked for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from cxcase.report import words
from cxcase.screen.parts import say

Tell = Callable[[str, float | None], None]


@contextmanager
def working(file: str) -> Iterator[Tell]:
    """A line that says which stage of reading a file again is running; gone when it is done."""
    place = st.empty()
    with place.status(say("progress.again", file=file)) as status:

        def tell(stage: str, share: float | None) -> None:
            path = f"progress.{stage}"
            doing = say(path if words.has(f"pages.{path}") else "progress.parse")
            status.update(label=say("progress.again_doing", file=file, doing=doing))

        yield tell
    place.empty()
