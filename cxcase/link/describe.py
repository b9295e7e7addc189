"""What the responses look like: who answered beside everyone, and churn at each score."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, ndtri

from cxcase.estimate import LEVEL, Floats
from cxcase.intake import Scale
from cxcase.link.churn import ChurnModel
from cxcase.link.population import Everyone
from cxcase.link.result import Population
from cxcase.stats.response import kish, standardised_difference

MOST_BINS = 11  # scores shown apart; finer scales are cut into tenths of their range


def responder_table(everyone: Everyone) -> tuple[tuple[str, float, float, float], ...]:
    """(variable, mean of responders, mean of everyone, standardised difference), churn first."""
    rows = [("churned", everyone.churned.astype(float)), ("revenue_start", everyone.revenue_start)]
    known = everyone.columns
    rows += [
        (name, values)
        for name, values in zip(known.names, (known.centre + known.spread * known.values).T, strict=True)
        if name != "log_revenue" and not name.endswith(":missing")
    ]
    part = everyone.usable
    return tuple(
        (
            name,
            float(values[part].mean()),
            float(values.mean()),
            standardised_difference(values[part], values),
        )
        for name, values in rows
    )


def dose(
    population: Population, churn: ChurnModel, scale: Scale
) -> tuple[tuple[float, int, float, float, float, float], ...]:
    """(score, n, churn, low, high, fitted) at each score, or in tenths of a fine scale: weighted shares.

    Wilson intervals at the effective sample size (Kish) of the bin; fitted is the model's own average there.
    """
    c, weight = population.metric, population.weight
    fitted = expit(churn.x @ churn.fit.beta)
    centres = _centres(c, scale)
    nearest = np.argmin(np.abs(c[:, None] - centres[None, :]), axis=1)
    rows = []
    for index, centre in enumerate(centres):
        here = nearest == index
        if not here.any():
            continue
        share = float(np.average(population.churned[here], weights=weight[here]))
        low, high = wilson(share, kish(weight[here]))
        model = float(np.average(fitted[here], weights=weight[here]))
        rows.append((float(centre), int(here.sum()), share, low, high, model))
    return tuple(rows)


def _centres(c: Floats, scale: Scale) -> Floats:
    values: Floats = np.unique(c).astype(np.float64)
    if len(values) <= MOST_BINS:
        return values
    tenth = (scale.high - scale.low) / 10
    return scale.low + tenth * (np.arange(10, dtype=np.float64) + 0.5)


def wilson(share: float, n: float, level: float = LEVEL) -> tuple[float, float]:
    """Wilson's interval of a share seen among n (which may be an effective number). Source: Wilson 1927, JASA 22."""
    z2 = float(ndtri((1 + level) / 2)) ** 2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = float(np.sqrt(z2 * share * (1 - share) / n + z2**2 / (4 * n**2))) / (1 + z2 / n)
    return max(0.0, centre - half), min(1.0, centre + half)
