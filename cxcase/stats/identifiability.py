"""Which columns of a design can be told apart."""

from __future__ import annotations

import numpy as np

from cxcase.estimate import Bools, Floats


def independent_columns(x: Floats, tolerance: float = 1e-9) -> Bools:
    """True (k,) for each column of x (n, k) that is not a combination of the columns before it.

    The first column is usually the constant; earlier columns win, so put those first that must
    stay.
    """
    scale = np.sqrt(np.einsum("ij,ij->j", x, x))
    gram = (x.T @ x) / np.outer(np.where(scale > 0, scale, 1.0), np.where(scale > 0, scale, 1.0))
    keep = np.zeros(x.shape[1], dtype=bool)
    for column in range(x.shape[1]):
        if scale[column] == 0:
            continue
        before = np.flatnonzero(keep)
        cross = gram[before, column]
        left = gram[column, column]
        if before.size:
            left = left - cross @ np.linalg.solve(gram[np.ix_(before, before)], cross)
        keep[column] = left > tolerance
    return keep
