"""Shares that add up: Shapley values of a game, LMG, and shares along a straight path."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cxcase.estimate import Bools, Floats, Ints

EXACT_BLOCKS = 15  # up to here every subset of blocks is solved
ORDERS = 2_000  # sampled orders beyond that, half of them the others reversed
_AT_ONCE = 1 << 19  # subsets x problems that are worked on together
_SINGULAR = 1e-9  # a column that keeps less than this share of its own variation adds nothing


@dataclass(frozen=True, eq=False)
class Lmg:
    """Variation explained by each block, in the response's sum of squares.

    phi (..., p); total (...,) = its sum: explained by all blocks beyond `always`; mc_se (..., p) is
    0 when exact.
    """

    phi: Floats
    total: Floats
    mc_se: Floats


def members(p: int) -> Bools:
    """(2**p, p): row s holds who is in subset s; bit j of s stands for player j."""
    return ((np.arange(1 << p)[:, None] >> np.arange(p)) & 1).astype(bool)


def shapley(values: Floats) -> Floats:
    """The Shapley value of each player (..., p).

    What it adds, averaged over all orders; they sum to v(all) - v(none). values (..., 2**p): the
    game, indexed as in `members`. Source: Shapley 1953, A value for n-person games, eq. 13.
    """
    values = np.asarray(values, dtype=float)
    p = int(values.shape[-1]).bit_length() - 1
    if values.shape[-1] != 1 << p:
        raise ValueError(f"a game needs a power of two of values, found {values.shape[-1]}")
    subset = np.arange(1 << p)
    size = np.bitwise_count(subset)
    weight = np.array([1.0 / (p * math.comb(p - 1, k)) for k in range(p)]) if p else np.empty(0)
    shares = np.empty((*values.shape[:-1], p))
    for j in range(p):
        without = subset[(subset >> j) & 1 == 0]
        gain = values[..., without | (1 << j)] - values[..., without]
        shares[..., j] = gain @ weight[size[without]]
    return shares


def explained(
    cross: Floats, response: int, blocks: Sequence[Sequence[int]], always: Sequence[int] = ()
) -> Floats:
    """Sum of squares explained by every subset of blocks beyond `always`, (..., 2**p).

    Indexed as in `members`. cross (..., k, k): cross-products of centred columns, of which
    `response` is one. All subsets are built by doubling: each level either drops the next block or
    sweeps it out, so that no subset is solved twice.
    """
    batch = cross.shape[:-2]
    order = [*always, *(c for block in blocks for c in block), response]
    whole = cross.reshape(-1, *cross.shape[-2:])[:, order][:, :, order]
    size = max(
        1, _AT_ONCE >> len(blocks)
    )  # so many that what is being worked on stays in the processor's cache
    parts = [_doubled(whole[i : i + size], blocks, len(always)) for i in range(0, len(whole), size)]
    if parts:
        return np.concatenate(parts).reshape(*batch, -1)
    return np.empty((*batch, 1 << len(blocks)))


def _doubled(state: Floats, blocks: Sequence[Sequence[int]], always: int) -> Floats:
    """(f, 2**p) sums of squares explained, from cross-products.

    Their order: `always` columns, the blocks' columns, the response.
    """
    scale = np.einsum("fii->fi", state)
    _, state = _sweep(state, scale[:, :always])
    scale = scale[:, always:]
    state = state[None]
    value = np.zeros((1, len(scale)))
    for block in blocks:
        size = len(block)
        gain, swept = _sweep(
            state, np.broadcast_to(scale[:, :size], (len(state), len(scale), size))
        )
        value = np.concatenate([value, value + gain])
        state = np.concatenate([state[..., size:, size:], swept])
        scale = scale[:, size:]
    return np.moveaxis(value, 0, -1)


def lmg(
    cross: Floats,
    response: int,
    blocks: Sequence[Sequence[int]],
    always: Sequence[int] = (),
    seed: int = 0,
) -> Lmg:
    """What each block explains of the response, averaged over orders of entry (LMG).

    A block enters whole. cross (..., k, k): (weighted) cross-products of centred columns; divide
    phi by cross[response, response] for shares of R². Exact up to `EXACT_BLOCKS` blocks, from
    `ORDERS` sampled orders beyond, the same for every leading index. Source: Lindeman, Merenda &
    Gold 1980, p. 119 ff.; Grömping 2007, The American Statistician 61(2), eq. 7.
    """
    if len(blocks) <= EXACT_BLOCKS:
        values = explained(cross, response, blocks, always)
        phi = shapley(values)
        return Lmg(phi, values[..., -1], np.zeros_like(phi))
    return _sampled(cross, response, blocks, always, seed)


def along_path(log_odds: Floats, parts: Floats) -> Floats:
    """Each part's share (n, p) of expit(log_odds) - expit(log_odds + all parts).

    Row by row; rows add up exactly. log_odds (n,); parts (n, p) in log-odds. The share is
    proportional to the part, which is the Aumann-Shapley value of a function of a sum; where parts
    cancel, the limit. Source: Aumann & Shapley 1974, Values of non-atomic games.
    """
    total = parts.sum(axis=1)
    before = _expit(log_odds)
    flat = np.abs(total) < 1e-6
    rate = (before - _expit(log_odds + total)) / np.where(flat, 1.0, total)
    return parts * np.where(flat, -before * (1.0 - before), rate)[:, None]


def _expit(x: Floats) -> Floats:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * x)))


def _sweep(state: Floats, scale: Floats) -> tuple[Floats, Floats]:
    """(gain, rest): what the leading columns explain of the last, and what is left.

    rest: the cross-products once the leading columns are swept out.
    """
    gain = np.zeros(state.shape[:-2])
    for i in range(scale.shape[-1]):
        pivot = state[..., 0, 0]
        column = state[..., 0, 1:]
        usable = pivot > _SINGULAR * scale[..., i]
        inverse = np.where(usable, 1.0 / np.where(usable, pivot, 1.0), 0.0)
        gain = gain + column[..., -1] ** 2 * inverse
        state = (
            state[..., 1:, 1:] - column[..., :, None] * (column * inverse[..., None])[..., None, :]
        )
    return gain, state


def _sampled(
    cross: Floats, response: int, blocks: Sequence[Sequence[int]], always: Sequence[int], seed: int
) -> Lmg:
    """LMG from sampled orders.

    What a column adds along one is its squared entry in the response's Cholesky row.
    """
    batch = cross.shape[:-2]
    p = len(blocks)
    columns, owner, orders = _orders(blocks, always, response, seed)
    phi = np.empty((math.prod(batch), p))
    se = np.empty((math.prod(batch), p))
    for f, one in enumerate(cross.reshape(-1, *cross.shape[-2:])):
        ridged = one + np.diag(np.where(np.diag(one) > 0, _SINGULAR * np.diag(one), 1.0))
        added = (
            np.linalg.cholesky(ridged[columns[:, :, None], columns[:, None, :]])[:, -1, :-1] ** 2
        )
        gain = np.stack([np.where(owner == j, added, 0.0).sum(axis=1) for j in range(p)], axis=1)
        pairs = gain.reshape(2, orders, p).mean(axis=0)
        phi[f] = pairs.mean(axis=0)
        se[f] = pairs.std(axis=0, ddof=1) / math.sqrt(orders)
    phi = phi.reshape(*batch, p)
    se = se.reshape(*batch, p)
    return Lmg(phi, phi.sum(axis=-1), se)


def _orders(
    blocks: Sequence[Sequence[int]], always: Sequence[int], response: int, seed: int
) -> tuple[Ints, Ints, int]:
    """Antithetic orders: (columns (B, k), owner, pairs B / 2).

    owner: whose block each column is, -1 for always.
    """
    generator = np.random.default_rng(seed)
    half = np.stack([generator.permutation(len(blocks)) for _ in range(ORDERS // 2)])
    orders = np.concatenate([half, half[:, ::-1]])
    columns = [[*always, *(c for j in order for c in blocks[j]), response] for order in orders]
    owner = [[*(-1 for _ in always), *(j for j in order for _ in blocks[j])] for order in orders]
    return np.array(columns, dtype=np.int64), np.array(owner, dtype=np.int64), ORDERS // 2
