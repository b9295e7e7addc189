"""The customer survey, typed: a row a response, metrics and moments high = good, lived or not, wide or long."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxcase.checks import Finding
from cxcase.intake.answers import choose_set
from cxcase.intake.cells import read_ids, read_texts
from cxcase.intake.dates import read_dates
from cxcase.intake.directions import doubtful
from cxcase.intake.headings import STRONG, clean, fields_of, fit, personal, spoken
from cxcase.intake.hints import about_importance
from cxcase.intake.marks import EVERY_MOMENT, Marked, decided, drop_unrated, mark, say_codes
from cxcase.intake.ratings import nps_groups, read_answers
from cxcase.intake.recognise import MOMENT
from cxcase.intake.result import ColumnReading
from cxcase.intake.scales import Settled, rate, say_unknown, settle_scales
from cxcase.intake.sieve import Sieve, Typed, drop_furniture, kept
from cxcase.settings import METRICS

_ASKS = re.compile(
    r"^(please )?(how (easy|difficult|satisfied|happy|likely|well|good)|rate |how would you rate|to what extent)"
    r"|\b(satisf|zufrieden|tevreden|nöjd|fornøyd|tilfreds|soddisfatt|bewerte)|^wie (einfach|leicht|gut)"
)
_MOST_WORDS, _LONGEST = 12, 60  # answers to choose from, and characters in one


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
    fields = _performance(sieve, columns, decisions)
    _unread(sieve, columns)
    rated = rate(sieve, columns, fields, decisions)
    settled = settle_scales(rated, decisions, sieve)
    marked = [mark(r, settled, sieve) for r in rated if r.field in settled.scales]
    answered = np.zeros(len(sieve.alive), dtype=bool)
    for one in marked:
        answered |= ~np.isnan(one.values)
        if one.column.field in METRICS:
            data[one.column.field] = one.values
        else:
            data |= _lived(one)
    drop_unrated(marked, answered, sieve)
    say_codes(marked, sieve)
    _doubt_directions(marked, sieve)
    readings = _readings(marked, settled, sieve)
    typed = {name: kept(values, sieve.alive) for name, values in data.items()}
    return Typed(typed, settled.scales, decided(readings, settled), readings=readings)


def _performance(sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any]) -> list[str]:
    """The rating fields without questions of how important something is, unless a person gave their scale."""
    fields = [f for f in columns if f in METRICS or f.startswith(MOMENT)]
    said = decisions.get("scales", {})
    left = [f for f in fields if about_importance(columns[f]) and f not in said]
    if left:
        params = {"columns": [columns[f] for f in left]}
        sieve.findings.append(Finding("review", "importance_left_out", "data", params))
    return [f for f in fields if f not in left]


def _unread(sieve: Sieve, columns: Mapping[str, str]) -> None:
    """Names the questions that no field took because their answers are promoter groups or words that we don't know."""
    metrics = [fields_of("cx")[m] for m in METRICS]
    for heading in sieve.table.headings:
        if heading in columns.values() or personal(heading):
            continue
        if not (_ASKS.search(clean(heading)) or any(fit(heading, m) >= STRONG for m in metrics)):
            continue
        answers = read_answers(sieve.table.column(heading))
        words = answers.words()
        if nps_groups(answers):
            sieve.findings.append(Finding("review", "nps_groups", "data", {"column": heading}))
        elif 2 <= len(words) <= _MOST_WORDS and choose_set(words) is None and max(map(len, words)) <= _LONGEST:
            say_unknown(heading, words, sieve)


def _readings(marked: Sequence[Marked], settled: Settled, sieve: Sieve) -> tuple[ColumnReading, ...]:
    return tuple(one.read(settled, sieve) for one in marked)


def _lived(one: Marked) -> dict[str, Any]:
    """Blank means "not lived", unless the column says N/A for that: then it means "not answered", as other marks do."""
    name = one.column.field.removeprefix(MOMENT)
    unanswered = np.isnan(one.values) & ~one.not_lived
    return {
        f"rating:{name}": one.values,
        f"lived:{name}": ~np.isnan(one.values) | unanswered,
        f"unanswered:{name}": unanswered,
    }


def _doubt_directions(marked: Sequence[Marked], sieve: Sieve) -> None:
    """A score that falls where the other ratings rise may be upside down: said, not changed."""
    ratings = {one.column.field: one.values for one in marked}
    scales = {one.column.field: one.scale for one in marked}
    found = doubtful(ratings, scales, sieve.alive) if len(ratings) > 1 else {}
    headings = {one.column.field: one.column.heading for one in marked}
    for field, r in found.items():
        if field in METRICS:
            sieve.findings.append(Finding("review", "direction_doubtful", "data", {"metric": field, "r": r}))
        elif len(ratings) > 2 or not set(found) & set(METRICS):  # of two columns either could be meant
            params = {"column": headings[field], "r": r}
            sieve.findings.append(Finding("review", "item_direction_doubtful", "data", params))


def _long(sieve: Sieve, columns: Mapping[str, str], decisions: Mapping[str, Any], data: dict[str, Any]) -> Typed:
    """A row a rating becomes a row a response; a missing row means "not lived"."""
    names = read_texts(sieve.table.column(columns["moment"])).values
    sieve.drop(np.array([n is None for n in names], dtype=bool), "moment_missing", columns["moment"])
    fields = [EVERY_MOMENT, *(m for m in METRICS if m in columns)]
    rated = rate(sieve, {**columns, EVERY_MOMENT: columns["rating"]}, fields, decisions)
    settled = settle_scales(rated, decisions, sieve)
    if EVERY_MOMENT not in settled.scales:
        sieve.drop(sieve.alive.copy(), "not_a_rating", columns["rating"])
        return Typed({name: kept(v, sieve.alive) for name, v in data.items()})
    marked = [mark(r, settled, sieve) for r in rated if r.field in settled.scales]
    rating = marked[0]
    sieve.drop(rating.bad, "not_a_rating", columns["rating"])
    sieve.drop(rating.off, "out_of_scale", columns["rating"])
    for one in marked[1:]:
        data[one.column.field] = one.values
    say_codes(marked, sieve)
    readings = _readings(marked, settled, sieve)
    typed, moments = _pivot(sieve, columns, data, names, rating.values, rating.not_lived)
    scales = {f: s for f, s in settled.scales.items() if f != EVERY_MOMENT} | dict.fromkeys(moments, rating.scale)
    return Typed(typed, scales, decided(readings, settled), readings=readings)


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
