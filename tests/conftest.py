"""This folder is on the path of every test below it, so that all find the companies made here.

Where processes share the tests, each takes a file at a time, those that take longest first: no
processor then waits at the end for the other's long file. The browser's files stay together, since
their visitors share one server, which works out the sample company once.
"""

from __future__ import annotations

import os
import tempfile
from typing import Any

import pytest

# nobody's own cases: a folder that goes with the process
_SAVED = tempfile.TemporaryDirectory(prefix="saved-cases-")
os.environ["CXCASE_DATA_DIR"] = _SAVED.name

TOGETHER = "tests/browser/"
LONGEST = (
    TOGETHER,
    "tests/calibrate/test_recovery.py",
    "tests/calibrate/test_calibrate.py",
    "tests/test_cli.py",
    "tests/intake/test_fuzz.py",
    "tests/intake/test_corpus.py",
    "tests/pages/test_budget_page.py",
    "tests/export/test_workbook.py",
    "tests/test_ex_privacy.py",
    "tests/export/test_images.py",
    "tests/export/test_workbook_linked.py",
    "tests/budget/test_frontier_cache.py",
    "tests/intake/survey_tools/",
    "tests/pages/",
    "tests/export/",
    "tests/link/",
    "tests/budget/",
)


def turn(nodeid: str) -> int:
    """When a test's turn is: the place of its file among the long ones, or after them."""
    return next((k for k, path in enumerate(LONGEST) if nodeid.startswith(path)), len(LONGEST))


def share_of(nodeid: str) -> str:
    """What one process takes at once: the test's file, or the whole folder that stays together."""
    if nodeid.startswith(TOGETHER):
        return TOGETHER
    return nodeid.partition("::")[0]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first; within a file the order stays."""
    items.sort(key=lambda item: turn(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Shares as above, where files are what is shared out."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Shares(LoadFileScheduling):
        """Shares out files, but a folder that stays together as one."""

        def _split_scope(self, nodeid: str) -> str:
            return share_of(nodeid)

    return Shares(config, log)
