"""Rating columns that may be upside down: they fall where the others rise."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from cxcase.estimate import Bools, Floats
from cxcase.intake.ratings.rated_column import Rated
from cxcase.intake.schema import Scale

# a correlation with the other ratings below this says that a scale may be upside down
_DOUBTFUL = -0.2
_ENOUGH = 50  # rows that rate the column and another
_FEWEST = 20  # the same where the correlation is no chance even of so few
_CLEAR = 0.3  # a correlation from which marks surely go with, or against, the other ratings
_CHANCE = 3.0  # the same in standard errors of a correlation that is none
_NARROW = 1e-9  # points, so that no range is nothing


def doubtful(
    ratings: Mapping[str, Floats], scales: Mapping[str, Scale], alive: Bools
) -> dict[str, float]:
    """Name -> its correlation with the mean of all other ratings, where that is clearly negative.

    ratings: name -> (n,) NaN where there is none, each brought to the range of its scale so that
    all count alike. Judged by the rows that are alive and rated the column and at least one other.
    """
    shares = {name: _as_share(v[alive], scales[name]) for name, v in ratings.items()}
    count = sum((~np.isnan(v)).astype(np.int64) for v in shares.values())
    total = sum(np.nan_to_num(v) for v in shares.values())
    found = {}
    for name, own in shares.items():
        others = count - ~np.isnan(own)
        both = ~np.isnan(own) & (others > 0)
        rows = int(both.sum())
        if rows >= _FEWEST:
            mean_of_others = (total - np.nan_to_num(own))[both] / others[both]
            r = _correlation(own[both], mean_of_others)
            if r < (_DOUBTFUL if rows >= _ENOUGH else -_CHANCE / np.sqrt(rows)):
                found[name] = r
    return found


def against_others(
    column: Rated,
    others: Sequence[Rated],
    turned: Collection[str],
    scales: Mapping[str, Scale],
    alive: Bools,
) -> float | None:
    """Correlation of a column as it stands with the mean of others whose good end is known; None
    where it is not clear.
    """
    if not others:
        return None
    shares = []
    for one in others:
        scale = scales[one.field]
        share = _as_share(_on(one, scale)[alive], scale)
        shares.append(1 - share if one.field in turned else share)
    count = np.sum([~np.isnan(share) for share in shares], axis=0)
    total = np.nansum(shares, axis=0)
    own = _on(column, scales[column.field])[alive]
    both = ~np.isnan(own) & (count > 0)
    rows = int(both.sum())
    if rows < _ENOUGH:
        return None
    r = _correlation(own[both], total[both] / count[both])
    return r if abs(r) >= max(_CLEAR, _CHANCE / np.sqrt(rows)) else None


def _on(column: Rated, scale: Scale) -> Floats:
    """The marks (n,) that lie on the scale."""
    values = column.ratings.values
    return np.where((values < scale.low) | (values > scale.high), np.nan, values)


def _as_share(ratings: Floats, scale: Scale) -> Floats:
    """The ratings from 0 at the low end of the scale to 1 at its high end."""
    return (ratings - scale.low) / max(scale.high - scale.low, _NARROW)


def _correlation(one: Floats, other: Floats) -> float:
    """Pearson's r; 0 where one of them does not vary."""
    if one.std() > 0 and other.std() > 0:
        return float(np.corrcoef(one, other)[0, 1])
    return 0.0
