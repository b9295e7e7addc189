"""Quotes from many comments: a first look, then searches. `-m bench.voice [--comments N]`."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cxcase.intake import Case, Scale, case_from_frames
from cxcase.sample import design as d
from cxcase.sample.comments import write_comments
from cxcase.settings import Settings
from cxcase.voice import hear

AIM = 10.0  # seconds
SEARCHES = (
    "portal password",
    "invoice wrong site",
    "late engineer",
    "complaint nobody called back",
)
# comments written anew; the rest are these with other words put in, so that none are equal
_WRITTEN = 20_000


def company(folder: Path, comments: int) -> Case:
    """A case with as many comments as asked for, each in an answer of its own."""
    rng = np.random.default_rng(7)
    lived = rng.random((comments, len(d.MOMENTS))) < np.array(
        [1 / (1 + np.exp(-m.lived_logit)) for m in d.MOMENTS]
    )
    marks = np.where(lived, rng.integers(0, 11, lived.shape), np.nan)
    cx = pd.DataFrame(
        {
            "customer_id": [f"C{k:07d}" for k in range(comments)],
            "ease": rng.integers(1, 8, comments) * 1.0,
        }
    )
    for j, moment in enumerate(d.MOMENTS):
        cx[f"rating:{moment.name}"] = marks[:, j]
        cx[f"lived:{moment.name}"] = lived[:, j]
    few = cx.iloc[:_WRITTEN]
    written = [t for t in write_comments(few, rng) if t] or ["nothing"]
    words = np.array(" ".join(written).split())
    extra = words[rng.integers(0, len(words), (comments, 4))]
    base = rng.integers(0, len(written), comments)
    cx["comment"] = [f"{written[b]} {' '.join(e)}" for b, e in zip(base, extra, strict=True)]
    customers = pd.DataFrame(
        {
            "customer_id": cx["customer_id"],
            "team": "North",
            "segment": "All",
            "tenure_months": 24.0,
            "revenue_start": np.exp(rng.normal(8, 1, comments)),
            "churned": rng.random(comments) < 0.1,
        }
    )
    customers["revenue_end"] = customers["revenue_start"].where(~customers["churned"], 0.0)
    scales = {m.name: Scale(0.0, 10.0) for m in d.MOMENTS}
    return case_from_frames(
        {"customers": customers, "cx": cx},
        Settings(),
        folder,
        scales={"ease": Scale(1.0, 7.0)},
        moment_scales=scales,
    )


def timed(what: str, work: Callable[[], Any]) -> Any:
    """What the work gives; prints how long it took."""
    start = time.perf_counter()
    found = work()
    print(f"  {what:<44}{time.perf_counter() - start:9.3f} s")
    return found


def main() -> None:
    """Makes the comments, hears them once, and asks a few questions."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--comments", type=int, default=200_000)
    wanted = options.parse_args().comments
    with tempfile.TemporaryDirectory() as folder:
        case = timed(
            f"{wanted:,} comments masked and stored", lambda: company(Path(folder), wanted)
        )
        print(f"\nvoice (aim: {AIM:g} s once, then at once)")
        voice = timed("tied, quoted, counted, indexed", lambda: hear(case, Settings()))
        quotes = sum(len(m.quotes) for m in voice.moments)
        print(f"  {voice.tied:,} of {voice.comments:,} speak of a moment; {quotes} quotes")
        for asked in SEARCHES:
            timed(f"search: {asked}", lambda asked=asked: voice.library.search(asked))


if __name__ == "__main__":
    main()
