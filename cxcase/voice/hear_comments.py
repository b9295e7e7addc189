"""`hear`: what customers say of each moment, and all of it to be searched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from cxcase.checks import Finding
from cxcase.content_key import content_key
from cxcase.estimate import Bools, Floats, Ints
from cxcase.intake import MASKS, Case, SmallGroups
from cxcase.settings import METRICS, Settings
from cxcase.version import CODE
from cxcase.voice.moment_assignment import Ties, log_odds, moments_asked, tie, words_of
from cxcase.voice.quotes import choose
from cxcase.voice.result import DIRECTIONS, Band, Library, MomentVoice, Quote, Term, Voice
from cxcase.voice.revenue_bands import make_bands
from cxcase.voice.term_weights import index_of, weights
from cxcase.voice.tokens import Sparse, Words, read_words

# of the scale: marks that speak of a bad and of a very good time
LOW = 0.6
HIGH = 0.9
LONGEST = 2000  # characters of a comment that are read
TERMS = 12  # a moment
_FEW_TIED = 0.2  # share of comments that speak of a moment, below which that is said


@dataclass(frozen=True, eq=False)
class _Said:
    """n comments in the order of their text.

    customer (n,): the row of their response; own (n,): their moment or -1.
    """

    texts: list[str]
    response: Ints
    own: Ints


def hear(case: Case, settings: Settings) -> Voice:
    """`Voice`: representative quotes and terms by moment, low and high marks apart, and a library.

    Nobody is to be recognised: comments are masked, a quote's revenue is a band of at least 10
    customers, a term is shown from settings.k_min comments on. Nothing raises for weak data; no
    comments at all is a finding.
    """
    key = content_key("voice", case.key, settings.metric, settings.k_min, CODE)
    frame = case.table("responses") if case.has("responses") else pd.DataFrame()
    names = [m.name for m in case.moments]
    said = _comments(frame, names)
    if not said.texts:
        silent = (Finding("review", "no_comments", "moments"),) if case.has("responses") else ()
        return Voice(key, 0, 0, (), {}, silent)
    asked = moments_asked(case.moments, [s.columns for s in case.sources if s.role == "cx"])
    words = read_words(said.texts, words_of(asked))
    counts = words.counts()
    index = index_of(words)
    rated = _rated(frame, names)[said.response]
    ties = tie(words, counts, asked, said.own, rated, weights(index, counts.shape))
    share = _marks(case, settings, frame, said, ties)
    direction = _directions(share)
    clear = _clear(share)
    bands, band = _revenue_bands(case, frame, said, settings.k_min)
    library = Library(
        texts=said.texts,
        moments=tuple(names),
        moment=ties.moment,
        direction=direction,
        bands=bands,
        band=band,
        languages=words.languages,
        language=words.language,
        index=index,
        reader=words.reader,
    )
    vectors = _vectors(counts)
    z, _ = log_odds(counts, ties.moment, len(names))
    seen = _Seen(library, words, counts, vectors, clear, z, SmallGroups(settings.k_min))
    heard = tuple(seen.moment(j) for j in range(len(names)))
    found = _findings(said, ties, words)
    languages = np.bincount(words.language, minlength=len(words.languages)).tolist()
    spoken = {code: n for code, n in zip(words.languages, languages, strict=True) if n}
    return Voice(key, len(said.texts), int((ties.moment >= 0).sum()), heard, spoken, found, library)


def _comments(frame: pd.DataFrame, names: list[str]) -> _Said:
    """Every comment with its response, sorted by text so that the order of rows decides nothing."""
    parts = []
    for place, column in (
        (-1, "comment"),
        *((j, f"comment:{name}") for j, name in enumerate(names)),
    ):
        if column in frame:
            text = frame[column]
            rows = np.flatnonzero(text.notna().to_numpy())
            parts.append(
                pd.DataFrame(
                    {
                        "text": text.iloc[rows].astype(str).str.slice(0, LONGEST),
                        "row": rows,
                        "own": place,
                    }
                )
            )
    if not parts:
        return _Said([], np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    said = pd.concat(parts, ignore_index=True)
    said = said.loc[said["text"].str.contains(r"\w", regex=True)]
    said["id"] = frame["customer_id"].to_numpy()[said["row"].to_numpy()]
    said = said.sort_values(["text", "own", "id"], kind="stable")
    return _Said(
        said["text"].tolist(), said["row"].to_numpy(np.int64), said["own"].to_numpy(np.int64)
    )


def _vectors(counts: Sparse) -> Sparse:
    """(n, v) TF-IDF, each row of length one (or empty)."""
    n = counts.shape[0]
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    weight = counts.copy()
    weight.data = (1 + np.log(weight.data)) * (1 + np.log((1 + n) / (1 + frequency)))[
        weight.indices
    ]
    length = np.sqrt(np.asarray(weight.multiply(weight).sum(axis=1)).reshape(-1))
    return sparse.csr_matrix(sparse.diags(1 / np.where(length > 0, length, 1.0)) @ weight)


def _rated(frame: pd.DataFrame, names: list[str]) -> Bools:
    """(responses, moments) which moments each customer rated."""
    if not names:
        return np.zeros((len(frame), 0), dtype=bool)
    return np.column_stack([frame[f"rating:{n}"].notna().to_numpy() for n in names])


def _marks(case: Case, settings: Settings, frame: pd.DataFrame, said: _Said, ties: Ties) -> Floats:
    """The mark each comment came with, 0 to 1 on its scale: its moment's, else the overall score.

    NaN for none. (n,)
    """
    share = np.full(len(said.texts), np.nan)
    metrics = [m for m in METRICS if m in case.scales and m in frame and frame[m].notna().any()]
    if settings.metric in metrics:
        metric = settings.metric
    elif metrics:
        metric = metrics[0]
    else:
        metric = None
    if metric is not None:
        scale = case.scales[metric]
        share = ((frame[metric].to_numpy(float) - scale.low) / (scale.high - scale.low))[
            said.response
        ]
    for j, moment in enumerate(case.moments):
        marks = frame[f"rating:{moment.name}"].to_numpy(float)[said.response]
        here = (ties.moment == j) & ~np.isnan(marks)
        share[here] = (marks[here] - moment.scale.low) / (moment.scale.high - moment.scale.low)
    return share


def _clear(share: Floats) -> Floats:
    """How far a mark lies at its end of the scale, 0 to 1, (n,)."""
    low = (LOW - share) / LOW
    high = (share - HIGH) / (1 - HIGH)
    return np.asarray(np.round(np.clip(np.nan_to_num(np.maximum(low, high)), 0.0, 1.0), 9))


def _directions(share: Floats) -> Ints:
    """The place in DIRECTIONS of each mark, (n,)."""
    conditions = [np.isnan(share), share <= LOW + 1e-9, share >= HIGH - 1e-9]
    code = np.select(conditions, ["unrated", "low", "high"], "between")
    return np.array([DIRECTIONS.index(c) for c in code.tolist()], dtype=np.int64)


def _revenue_bands(
    case: Case, frame: pd.DataFrame, said: _Said, k_min: int
) -> tuple[tuple[Band, ...], Ints]:
    """(bands of revenue, each comment's band (n,), -1 where its customer is not known)."""
    if not case.has("customers"):
        return (), np.full(len(said.texts), -1, dtype=np.int64)
    customers = case.table("customers", ["customer_id", "revenue_start"])
    bands, code = make_bands(customers["revenue_start"].to_numpy(float), k_min)
    ids = pd.Index(customers["customer_id"])
    place = ids.get_indexer(pd.Index(frame["customer_id"]))[said.response]
    return bands, np.where(place < 0, -1, code[place]).astype(np.int64)


@dataclass(frozen=True, eq=False)
class _Seen:
    """All comments with what is known of them, from which each moment's part is taken.

    z (v, j): how much its own.
    """

    library: Library
    words: Words
    counts: Sparse
    vectors: Sparse
    clear: Floats
    z: Floats
    groups: SmallGroups

    def moment(self, j: int) -> MomentVoice:
        """Quotes and terms of moment j."""
        library = self.library
        mine = np.flatnonzero(library.moment == j)
        side = {d: mine[library.direction[mine] == DIRECTIONS.index(d)] for d in ("low", "high")}
        quotes = [
            library.quote(c.row, c.text, c.alike)
            for rows in side.values()
            for c in choose(library.texts, self.vectors, rows, self.clear)
        ]
        low, high = (len(rows) for rows in side.values())
        terms = self.terms({"all": mine, **side}, self.z[:, j])
        return MomentVoice(library.moments[j], len(mine), low, high, _once(quotes), terms)

    def terms(self, rows: Mapping[str, Ints], own: Floats) -> tuple[Term, ...]:
        """The terms most a moment's own, of those in k comments or more, most frequent first."""
        words = self.words
        often = {
            name: np.bincount(self.counts[r].indices, minlength=len(words.shown))
            for name, r in rows.items()
        }
        enough = np.flatnonzero(self.groups.shown(often["all"]))
        best = enough[np.lexsort((enough, -own[enough]))][:TERMS]
        order = sorted(best.tolist(), key=lambda t: (-int(often["all"][t]), words.shown[t]))
        return tuple(
            Term(
                words.shown[t],
                words.languages[int(words.term_language[t])],
                *(int(n[t]) for n in often.values()),
            )
            for t in order
        )


def _once(quotes: list[Quote]) -> tuple[Quote, ...]:
    """Each text once, whichever direction it came with first."""
    return tuple({q.text.casefold(): q for q in reversed(quotes)}.values())[::-1]


def _findings(said: _Said, ties: Ties, words: Words) -> tuple[Finding, ...]:
    n = len(said.texts)
    tied = int((ties.moment >= 0).sum())
    masked = sum(any(m in text for m in MASKS) for text in said.texts)
    params = {
        "n": n,
        "tied": tied,
        "own": int(ties.own.sum()),
        "masked": masked,
        "languages": list(words.languages),
    }
    found = [Finding("ok", "comments_heard", "moments", params)]
    if tied < _FEW_TIED * n:
        found.append(Finding("review", "comments_few_tied", "moments", {"n": n, "tied": tied}))
    return tuple(found)
