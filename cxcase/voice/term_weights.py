"""How much each term says in each of some texts."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from cxcase.voice.tokens import Sparse, Words


def index_of(words: Words) -> object:
    """An index by BM25 of all texts."""
    import bm25s

    index = bm25s.BM25(dtype="float32")
    vocabulary = {str(t): t for t in range(len(words.shown))}
    with np.errstate(
        invalid="ignore", divide="ignore"
    ):  # where no text has a word that says something
        index.index((words.lists(), vocabulary), show_progress=False, create_empty_token=False)
    return index


def weights(index: object, shape: tuple[int, int]) -> Sparse:
    """(n, v) how much each term says in each text."""
    held = index.scores  # type: ignore[attr-defined]
    return sparse.csc_matrix((held["data"], held["indices"], held["indptr"]), shape=shape).tocsr()
