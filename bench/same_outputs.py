"""Whether two checkouts make the same files of the same companies, byte by byte: the check of a
change that moves code.

    python -m bench.same_outputs companies FOLDER            seven companies' spreadsheets
    python -m bench.same_outputs build FOLDER OUT [CHECKOUT]  what that checkout makes of them
    python -m bench.same_outputs compare OUT OTHER            every difference, and their number

The case's key, the moment a file was made and the ids that a browser draws by chance are masked;
all else must agree.
"""

from __future__ import annotations

import difflib
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
MOMENTS = ("Delivery", "Invoice", "Complaint")
OPTIONS: dict[str, list[str]] = {
    "sample": ["--budget", "150000"],
    "sample_by_quarter": [
        *("--periods", "40000", "40000", "20000", "--fiscal-start", "4", "--refused", "150000"),
        *(
            "--segment-margin",
            "Multi-site=0.35",
            "--must",
            "R02",
            "--target",
            "rating",
            "--metric",
            "nps",
        ),
    ],
    "small": ["--budget", "20000", "--company", "Wibberley & Söhne"],
    "without_employees": ["--start", "2025-06-01", "--horizon", "24", "--seed", "3"],
    "nobody_left": ["--budget", "20000"],
    "units": ["--company", "Stores"],
    "subscriptions": ["--budget", "9000", "--start", "2025-06-01"],
    "german": ["--currency", "EUR", "--aversion", "0.5"],
}


def _customers(seed: int = 3, n: int = 900, teams: int = 9) -> pd.DataFrame:
    """A customer list with a hidden score on 1 to 7 which goes with leaving."""
    random = np.random.default_rng(seed)
    team = random.integers(teams, size=n)
    raw = 4.6 + random.normal(0, 0.5, teams)[team] + random.normal(0, 1.2, n)
    score = np.clip(np.round(raw), 1, 7)
    left = random.random(n) < 1 / (1 + np.exp(-(1.4 - 0.75 * score)))
    revenue = np.round(random.lognormal(8, 0.5, n), 2)
    return pd.DataFrame(
        {
            "Customer id": [f"C{k:05d}" for k in range(n)],
            "Branch": [f"Branch {t + 1}" for t in team],
            "Segment": random.choice(["Trade", "Public"], n),
            "Tenure months": random.integers(3, 120, n),
            "Revenue start": revenue,
            "Revenue end": np.where(left, 0.0, np.round(revenue * 1.02, 2)),
            "Churned": np.where(left, "yes", "no"),
            "score": score,
        }
    )


def _survey(customers: pd.DataFrame, seed: int = 4) -> pd.DataFrame:
    """Responses of six in ten, with three moments and comments."""
    random = np.random.default_rng(seed)
    rows = customers[random.random(len(customers)) < 0.6]
    answers = pd.DataFrame(
        {
            "Customer id": rows["Customer id"],
            "Response date": "2025-05-14",
            "Ease (1-7)": rows["score"],
        }
    )
    for moment in MOMENTS:
        rating = np.clip(rows["score"] + random.integers(-1, 2, len(rows)), 1, 7)
        answers[f"{moment} (1-7)"] = rating.where(random.random(len(rows)) < 0.7)
    said = [
        "The delivery came late and nobody called.",
        "The invoice was wrong twice.",
        "All fine.",
        "",
    ]
    answers["Comment"] = random.choice(said, len(rows))
    return answers


def _employees(customers: pd.DataFrame, seed: int = 5) -> pd.DataFrame:
    """Anonymous answers: eight a team, three in the last one, which must stay hidden."""
    random = np.random.default_rng(seed)
    rows = []
    for team, mean in customers.groupby("Branch")["score"].mean().items():
        for _ in range(3 if team == "Branch 9" else 8):
            mark = int(np.clip(round(mean - 1 + random.normal(0, 0.8)), 1, 5))
            rows.append({"Branch": team, "Wave": "2025-03-01", "Engagement (1-5)": mark})
    return pd.DataFrame(rows)


def _steps() -> pd.DataFrame:
    """Four steps, one that needs another, one on no moment that is known."""
    return pd.DataFrame(
        {
            "Id": ["S1", "S2", "S3", "S4"],
            "Title": [
                "Call before delivery",
                "Track every delivery",
                "Plain invoices",
                "Better coffee",
            ],
            "Moment": ["Delivery", "Delivery", "Invoice", "Coffee"],
            "One-off cost": [4000, 9000, 2500, 100],
            "Yearly cost": [1000, 500, 0, 10],
            "Months to deliver": [2, 3, 1, 1],
            "Lift low": [0.2, 0.1, 0.1, 0.1],
            "Lift likely": [0.4, 0.3, 0.3, 0.2],
            "Lift high": [0.7, 0.5, 0.5, 0.3],
            "Needs": ["", "S1", "", ""],
        }
    )


def _units(seed: int = 1, units: int = 20, periods: int = 4) -> pd.DataFrame:
    """Stores by quarter: engagement, ease, share of customers lost, revenue."""
    random = np.random.default_rng(seed)
    always = random.normal(size=units)
    frames = []
    for period in range(periods):
        engagement = np.clip(3.5 + 0.35 * always + random.normal(0, 0.35, units), 1, 5)
        ease = np.clip(6.5 + 0.9 * (engagement - 3.5) + random.normal(0, 0.4, units), 0, 10)
        lost = np.clip(0.05 - 0.01 * (ease - 6.5) + random.normal(0, 0.004, units), 0.001, 0.5)
        frames.append(
            pd.DataFrame(
                {
                    "team": [f"Store {unit:02d}" for unit in range(units)],
                    "period": f"2023-Q{period + 1}",
                    "ex": engagement.round(3),
                    "ex_n": 12,
                    "ease": ease.round(3),
                    "cx_n": 60,
                    "churn_rate": lost.round(4),
                    "customers": 300,
                    "revenue_start": 360_000,
                }
            )
        )
    return pd.concat(frames)


def _subscriptions(customers: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The same customers as accounts with a subscription each, which ends where they left."""
    accounts = customers[["Customer id", "Branch", "Segment"]].rename(
        columns={"Customer id": "account_id"}
    )
    running = pd.DataFrame(
        {
            "subscription_id": [f"S-{k:04d}" for k in range(len(customers))],
            "account_id": customers["Customer id"],
            "start_date": "2023-01-01",
            "end_date": np.where(customers["Churned"] == "yes", "2025-12-31", ""),
            "mrr_amount": (customers["Revenue start"] / 12).round(2),
        }
    )
    late = running.assign(
        subscription_id="L" + running["subscription_id"], start_date="2026-09-01"
    ).head(3)
    running = pd.concat([running, late])
    return {"accounts.csv": accounts.assign(signup_date="2022-11-15"), "subscriptions.csv": running}


def _german(customers: pd.DataFrame, survey: pd.DataFrame) -> dict[str, str]:
    """List and survey with German headings, decimal commas and semicolons."""
    names = {
        **{"Customer id": "Kundennummer", "Branch": "Filiale", "Segment": "Segment"},
        **{"Revenue start": "Jahresumsatz Beginn", "Revenue end": "Jahresumsatz Ende"},
    }
    ledger = customers[list(names)].rename(columns=names)
    titles = {
        "Customer id": "Kundennummer",
        "Response date": "Antwortdatum",
        "Ease (1-7)": "Einfachheit (1-7)",
    }
    answers = survey.rename(columns=titles).assign(Antwortdatum="14.05.2025")
    return {
        "Kunden.csv": ledger.to_csv(index=False, sep=";", decimal=","),
        "Umfrage.csv": answers.to_csv(index=False, sep=";", decimal=","),
    }


def _texts(frames: dict[str, pd.DataFrame]) -> dict[str, str]:
    return {
        name: frame.drop(columns="score", errors="ignore").to_csv(index=False)
        for name, frame in frames.items()
    }


def companies(folder: Path) -> None:
    """Writes every company's files into a folder of its own."""
    customers = _customers()
    survey = _survey(customers)
    whole = {
        "customers.csv": customers,
        "cx.csv": survey,
        "ex.csv": _employees(customers),
        "steps.csv": _steps(),
    }
    stayed = customers.assign(Churned="no", **{"Revenue end": customers["Revenue start"]})
    made = {
        "small": _texts(whole),
        "without_employees": _texts({"customers.csv": customers, "cx.csv": survey}),
        "nobody_left": _texts({**whole, "customers.csv": stayed}),
        "units": _texts({"stores.csv": _units()}),
        "subscriptions": _texts(
            {**_subscriptions(customers), "cx.csv": survey, "steps.csv": _steps()}
        ),
        "german": _german(customers, survey),
    }
    for name, files in made.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            (folder / name / file).write_text(text, encoding="utf-8")
    for name in ("sample", "sample_by_quarter"):
        command = [sys.executable, "-m", "cxcase", "sample", str(folder / name)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def build(folder: Path, out: Path, checkout: Path = ROOT) -> None:
    """What `python -m cxcase build` of that checkout writes and prints, a folder a company."""
    for name, options in OPTIONS.items():
        files = sorted(
            path for path in (folder / name).iterdir() if path.suffix in (".csv", ".xlsx")
        )
        target = out / name
        target.mkdir(parents=True, exist_ok=True)
        command = [
            sys.executable,
            "-m",
            "cxcase",
            "build",
            *map(str, files),
            *options,
            "--out",
            str(target),
        ]
        run = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
        said = f"exit {run.returncode}\n{run.stdout}\n{run.stderr}"
        (target / "said.txt").write_text(said.replace(str(target), "OUT"), encoding="utf-8")
        print(name, "exit", run.returncode)


def _parts(out: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file, of every member where a file is a zip."""
    for path in sorted(out.rglob("*")):
        name = str(path.relative_to(out))
        if path.is_file() and zipfile.is_zipfile(path):
            yield from _members(path.read_bytes(), name)
        elif path.is_file():
            yield name, path.read_bytes()


def _members(data: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    import io

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.namelist():
            inner = archive.read(member)
            if member.endswith(".xlsx"):
                yield from _members(inner, f"{name}/{member}")
            else:
                yield f"{name}/{member}", inner


def masked(out: Path) -> dict[str, bytes]:
    """Part -> bytes of one company's folder, without key, time of making and browser's ids."""
    key = json.loads((out / "case.json").read_text(encoding="utf-8"))["key"]
    found = {}
    for name, data in _parts(out):
        if not name.endswith((".png", ".jpeg")):
            data = data.replace(key.encode(), b"KEY").replace(key[:8].encode(), b"KEY8")
            data = re.sub(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*(Z|\+00:00)?", b"TIME", data)
        if name.endswith(".svg"):
            data = re.sub(rb"(trace|clip|legend|defs-)[0-9a-f]{6}", rb"\1ID", data)
        found[name] = data
    return found


def _shown(old: bytes, new: bytes) -> str:
    """The first lines that differ, where both are text."""
    try:
        before = re.sub(r"(?<=>)(?=<)", "\n", old.decode()).splitlines()
        after = re.sub(r"(?<=>)(?=<)", "\n", new.decode()).splitlines()
    except UnicodeDecodeError:
        return f"    {len(old)} and {len(new)} bytes"
    lines = [line[:300] for line in difflib.unified_diff(before, after, lineterm="", n=0)]
    return "\n".join(f"    {line}" for line in lines[2:12])


def compare(one: Path, other: Path) -> int:
    """How many parts differ; each is named, with the first lines that do."""
    faults = compared = 0
    for name in OPTIONS:
        before = masked(one / name)
        after = masked(other / name)
        for part in sorted(before.keys() | after.keys()):
            compared += 1
            if before.get(part) == after.get(part):
                continue
            faults += 1
            print(f"{name}/{part}")
            if part in before and part in after:
                print(_shown(before[part], after[part]))
            else:
                print("    in one of the two alone")
    print(f"{compared} parts compared, {faults} differ")
    return faults


if __name__ == "__main__":
    verb, *given = sys.argv[1:]
    paths = [Path(text).resolve() for text in given]
    result = {"companies": companies, "build": build, "compare": compare}[verb](*paths)
    raise SystemExit(bool(result))
