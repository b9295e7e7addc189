"""How long large files take to come in, beside bare parses of the same files in the same run:
reported, never tested.

    python -m bench.intake [--rows-xlsx 200000] [--rows-csv 1000000] [--runs 3]

Ours is everything: guard, parse, understand, type, Parquet, in a process of its own. The others
only parse. Each figure is a fresh process: wall-clock seconds of the reading (imports apart), peak
memory of that process and its children.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = 20
READERS = {
    "cxcase": """
from cxcase.intake import Upload, parse
import tempfile, pathlib
with tempfile.TemporaryDirectory() as folder:
    data = pathlib.Path(path).read_bytes()
    start = time.perf_counter()
    parsed = parse(Upload(path, data), mapping=None, folder=pathlib.Path(folder), k_min=5)
    seconds = time.perf_counter() - start
    assert parsed.tables[0].source.rows_accepted == rows, parsed.tables[0].source
""",
    "pandas": """
import pandas as pd
start = time.perf_counter()
frame = pd.read_excel(path, engine="calamine") if path.endswith("xlsx") else pd.read_csv(path)
seconds = time.perf_counter() - start
assert len(frame) == rows
""",
    "pandas, all as text": """
import pandas as pd
start = time.perf_counter()
book = path.endswith("xlsx")
read = pd.read_excel if book else pd.read_csv
frame = read(path, dtype=str, **({"engine": "calamine"} if book else {}))
seconds = time.perf_counter() - start
assert len(frame) == rows
""",
    "pandas + openpyxl": """
import pandas as pd
start = time.perf_counter()
frame = pd.read_excel(path, engine="openpyxl")
seconds = time.perf_counter() - start
assert len(frame) == rows
""",
    "polars": """
import polars as pl
start = time.perf_counter()
frame = pl.read_excel(path) if path.endswith("xlsx") else pl.read_csv(path)
seconds = time.perf_counter() - start
assert len(frame) == rows
""",
}
BARE = "pandas"  # with calamine for xlsx: what the others are divided by


def customers(rows: int) -> dict[str, np.ndarray]:
    """A customer list of 20 columns: ids with leading zeros, names, dates, money, marks."""
    draw = np.random.default_rng(1)
    lost = draw.random(rows) < 0.12
    start = np.round(draw.lognormal(8, 1, rows), 2)
    table = {
        "Customer ID": np.char.zfill(np.arange(rows).astype(str), 8),
        "Branch": np.array([f"Branch {k:03d}" for k in range(120)])[draw.integers(0, 120, rows)],
        "Segment": np.array(["Small", "Mid", "Large", "Key"])[draw.integers(0, 4, rows)],
        "Customer since": np.datetime64("2012-01-01") + draw.integers(0, 4500, rows),
        "Annual revenue": start,
        "Revenue a year later": np.where(
            lost, 0.0, np.round(start * draw.normal(1.02, 0.1, rows), 2)
        ),
        "Churned": np.where(lost, "yes", "no"),
        "Note": np.array([f"a remark, number {k}" for k in range(5000)])[
            draw.integers(0, 5000, rows)
        ],
        "Tickets": draw.poisson(2, rows),
        "Sites": draw.integers(1, 20, rows),
    }
    table |= {f"Class {k}": np.array(["A", "B", "C"])[draw.integers(0, 3, rows)] for k in range(4)}
    return table | {
        f"Usage {k}": np.round(draw.normal(100, 20, rows), 3) for k in range(COLUMNS - len(table))
    }


def write_csv(path: Path, rows: int) -> None:
    """The list as a csv with days first."""
    import pandas as pd

    pd.DataFrame(customers(rows)).to_csv(path, index=False, date_format="%d/%m/%Y")


def write_xlsx(path: Path, rows: int) -> None:
    """The list as a workbook, its words in the shared table as Excel has them."""
    import xlsxwriter

    table = customers(rows)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Customers")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for j, (heading, cells) in enumerate(table.items()):
            sheet.write_string(0, j, heading)
            dated = np.issubdtype(cells.dtype, np.datetime64)
            for i, cell in enumerate(cells.tolist(), start=1):
                sheet.write_datetime(i, j, cell, day) if dated else sheet.write(i, j, cell)


def measured(reader: str, path: Path, rows: int) -> tuple[float, float]:
    """(seconds of the reading, peak MB of the process and its children) in a fresh process."""
    code = f"import time\npath, rows = {str(path)!r}, {rows}\n{READERS[reader]}\nprint(seconds)"
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    watched = psutil.Process(process.pid)
    peak = 0
    while process.poll() is None:
        peak = max(peak, _resident(watched))
        time.sleep(0.02)
    assert process.stdout is not None
    if process.returncode:
        raise SystemExit(f"{reader} could not read {path.name}")
    return float(process.stdout.read()), peak / 2**20


def _resident(process: psutil.Process) -> int:
    total = 0
    try:
        for one in [process, *process.children(recursive=True)]:
            total += one.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return total


def compare(path: Path, rows: int, runs: int, aim: float, readers: list[str]) -> None:
    """Prints a line a reader: medians, and how often the bare parse's time and memory."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in readers}
    for _ in range(runs):
        for name in readers:  # in turn, so that what else the machine does falls on all
            if name != "pandas + openpyxl" or not taken[name]:
                taken[name].append(measured(name, path, rows))
    median = {
        name: tuple(statistics.median(part) for part in zip(*pairs, strict=True))
        for name, pairs in taken.items()
    }
    seconds, memory = median[BARE]
    print(
        f"\n{path.name}: {rows:,} rows of {COLUMNS} columns, {path.stat().st_size >> 20} MB "
        f"(aims: {aim:g} x, memory 1.5 x)"
    )
    for name, (s, m) in median.items():
        print(f"  {name:<22}{s:8.2f} s {s / seconds:7.2f} x   {m:8.0f} MB {m / memory:6.2f} x")


def main() -> None:
    """Makes the files, reads each with every reader."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows-xlsx", type=int, default=200_000)
    options.add_argument("--rows-csv", type=int, default=1_000_000)
    options.add_argument("--runs", type=int, default=3)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "customers.xlsx"
        text = Path(folder) / "customers.csv"
        write_xlsx(book, chosen.rows_xlsx)
        compare(book, chosen.rows_xlsx, chosen.runs, 1.6, list(READERS))
        write_csv(text, chosen.rows_csv)
        compare(
            text,
            chosen.rows_csv,
            chosen.runs,
            2.0,
            [r for r in READERS if r != "pandas + openpyxl"],
        )


if __name__ == "__main__":
    main()
