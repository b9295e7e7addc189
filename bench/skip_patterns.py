"""Six moments that few customers live together, and five ways of coping: whose shares of importance
are right?

    python -m bench.skip_patterns [COMPANIES]

Moments of reach 95, 70, 40, 15, 5 and 80 %; some matter by having happened at all (a complaint),
all by how they went. Truth: the shares in half a million customers, each moment a block of “lived
it” and its rating. 3,000 customers a company. Reported, never tested; our estimator is on the row
“blocks”.
"""

from __future__ import annotations

import sys

import numpy as np

from cxcase.intake import MomentColumn, Scale
from cxcase.moments.design import Ratings, code_blocks
from cxcase.stats.shapley import lmg

REACH = np.array([0.95, 0.70, 0.40, 0.15, 0.05, 0.80])
HAPPENING = np.array([0.0, 0.0, 0.0, -1.2, -0.6, 0.0])
SLOPE = np.array([0.5, 0.4, 0.5, 0.6, 0.8, 0.1])
CUSTOMERS = 3_000
TRUTH = 500_000
Shares = tuple[np.ndarray, bool]


def drawn(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(lived (n, 6), rating (n, 6) about its mean, the score (n,))."""
    rng = np.random.default_rng(seed)
    lived = rng.random((n, 6)) < REACH
    rating = 0.8 * rng.standard_normal((n, 1)) + 1.2 * rng.standard_normal((n, 6))
    return (
        lived,
        rating,
        np.where(lived, HAPPENING + SLOPE * rating, 0.0).sum(axis=1) + rng.standard_normal(n),
    )


def shares_of(cross: np.ndarray, groups: list[list[int]]) -> np.ndarray:
    """Shares of what is explained of the last column."""
    phi = lmg(cross, len(cross) - 1, groups).phi
    return np.asarray(phi / phi.sum())


def _cross(columns: np.ndarray, y: np.ndarray) -> np.ndarray:
    z = np.column_stack([columns, y])
    z = z - z.mean(axis=0)
    return np.asarray(z.T @ z)


def blocks(lived: np.ndarray, rating: np.ndarray, y: np.ndarray) -> Shares:
    """Ours: lived it or not, and the rating about the mean of those who lived it."""
    columns = tuple(MomentColumn(f"M{j + 1}", Scale(-9, 9), 0, 0, 0) for j in range(6))
    made = code_blocks(Ratings(columns, np.where(lived, rating, np.nan), lived), np.ones(len(y)))
    return shares_of(_cross(made.columns, y), [list(group) for group in made.groups]), True


def pairwise(lived: np.ndarray, rating: np.ndarray, y: np.ndarray) -> Shares:
    """Each covariance from whoever has both."""
    z = np.column_stack([np.where(lived, rating, np.nan), y])
    cov = np.empty((7, 7))
    for a in range(7):
        for b in range(7):
            both = np.isfinite(z[:, a]) & np.isfinite(z[:, b])
            x = z[both, a]
            w = z[both, b]
            cov[a, b] = np.mean((x - x.mean()) * (w - w.mean())) if both.sum() > 2 else 0.0
    return _possible(cov)


def full_information(
    lived: np.ndarray, rating: np.ndarray, y: np.ndarray, rounds: int = 60
) -> Shares:
    """Maximum likelihood of a normal with holes, by EM: what if everybody had lived everything?"""
    z = np.column_stack([np.where(lived, rating, np.nan), y])
    mean = np.nanmean(z, axis=0)
    cov = np.diag(np.nanvar(z, axis=0))
    patterns, which = np.unique(np.isfinite(z), axis=0, return_inverse=True)
    for _ in range(rounds):
        filled = np.empty_like(z)
        spread = np.zeros((7, 7))
        for k, seen in enumerate(patterns):
            rows = np.flatnonzero(which.ravel() == k)
            gain = np.linalg.solve(cov[np.ix_(seen, seen)], cov[np.ix_(seen, ~seen)])
            filled[np.ix_(rows, seen)] = z[np.ix_(rows, seen)]
            filled[np.ix_(rows, ~seen)] = mean[~seen] + (z[np.ix_(rows, seen)] - mean[seen]) @ gain
            spread[np.ix_(~seen, ~seen)] += len(rows) * (
                cov[np.ix_(~seen, ~seen)] - cov[np.ix_(~seen, seen)] @ gain
            )
        mean = filled.mean(axis=0)
        cov = ((filled - mean).T @ (filled - mean) + spread) / len(z)
    return _possible(cov)


def listwise(lived: np.ndarray, rating: np.ndarray, y: np.ndarray) -> Shares:
    """Only customers who lived all six: how many are there?"""
    return np.full(6, np.nan), bool(lived.all(axis=1).sum() > 30)


def filled_in(lived: np.ndarray, rating: np.ndarray, y: np.ndarray) -> Shares:
    """The moment's mean wherever it did not happen."""
    means = np.array([rating[lived[:, j], j].mean() for j in range(6)])
    return shares_of(_cross(np.where(lived, rating, means), y), [[j] for j in range(6)]), True


def _possible(cov: np.ndarray) -> Shares:
    return shares_of(cov, [[j] for j in range(6)]), bool(np.linalg.eigvalsh(cov)[0] > 0)


METHODS = {
    "blocks": blocks,
    "pairwise covariances": pairwise,
    "full information (EM)": full_information,
    "listwise": listwise,
    "means filled in": filled_in,
}


def main(companies: int = 100) -> None:
    """Prints the table."""
    lived, rating, y = drawn(TRUTH, 0)
    every = np.column_stack([lived, np.where(lived, rating, 0.0)])
    truth = shares_of(_cross(every, y), [[j, j + 6] for j in range(6)])
    print(f"{'':24}" + "".join(f"{f'M{j + 1}':>8}" for j in range(6)))
    print(f"{'truth':24}" + "".join(f"{v:8.3f}" for v in truth))
    worlds = [drawn(CUSTOMERS, seed) for seed in range(1, companies + 1)]
    for name, method in METHODS.items():
        found = [method(*world) for world in worlds]
        values = np.array([shares for shares, _ in found])
        fine = np.mean([possible for _, possible in found])
        mean = values.mean(axis=0)
        sd = values.std(axis=0)
        first = (
            np.mean(values.argmax(axis=1) == truth.argmax())
            if np.isfinite(values).all()
            else np.nan
        )
        print(
            f"{name:24}"
            + "".join(f"{v:8.3f}" for v in mean)
            + f"   sd up to {sd.max():.3f}, right first "
            f"{first:.0%}, possible in {fine:.0%}"
        )
    whole = np.mean([world[0].all(axis=1).sum() for world in worlds])
    print(f"listwise keeps {whole:.1f} of {CUSTOMERS:,} customers on average")


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:]))
