"""Which scale each rating column is on: what a person said, its heading, its words, else theory, never extremes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cxcase.checks import Finding
from cxcase.intake.ratings import Ratings, hard_is_high, labelled_scale, reversed_item, theory_scale
from cxcase.intake.recognise import ITEM, MOMENT
from cxcase.intake.result import Scale
from cxcase.intake.sieve import Sieve

NPS = Scale(0.0, 10.0)


@dataclass(frozen=True, eq=False)
class Rated:
    """One rating column: its field, heading and marks."""

    field: str
    heading: str
    ratings: Ratings


@dataclass(frozen=True)
class Settled:
    """scales: field -> Scale (a column without one is not a rating); turned: fields whose high marks were bad."""

    scales: dict[str, Scale]
    turned: frozenset[str]

    def decisions(self) -> dict[str, Any]:
        """As `mapping.json` holds them."""
        scales = {name: [s.low, s.high] for name, s in self.scales.items()}
        return {"scales": scales, "turned": sorted(self.turned)}


def settle_scales(rated: list[Rated], decisions: Mapping[str, Any], sieve: Sieve) -> Settled:
    """Every column's scale. Moments (and items) without a label share one, the widest that any of them needs."""
    said = decisions.get("scales", {})
    scales: dict[str, Scale] = {}
    assumed: list[Rated] = []
    for column in rated:
        stated = _stated(column, said)
        if stated is not None:
            scales[column.field] = _float(stated)
            continue
        theory = theory_scale(column.ratings.values)
        if theory is None:
            sieve.findings.append(Finding("review", "no_scale", "data", {"column": column.heading}))
        else:
            scales[column.field] = _float(theory)
            assumed.append(column)
    _share(scales, assumed)
    _say_assumed(scales, assumed, sieve)
    return Settled(scales, _turned(rated, decisions, sieve))


def _stated(column: Rated, said: Mapping[str, Any]) -> Scale | None:
    if column.field in said:
        low, high = said[column.field]
        return Scale(low, high)
    label = labelled_scale(column.heading)
    if label is not None or column.ratings.words is not None:
        return label or column.ratings.words
    return NPS if column.field in ("nps", "enps") else None


def _float(scale: Scale) -> Scale:
    return Scale(float(scale.low), float(scale.high))


def _share(scales: dict[str, Scale], assumed: list[Rated]) -> None:
    for prefix in (MOMENT, ITEM):
        group = [c.field for c in assumed if c.field.startswith(prefix)]
        if group:
            widest = max((scales[f] for f in group), key=lambda s: s.high)
            scales.update(dict.fromkeys(group, widest))


def _say_assumed(scales: Mapping[str, Scale], assumed: list[Rated], sieve: Sieve) -> None:
    by_scale: dict[Scale, list[str]] = {}
    for column in assumed:
        by_scale.setdefault(scales[column.field], []).append(column.heading)
    sieve.findings.extend(
        Finding("review", "scale_assumed", "data", {"columns": headings, "low": scale.low, "high": scale.high})
        for scale, headings in by_scale.items()
    )


def _turned(rated: list[Rated], decisions: Mapping[str, Any], sieve: Sieve) -> frozenset[str]:
    if "turned" in decisions:
        return frozenset(decisions["turned"])
    turned = set()
    for column in rated:
        hard = column.field == "ease" and hard_is_high(column.heading)
        if hard or reversed_item(column.heading):
            turned.add(column.field)
            sieve.findings.append(Finding("review", "scale_turned", "data", {"column": column.heading}))
    return frozenset(turned)


def marks(column: Rated, settled: Settled, sieve: Sieve) -> tuple[np.ndarray, np.ndarray]:
    """(values (n,) turned so that high is good, zeros (n,) that mean "not rated"); rows off the scale are set aside."""
    scale = settled.scales[column.field]
    values = column.ratings.values.copy()
    zero = (values == 0) & (scale.low > 0)
    values[zero] = np.nan
    if zero.any() and not sieve.private:
        params = {"column": column.heading, "count": int(zero.sum())}
        sieve.findings.append(Finding("review", "zero_not_rated", "data", params))
    sieve.drop(column.ratings.bad, "not_a_rating", column.heading)
    sieve.drop((values < scale.low) | (values > scale.high), "out_of_scale", column.heading)
    if column.field in settled.turned:
        values = scale.low + scale.high - values
    return values, zero
