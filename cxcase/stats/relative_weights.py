"""Johnson's relative weights: what each column explains, by its closest uncorrelated twin."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cxcase.estimate import Floats

_SINGULAR = 1e-9  # share of its own variation below which a column adds nothing


def relative_weights(
    cross: Floats, response: int, blocks: Sequence[Sequence[int]], always: Sequence[int] = ()
) -> Floats:
    """Variation of the response that goes with each block beyond `always`, (..., p).

    It sums to what all explain. cross (..., k, k): cross-products of centred columns. A block's
    weight is the sum of its columns'. Source: Johnson 2000, Multivariate Behavioral Research 35,
    1-19.
    """
    batch = cross.shape[:-2]
    columns = [c for block in blocks for c in block]
    state = _without(cross.reshape(-1, *cross.shape[-2:]), list(always))
    own = np.einsum("fii->fi", state[:, columns][:, :, columns])
    usable = own > _SINGULAR * np.einsum(
        "fii->fi", cross.reshape(-1, *cross.shape[-2:])[:, columns][:, :, columns]
    )
    scale = np.where(usable, np.sqrt(np.maximum(own, 1e-300)), 1.0)
    r = np.where(usable[:, :, None] & usable[:, None, :], state[:, columns][:, :, columns], 0.0)
    r = r / (scale[:, :, None] * scale[:, None, :])
    with_response = np.where(usable, state[:, columns, response] / scale, 0.0)
    values, vectors = np.linalg.eigh(r)
    root = np.sqrt(np.maximum(values, 0.0))
    inverse = np.where(values > _SINGULAR, 1.0 / np.where(root > 0, root, 1.0), 0.0)
    back = np.einsum("fij,fj,fkj->fik", vectors, root, vectors)
    beta = np.einsum("fij,fj,fkj,fk->fi", vectors, inverse, vectors, with_response)
    weights = np.einsum("fij,fj->fi", back**2, beta**2)
    owner = np.repeat(np.arange(len(blocks)), [len(block) for block in blocks])
    of_block = (owner[:, None] == np.arange(len(blocks))).astype(np.float64)
    return np.asarray(weights @ of_block).reshape(*batch, len(blocks))


def _without(state: Floats, always: list[int]) -> Floats:
    """Cross-products of what is left of every column once `always` is held fixed."""
    if not always:
        return state
    held = state[:, always]
    solved = np.linalg.pinv(held[:, :, always], hermitian=True) @ held
    return np.asarray(state - np.swapaxes(held, 1, 2) @ solved)
