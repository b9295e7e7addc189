"""Whether parts of steps that are proposed when nothing pays do pay as often as was stated.

    python -m bench.proposed_parts 400 1 FOLDER

Each company adds a line to FOLDER/companies.jsonl, so that a run can be stopped and taken up again.
In each fifth of what was stated the share that truly pays has to lie within three Monte-Carlo
errors and 5 points of it; errors count a company's steps as one another's neighbours.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from make_proposals import proposals

GROUPS = 5
LEAST = 200  # parts a group
POINTS = 0.05


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("companies", type=int)
    options.add_argument("seed", type=int)
    options.add_argument("folder", type=Path)
    chosen = options.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    file = chosen.folder / "companies.jsonl"
    lines = file.read_text().splitlines() if file.exists() else []
    done = {json.loads(line)["seed"] for line in lines}
    with file.open("a") as out:
        for seed in range(chosen.seed, chosen.seed + chosen.companies):
            if seed not in done:
                with tempfile.TemporaryDirectory() as folder:
                    found = [list(one) for one in proposals(seed, Path(folder))]
                out.write(json.dumps({"seed": seed, "parts": found}) + "\n")
                out.flush()
    show([json.loads(line) for line in file.read_text().splitlines()])


def show(companies: list[dict[str, object]]) -> None:
    """Prints a line a group: how many, stated, truly paying, the error, and whether it holds."""
    rows = [
        (k, stated, pays)
        for k, one in enumerate(companies)
        for stated, pays, _ in one["parts"]  # type: ignore[attr-defined]
    ]
    company, stated, pays = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    order = np.argsort(stated, kind="stable")
    print(f"{len(rows)} parts of {len(companies)} companies")
    for group in np.array_split(order, GROUPS):
        apart = pays[group] - stated[group]
        by_company = np.bincount(company[group].astype(int), apart)
        error = float(np.sqrt((by_company**2).sum())) / len(group)
        gap = float(apart.mean())
        holds = abs(gap) <= 3 * error and abs(gap) <= POINTS and len(group) >= LEAST
        print(
            f"{len(group):5d} parts  stated {stated[group].mean():.3f}"
            f"  truly {pays[group].mean():.3f}  apart {gap:+.3f} (error {error:.3f})"
            f"  {'holds' if holds else 'does not hold'}"
        )


if __name__ == "__main__":
    main()
