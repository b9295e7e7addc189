"""Timings of the sample company, end to end: reported, never tested.

    python -m bench.end_to_end

Each stage is timed in a fresh process (cold, after imports) and again with warm caches; the intake
is set beside a bare pandas + calamine parse of the same files in the same run, because seconds
alone say little on a shared machine.
"""

from __future__ import annotations

import ast
import datetime as dt
import io
import logging
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "samples"
FILES = ("*.xlsx", "*.csv")
Timings = dict[str, float]


@contextmanager
def clock(name: str, into: Timings) -> Iterator[None]:
    """Adds the seconds of the block under its name."""
    start = time.perf_counter()
    yield
    into[name] = time.perf_counter() - start


def sample_files() -> list[Path]:
    """The sample company's spreadsheets, in name order."""
    return sorted(path for pattern in FILES for path in SAMPLE.glob(pattern))


def stages() -> Timings:
    """Seconds per stage of one cold run in this process, imports apart."""
    taken: Timings = {}
    with clock("imports", taken):
        from cxcase.export import make_deck, make_workbook, write_case
        from cxcase.intake import Upload, read
        from cxcase.pipeline import Chain, report_of
        from cxcase.settings import Settings

    def timed(stage: str, given: Any, make: Callable[[], Any], /) -> Any:
        with clock(stage, taken):
            return make()

    settings = Settings(budget=150_000)
    with tempfile.TemporaryDirectory() as folder:
        with clock("intake", taken):
            uploads = [Upload(path.name, path.read_bytes()) for path in sample_files()]
            case = read(uploads, settings, Path(folder))
        results = Chain(case, settings, timed).results("plan")
        del taken["frontier"]  # within the plan
        with clock("report", taken):
            made_at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
            report = report_of(results, settings, made_at=made_at, company="Bench")
        with clock("deck, workbook, case.json", taken):
            make_deck(report), make_workbook(report), write_case(report)
    taken["peak memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return taken


def bare_parse() -> float:
    """Seconds for pandas + calamine (and pandas for csv) to read the same files, understanding
    nothing.
    """
    import pandas as pd

    blobs = [(path.suffix, path.read_bytes()) for path in sample_files()]
    start = time.perf_counter()
    for suffix, blob in blobs:
        if suffix == ".csv":
            pd.read_csv(io.BytesIO(blob), header=None, dtype=str)
        else:
            pd.read_excel(
                io.BytesIO(blob), sheet_name=None, header=None, dtype=object, engine="calamine"
            )
    return time.perf_counter() - start


def page_reruns(page: str, runs: int = 5) -> float:
    """Median seconds of a rerun of a page with everything cached."""
    from streamlit.testing.v1 import AppTest

    logging.disable(logging.WARNING)  # Streamlit warns about its missing server, hundreds of times
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    app.button(key="sample").click().run()
    app.switch_page(page).run()
    return statistics.median(_seconds(app.run) for _ in range(runs))


def _seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def _child(expression: str) -> str:
    code = f"from bench.end_to_end import *; print({expression})"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


def main(runs: int = 3) -> None:
    """Prints the table: medians over fresh processes."""
    tables = [ast.literal_eval(_child("stages()").strip().splitlines()[-1]) for _ in range(runs)]
    bare = statistics.median(
        float(_child("bare_parse()").strip().splitlines()[-1]) for _ in range(runs)
    )
    median = {name: statistics.median(table[name] for table in tables) for name in tables[0]}
    for name, value in median.items():
        print(f"{name:<28}{value:8.2f}" + ("" if "MB" in name else " s"))
    total = sum(v for n, v in median.items() if n != "imports" and "MB" not in n)
    print(f"{'cold, after imports':<28}{total:8.2f} s    (aim 10)")
    times = median["intake"] / bare
    print(f"{'intake / bare parse':<28}{times:8.2f} x    (bare pandas + calamine {bare:.2f} s)")
    for page in ("home", "data", "link", "moments", "recommendations", "budget", "deck"):
        print(f"{'rerun of ' + page:<28}{page_reruns(f'pages/{page}.py'):8.2f} s    (aim 0.3)")


if __name__ == "__main__":
    main()
