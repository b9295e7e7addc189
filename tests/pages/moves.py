"""The app under test, and the few moves that tests make."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from streamlit.testing.v1 import AppTest

from cxcase.screen.session import Session

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("home", "data", "link", "moments", "recommendations", "budget", "deck", "history")
SECONDS = 240


class App:
    """The app with the few moves that tests make."""

    def __init__(self) -> None:
        self.at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS).run()

    def go(self, page: str) -> App:
        """To a page, as by the link at the side."""
        self.at.switch_page(f"pages/{page}.py").run()
        return self

    def bring(self, files: Mapping[str, bytes]) -> App:
        """Uploads files on the data page."""
        self.go("data")
        uploader = self.at.file_uploader[0]
        for name, data in files.items():
            uploader = uploader.upload(name, data, "application/octet-stream")
            # what is in a file is drawn once it is opened
            self.at.session_state[f"open_{hashlib.sha256(data).hexdigest()[:8]}"] = True
        uploader.run()
        return self

    def mean(self, heading: str, meaning: str) -> App:
        """Says what a column means, above its first values."""
        chosen = next(
            box
            for box in self.at.selectbox
            if str(box.key).startswith("meaning_") and box.label.replace("\\", "") == heading
        )
        chosen.select(meaning).run()
        return self

    def apply(self) -> App:
        """Presses the one "Apply" that can be pressed."""
        (button,) = (
            b for b in self.at.button if str(b.key).startswith("apply_") and not b.disabled
        )
        button.click().run()
        return self

    def answer(self, key: str = "yes") -> App:
        """Presses a button of the question on top of the page."""
        self.at.button(key=f"question_{key}").click().run()
        return self

    @property
    def session(self) -> Session:
        """The one thing the session remembers."""
        remembered: Session = self.at.session_state["session"]
        return remembered

    @property
    def text(self) -> str:
        """All that is written on the page, Markdown's backslashes taken out."""
        shown = [
            *self.at.title,
            *self.at.header,
            *self.at.markdown,
            *self.at.caption,
            *self.at.error,
        ]
        return (
            "\n".join(str(item.value) for item in shown)
            .replace("\\", "")
            .replace("\u00a0", " ")
            .replace("\u2060", "")
        )

    def fine(self) -> App:
        """Fails where the page broke."""
        assert not self.at.exception, [e.value for e in self.at.exception]
        return self
