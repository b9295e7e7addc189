"""The customer survey, typed: a row a response, metrics and moments high = good, lived or not, wide or long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cxcase.checks import Finding
from cxcase.intake.cells import read_ids, read_texts
from cxcase.intake.dates import read_dates
from cxcase.intake.headings import STRONG, fields_of, fit, spoken
from cxcase.intake.ratings import read_ratings
from cxcase.intake.recognise import MOMENT
from cxcase.intake.scales import Rated, marks, settle_scales
from cxcase.intake.sieve import Sieve, Typed, drop_furniture, kept
from cxcase.settings import METRICS

_DOUBTFUL = -0.2  # a correlation with the other ratings below this says that a scale may be upside down
_ENOUGH = 50


def type_survey(sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]) -> Typed:
    """Typed responses: customer_id, responded_at, team, metrics, rating:<m>, lived:<m>, unanswered:<m>, comment."""
    table = sieve.table
    ids = read_ids(table.column(columns["customer_id"])).values
    drop_furniture(sieve, table.column(columns["customer_id"]))
    sieve.drop(np.array([i is None for i in ids], dtype=bool), "id_missing", columns["customer_id"])
    data: dict[str, Any] = {"customer_id": ids}
    if "responded_at" in columns:
        data["responded_at"] = _when(sieve, columns["responded_at"], decisions)
    for name in ("team", "comment"):
        if name in columns:
            data[name] = read_texts(table.column(columns[name])).values
    if {"moment", "rating"} <= set(columns):
        return _long(sieve, columns, decisions, data)
    return _wide(sieve, columns, decisions, data)


def _when(sieve: Sieve, heading: str, decisions: Mapping[str, Any]) -> np.ndarray:
    found = read_dates(sieve.table.column(heading), decisions.get("date_order", {}).get("responded_at"))
    sieve.drop(found.bad, "not_a_date", heading)
    if found.note:
        sieve.findings.append(Finding("review", found.note, "data", {"column": heading}))
    return found.values


def _wide(sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any], data: dict[str, Any]) -> Typed:
    fields = [f for f in columns if f in METRICS or f.startswith(MOMENT)]
    rated = [Rated(f, columns[f], read_ratings(sieve.table.column(columns[f]))) for f in fields]
    settled = settle_scales(rated, decisions, sieve)
    rated = [r for r in rated if r.field in settled.scales]
    answered = np.zeros(len(sieve.alive), dtype=bool)
    for column in rated:
        values, zero = marks(column, settled, sieve)
        answered |= ~np.isnan(values)
        if column.field in METRICS:
            data[column.field] = values
        else:
            data |= _lived(column, values, zero)
    sieve.drop(~answered, "no_rating")
    _doubt_direction(data, sieve)
    typed = {name: kept(values, sieve.alive) for name, values in data.items()}
    return Typed(typed, settled.scales, settled.decisions())


def _lived(column: Rated, values: np.ndarray, zero: np.ndarray) -> dict[str, Any]:
    """Blank means "not lived", unless the column says N/A for that: then blank means "not answered"."""
    name = column.field.removeprefix(MOMENT)
    said = column.ratings.not_lived | zero
    silent = np.isnan(values) & ~said
    unanswered = silent if said.any() else silent & column.ratings.no_answer
    return {f"rating:{name}": values, f"lived:{name}": ~np.isnan(values) | unanswered, f"unanswered:{name}": unanswered}


def _doubt_direction(data: Mapping[str, Any], sieve: Sieve) -> None:
    """A metric that falls where the other ratings rise may be upside down: said, not changed."""
    ratings = {n: v for n, v in data.items() if n in METRICS or n.startswith("rating:")}
    for name in METRICS:
        others = [v for n, v in ratings.items() if n != name]
        if name not in ratings or not others:
            continue
        stack = np.array(others)
        count = (~np.isnan(stack)).sum(axis=0)
        mean = np.where(count > 0, np.nansum(stack, axis=0) / np.maximum(count, 1), np.nan)
        both = ~np.isnan(ratings[name]) & ~np.isnan(mean) & sieve.alive
        if both.sum() >= _ENOUGH and mean[both].std() > 0 and ratings[name][both].std() > 0:
            r = float(np.corrcoef(ratings[name][both], mean[both])[0, 1])
            if r < _DOUBTFUL:
                sieve.findings.append(Finding("review", "direction_doubtful", "data", {"metric": name, "r": r}))


def _long(sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any], data: dict[str, Any]) -> Typed:
    """A row a rating becomes a row a response; a missing row means "not lived"."""
    names = read_texts(sieve.table.column(columns["moment"])).values
    sieve.drop(np.array([n is None for n in names], dtype=bool), "moment_missing", columns["moment"])
    column = Rated(f"{MOMENT}*", columns["rating"], read_ratings(sieve.table.column(columns["rating"])))
    settled = settle_scales([column], decisions, sieve)
    if not settled.scales:
        sieve.drop(sieve.alive.copy(), "not_a_rating", columns["rating"])
        return Typed({name: kept(v, sieve.alive) for name, v in data.items()})
    values, _ = marks(column, settled, sieve)
    scale = settled.scales[column.field]
    wide: list[str] = [f for f in METRICS if f in columns]
    for field in wide:
        rated = Rated(field, columns[field], read_ratings(sieve.table.column(columns[field])))
        own = settle_scales([rated], decisions, sieve)
        settled.scales.update(own.scales)
        if field in own.scales:
            data[field] = marks(rated, own, sieve)[0]
    typed, moments = _pivot(sieve, columns, data, names, values, column.ratings.not_lived)
    scales = {f: settled.scales[f] for f in wide if f in settled.scales}
    scales |= dict.fromkeys(moments, scale)
    return Typed(typed, scales, settled.decisions())


def _pivot(
    sieve: Sieve,
    columns: Mapping[str, str],
    data: dict[str, Any],
    names: list[str],
    values: np.ndarray,
    not_lived: np.ndarray,
) -> tuple[dict[str, Any], list[str]]:
    """(typed columns, moment fields): rows of one respondent (else one customer and date) become one response."""
    alive = np.flatnonzero(sieve.alive)
    if "respondent_id" in columns:
        who: list[Any] = read_ids(sieve.table.column(columns["respondent_id"])).values
    else:
        when = data.get("responded_at", np.zeros(len(names)))
        who = list(zip(data["customer_id"], np.asarray(when).astype("int64").tolist(), strict=True))
    code: dict[Any, int] = {}
    keys = [(data["customer_id"][k], who[k]) for k in alive.tolist()]
    position = np.array([code.setdefault(key, len(code)) for key in keys], dtype=int)
    first = np.full(len(code), -1)
    first[position[::-1]] = alive[::-1]
    out: dict[str, Any] = {n: v[first] if isinstance(v, np.ndarray) else [v[k] for k in first] for n, v in data.items()}
    out["_first"] = first
    fields: list[str] = []
    labels = np.array([spoken(names[k]) for k in alive.tolist()], dtype=object)
    for name in dict.fromkeys(labels.tolist()):
        mine = labels == name
        rating, said = np.full(len(code), np.nan), np.zeros(len(code), dtype=bool)
        rating[position[mine]] = values[alive[mine]]
        said[position[mine]] = not_lived[alive[mine]]
        metric = next((m for m in METRICS if fit(name, fields_of("cx")[m]) >= STRONG), None)
        if metric and metric not in out:
            out[metric] = rating
            fields.append(metric)
            continue
        present = np.zeros(len(code), dtype=bool)
        present[position[mine]] = True
        unanswered = present & np.isnan(rating) & ~said
        out |= {f"rating:{name}": rating, f"lived:{name}": ~np.isnan(rating) | unanswered}
        out[f"unanswered:{name}"] = unanswered
        fields.append(f"{MOMENT}{name}")
    return out, fields
