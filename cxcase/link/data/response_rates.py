"""Who answered, and how far the weights make up for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxcase.estimate import Bools, Floats
from cxcase.link.data.population import Sample
from cxcase.stats.overlap import Overlap, overlap_of
from cxcase.stats.response_weights import standardised_difference

UNHEARD_REVENUE = 0.05  # share of revenue from which a segment without a single answer is named


def answering_of(sample: Sample, segment: pd.Series) -> Answering:
    """Response rate, effective size, balance, and segments that nobody speaks for.

    Balance before and after weighting.
    """
    everyone = sample.everyone
    weights = sample.weights
    heard = len(sample.position)
    chance = weights.probability
    return Answering(
        rate=heard / len(everyone.usable),
        effective=weights.effective,
        design_effect=heard / weights.effective,
        largest=weights.largest,
        r_indicator=None if chance is None else float(1 - 2 * np.std(chance)),
        balance=tuple(_balance(sample)),
        voiceless=_voiceless(segment, everyone.usable, everyone.revenue_start),
        revenue=float(everyone.revenue_start[everyone.usable].sum() / everyone.revenue_start.sum()),
        segments=_segments(segment, everyone.usable),
        overlap=None
        if chance is None
        else overlap_of(chance, everyone.usable, everyone.revenue_start),
    )


def _segments(segment: pd.Series, usable: Bools) -> tuple[tuple[str, int, float], ...]:
    """Customers and the share who answered, largest segment first.

    Nothing where there is one segment.
    """
    each = (
        pd.DataFrame({"heard": usable}).groupby(segment.to_numpy())["heard"].agg(["size", "mean"])
    )
    if len(each) < 2:
        return ()
    each = each.sort_values("size", ascending=False, kind="stable")
    return tuple((str(name), int(row["size"]), float(row["mean"])) for name, row in each.iterrows())


def _balance(sample: Sample) -> list[tuple[str, float, float]]:
    everyone = sample.everyone
    position = sample.position
    columns = [
        ("churned", everyone.churned.astype(float)),
        ("revenue_start", everyone.revenue_start),
    ]
    columns += list(zip(everyone.columns.names, everyone.columns.values.T, strict=True))
    rows = []
    for name, values in columns:
        spread = float(np.std(values))
        if spread == 0:
            continue
        after = (
            np.average(values[position], weights=sample.weights.weight) - values.mean()
        ) / spread
        rows.append((name, standardised_difference(values[position], values), float(after)))
    return rows


def _voiceless(
    segment: pd.Series, usable: Bools, revenue: Floats
) -> tuple[tuple[str, int, float], ...]:
    customers = pd.DataFrame({"heard": usable, "revenue": revenue / revenue.sum()})
    each = customers.groupby(segment.to_numpy()).agg(
        heard=("heard", "sum"), n=("heard", "size"), share=("revenue", "sum")
    )
    silent = each[(each["heard"] == 0) & (each["share"] > UNHEARD_REVENUE)]
    silent = silent.sort_values("share", ascending=False)
    return tuple((str(name), int(row.n), float(row.share)) for name, row in silent.iterrows())


@dataclass(frozen=True)
class Answering:
    """Who answered, and how well the weights make up for it.

    rate; effective: Kish's sample size; design_effect: responses over that; largest weight over the
    mean; r_indicator 1 - 2 sd of the chance to answer (1: everyone alike), None without weights;
    balance: (variable, standardised difference before, after weighting); voiceless: (segment,
    customers, share of revenue) without a single answer; revenue: share of all revenue with those
    who answered; segments: (segment, customers, share who answered); overlap: chances to answer of
    both groups, None without weights.
    """

    rate: float
    effective: float
    design_effect: float
    largest: float
    r_indicator: float | None
    balance: tuple[tuple[str, float, float], ...]
    voiceless: tuple[tuple[str, int, float], ...]
    revenue: float | None = None
    segments: tuple[tuple[str, int, float], ...] = ()
    overlap: Overlap | None = None
