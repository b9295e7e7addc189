"""Which moment a comment speaks of: the one it was given with, else the one whose words it uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from cxcase.estimate import Bools, Floats, Ints
from cxcase.intake import MomentColumn
from cxcase.voice.tokens import Sparse, Words, split, stem

_SURE = 3.0  # standard errors from which a term is a moment's own
_OFTEN = 3  # comments that need to have it
_TERMS = 40  # a moment, at most
_PRIOR = 1000.0  # words of the prior, spread as in all comments
_LEAD = 1.25  # how much more of a moment's words a comment needs than of any other's
_ENOUGH = 0.75  # of a moment's words, weighed, that a comment needs
_ASKED = {  # words of questions about ratings, which say nothing of a moment
    *("how", "satisfied", "satisfaction", "easy", "ease", "rate", "rating", "please", "would"),
    *("score", "likely", "overall", "experience"),
    *("zufrieden", "bewerten", "einfach"),
    *("satisfait", "facile", "évaluez"),
    *("satisfecho", "fácil", "valora"),
}


@dataclass(frozen=True, eq=False)
class Ties:
    """moment (n,): the place of each comment's moment, -1 for none.

    own (n,): it was given with that moment's mark.
    """

    moment: Ints
    own: Bools


def tie(
    words: Words, counts: Sparse, names: Mapping[str, str], own: Ints, rated: Bools, weights: Sparse
) -> Ties:
    """The moment of each of n comments.

    names: moment -> its name and question, j of them; own (n,): the moment a comment was given
    with, -1 where it was given on the whole; rated (n, j): the moments the customer rated; weights
    (n, v): how much a term says (BM25).
    """
    if not names:
        return Ties(own, own >= 0)
    named = _named(words, names)
    may = np.where(rated.any(axis=1, keepdims=True), rated, True)
    first = np.where(own >= 0, own, _best(weights @ named, may, 1.0, np.zeros(may.shape)))
    terms = _characteristic(counts, first, len(names))
    sole = sparse.csr_matrix((named.data >= 1.0, named.indices, named.indptr), shape=named.shape)
    says_so = np.asarray((counts @ sole).toarray()) > 0
    told = _best(weights @ _together(named, terms), may, _LEAD, np.where(says_so, 0.0, _ENOUGH))
    moment = np.where(own >= 0, own, told if len(names) > 1 else np.where(rated[:, 0], 0, -1))
    return Ties(moment.astype(np.int64), own >= 0)


def words_of(names: Mapping[str, str]) -> frozenset[str]:
    """The words of the moments' names, kept whatever the lists of stop words hold."""
    words = (w for name in names for w in split(name))
    return frozenset(w for w in words if len(w) > 3 or not w.isascii()) - _ASKED


def _named(words: Words, names: Mapping[str, str]) -> Sparse:
    """(v, j) how much each term belongs to a moment by its name and question.

    What many names share counts less.
    """
    rows = []
    columns = []
    values = []
    for j, (name, question) in enumerate(names.items()):
        said = [*split(name), *(w for w in split(question) if w not in _ASKED)]
        own = {t for w in said for t in _terms(words, w)}
        rows += sorted(own)
        columns += [j] * len(own)
        values += [1.0] * len(own)
    found = sparse.csr_matrix((values, (rows, columns)), shape=(len(words.shown), len(names)))
    found.data[:] = 1.0
    shared = np.asarray(found.sum(axis=1)).reshape(-1)
    scale = np.where(shared > max(1.0, len(names) / 2), 0.0, 1.0 / np.maximum(shared, 1.0) ** 2)
    scale[words.stop] = 0.0
    return sparse.csr_matrix(sparse.diags(scale) @ found)


def _terms(words: Words, word: str) -> list[int]:
    reader = words.reader
    found = [reader.words[word]] if word in reader.words else []
    keys = [(lang, stem(lang, word)) for lang in words.languages]
    return [*found, *(reader.stems[k] for k in keys if k in reader.stems)]


def _best(score: Sparse, may: Bools, lead: float, enough: Floats) -> Ints:
    """(n,) moment of the highest score (n, j) that is enough and leads the next one, else -1."""
    dense = np.round(np.where(may, score.toarray(), 0.0), 6)
    best = dense.argmax(axis=1)
    top = dense[np.arange(len(dense)), best]
    next_ = np.partition(dense, -2, axis=1)[:, -2] if dense.shape[1] > 1 else np.zeros(len(dense))
    clear: Ints = np.where(
        (top > enough[np.arange(len(dense)), best]) & (top > lead * next_), best, -1
    )
    return clear


def _characteristic(counts: Sparse, moment: Ints, moments: int) -> Sparse:
    """(v, j) how much more a moment's comments use each term, 0 to 1: informative-prior log-odds.

    Source: Monroe, Colaresi & Quinn 2008, Political Analysis 16.
    """
    z, often = log_odds(counts, moment, moments)
    kept = np.where((z >= _SURE) & (often >= _OFTEN), z, 0.0)
    for j in range(moments):
        order = np.argsort(-kept[:, j], kind="stable")
        kept[order[_TERMS:], j] = 0.0
    most = kept.max(axis=0, keepdims=True)
    return sparse.csr_matrix(kept / np.where(most > 0, most, 1.0))


def log_odds(counts: Sparse, group: Ints, groups: int) -> tuple[Floats, Floats]:
    """(z of each term in each group against the rest, comments with it), each (v, j)."""
    there = counts.copy()
    there.data[:] = 1.0
    rows = np.flatnonzero(group >= 0)
    picks = sparse.csr_matrix((np.ones(len(rows)), (rows, group[rows])), shape=(len(group), groups))
    often = np.asarray((there.T @ picks).todense())
    total = np.asarray(there.sum(axis=0)).reshape(-1, 1)
    prior = _PRIOR * total / max(float(total.sum()), 1.0) + 1e-9
    mine = often + prior
    rest = often.sum(axis=1, keepdims=True) - often + prior
    size = often.sum(axis=0) + _PRIOR
    others = often.sum() - often.sum(axis=0) + _PRIOR
    delta = np.log(mine / (size - mine)) - np.log(rest / (others - rest))
    return np.round(delta / np.sqrt(1 / mine + 1 / rest), 9), often


def _together(named: Sparse, terms: Sparse) -> Sparse:
    """What a name says counts in full.

    A term that is characteristic of one moment adds up to as much.
    """
    return sparse.csr_matrix(named.maximum(0.8 * terms))


def moments_asked(
    moments: Sequence[MomentColumn], columns: Sequence[Mapping[str, str]]
) -> dict[str, str]:
    """Each moment's question -> the heading it was asked under where a file has one, else itself:
    how a moment is called in short changes nothing in what comments speak of.

    columns: field -> heading of each survey file.
    """
    asked = {moment.question or moment.name: moment.question or moment.name for moment in moments}
    for mapping in columns:
        asked |= {full: h for full in asked if (h := mapping.get(f"moment:{full}"))}
    return asked
