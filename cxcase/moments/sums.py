"""Sums by team that stand in for rows where there are many: cross-products with each team left out."""

from __future__ import annotations

import numpy as np

from cxcase.estimate import Floats, Ints

MANY = 12_000_000  # rows x folds above which folds are worked out from sums by team


def by_team(columns: Floats, weight: Floats, team: Ints, teams: int) -> Floats:
    """Weighted cross-products of columns (n, k) in each team, (g, k, k)."""
    own = np.zeros((teams, columns.shape[1], columns.shape[1]))
    order = np.argsort(team, kind="stable")
    bounds = np.concatenate([[0], np.cumsum(np.bincount(team, minlength=teams))])
    for g in range(teams):
        rows = order[bounds[g] : bounds[g + 1]]
        part = columns[rows]
        own[g] = part.T @ (part * weight[rows, None])
    return own


def left_out(own: Floats) -> Floats:
    """(g + 1, ...): the sum over all teams, then without each, of sums by team (g, ...)."""
    whole = own.sum(axis=0)
    return np.concatenate([whole[None], whole - own])


def crosses(columns: Floats, weight: Floats, team: Ints, teams: int) -> Floats:
    """Cross-products about the mean (g + 1, k, k) of columns (n, k): all teams, then each left out; weight (n,)."""
    every = left_out(by_team(np.column_stack([np.ones(len(columns)), columns]), weight, team, teams))
    size, sums = np.maximum(every[:, :1, :1], 1e-300), every[:, 0, 1:]
    return np.asarray(every[:, 1:, 1:] - sums[:, :, None] * sums[:, None, :] / size)
