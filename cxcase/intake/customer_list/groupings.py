"""Columns of the customer list that put customers into a few groups, found without being named."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
import pandas as pd

from cxcase.estimate import Bools, Floats, Ints
from cxcase.intake.privacy.masking import name_columns
from cxcase.intake.schema import EXTRA
from cxcase.intake.values.among import among
from cxcase.intake.values.dates import read_dates
from cxcase.intake.vocabulary.headings import clean, personal

MOST_COLUMNS = 6
FEWEST_KINDS = 2
MOST_KINDS = 40
MIN_ANSWERS = 10  # of a kind; at least two kinds must have them
MIN_FILLED = 0.5  # share of customers of whom a kind is known
# share of leaving's variation between kinds from which a column is leaving by another name
TELLS_WHO_LEFT = 0.5
DATES = 0.9  # share of kinds that are dates from which a column holds days, not kinds
# groups known otherwise
OWN_WORDS = frozenset({"customer id", "segment", "team", "tenure", "tenure months", "wave"})


def customer_groups(
    frame: pd.DataFrame, answered: pd.Series, named: Collection[str] = ()
) -> pd.DataFrame | None:
    """customer_id and up to 6 columns of text under their headings, in the list's order; None where
    there are none.

    A column counts with 2 to 40 kinds, known of half the customers, two kinds with 10 answers. Left
    out: people's names and dates, what tells who left (it was written down afterwards), what groups
    customers as another column does or was `named` as a control. frame: base customers with
    extra:<heading>; answered: ids of those who answered.
    """
    heard = among(frame["customer_id"], answered)
    left = frame["churned"].to_numpy(dtype=np.float64)
    known = ("segment", "team", *(f"{EXTRA}{name}" for name in named))
    seen = [_codes(frame[column])[0] for column in known if column in frame]
    found: dict[str, pd.Series] = {}
    for heading, column in _candidates(frame, named):
        code, kinds = _codes(column)
        if (
            _few(code, kinds, heard)
            and not _tells_who_left(code, left)
            and not any(_same(code, other) for other in seen)
        ):
            seen.append(code)
            found[heading] = column.astype("str")
        if len(found) == MOST_COLUMNS:
            break
    if found:
        return frame[["customer_id"]].assign(**found).astype("str")
    return None


def _candidates(frame: pd.DataFrame, named: Collection[str]) -> Iterator[tuple[str, pd.Series]]:
    """(heading, column) of extras in text that are neither known otherwise nor about people; a
    number is a measure or a code, which says nothing to a reader.
    """
    for name in frame:
        heading = str(name).removeprefix(EXTRA)
        if not str(name).startswith(EXTRA) or heading in named or clean(heading) in OWN_WORDS:
            continue
        if not _about_people(heading) and not pd.api.types.is_numeric_dtype(frame[name]):
            yield heading, frame[name]


def _about_people(heading: str) -> bool:
    return personal(heading) or any(name_columns([clean(heading)]))


def _codes(column: pd.Series) -> tuple[Ints, list[str]]:
    """(code of each row (n,), -1 where blank; the kinds)."""
    code, kinds = pd.factorize(column)
    return code.astype(np.int64), [str(k) for k in kinds]


def _few(code: Ints, kinds: list[str], heard: Bools) -> bool:
    """Whether the kinds are few, known of enough customers and answered for, and no days."""
    if not FEWEST_KINDS <= len(kinds) <= MOST_KINDS or (code >= 0).mean() < MIN_FILLED:
        return False
    answers = np.bincount(code[heard & (code >= 0)], minlength=len(kinds))
    days = ~np.isnat(read_dates(kinds).values)
    return bool((answers >= MIN_ANSWERS).sum() >= FEWEST_KINDS and days.mean() < DATES)


def _tells_who_left(code: Ints, left: Floats) -> bool:
    """Whether the kinds, blank among them, part leavers from stayers.

    Measure: Goodman and Kruskal's tau, the share of the variance of leaving between kinds.
    """
    total = left.var() * len(left)
    if total == 0:
        return False
    size = np.bincount(code + 1)
    gone = np.bincount(code + 1, left)
    within = gone - gone**2 / np.maximum(size, 1)
    return bool(1 - within.sum() / total >= TELLS_WHO_LEFT)


def _same(code: Ints, other: Ints) -> bool:
    """Whether both put customers into the same groups, whatever these are called."""
    pairs = np.unique(np.stack([code, other]), axis=1).shape[1]
    return bool(pairs == len(np.unique(code)) == len(np.unique(other)))
