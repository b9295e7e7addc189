"""Free text of a survey: which columns it is, which moment each speaks of, what is masked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from cxcase.intake.privacy.masking import (
    Names,
    mask_names,
    mask_patterns,
    name_columns,
    name_hashes,
)
from cxcase.intake.schema import COMMENT, COMMENT_ON, MOMENT
from cxcase.intake.tables.find_table import Table
from cxcase.intake.values.column import Column
from cxcase.intake.vocabulary.headings import CONTAINED, clean, fields_of, fit, personal, spoken

if TYPE_CHECKING:
    import pandas as pd

_LOOKED_AT = 400  # distinct cells by which free text is told
# of a middling cell of free text
_CHARACTERS = 20
_WORDS = 3
_ASKS_WHY = re.compile(
    r"\b(why|reason|explain|describe|warum|wieso|weshalb|grund|begründ\w*|pourquoi|raison|expliquez"
    r"|por ?qu[eé]|motivo|explique|perch[eé]|waarom|reden|varför|hvorfor|opinion|meinung|avis"
    r"|opini[oó]n)\b|理由|ご意見|コメント|感想|لماذا|تعليق|ملاحظات|رأيك"
)
# who owns a step, or sells something, is nobody to hide
_NAMELESS = ("recommendations", "case_studies", "units")
_SPOKEN = ("en", "de", "fr", "es", "it", "nl", "pt", "sv", "da", "no", "pl", "ar", "ja", "zh")


def is_free_text(cells: Column) -> bool:
    """True for a column whose cells are mostly sentences."""
    if cells.numbers is not None:
        return False
    texts = [v for v in cells.values[:_LOOKED_AT] if isinstance(v, str)]
    if len(texts) < 0.5 * min(cells.different, _LOOKED_AT) or not texts:
        return False
    characters = float(np.median([len(text) for text in texts]))
    words = float(np.median([len(text.split()) for text in texts]))
    if words < _WORDS:  # scripts without spaces say more in less
        ascii_alone = all(text.isascii() for text in texts)
        return not ascii_alone and characters >= _CHARACTERS / 2
    return characters >= _CHARACTERS


def speaks(heading: str, cells: Column, comment: str | None) -> bool:
    """True for a column that may hold what somebody wrote.

    The comment's own (`comment`: its heading), one that asks for words, free text.
    """
    if heading == comment or is_free_text(cells):
        return True
    return cells.numbers is None and _asks_for_words(heading)


def _asks_for_words(heading: str) -> bool:
    return fit(heading, fields_of("cx")[COMMENT]) >= CONTAINED or bool(
        _ASKS_WHY.search(heading.lower())
    )


def comment_columns(table: Table, columns: Mapping[str, str]) -> dict[str, list[str]]:
    """ "comment" or "comment:<moment>" -> headings whose cells are customers' own words.

    columns: as recognised.
    """
    found = dict[str, list[str]]()
    if COMMENT in columns:
        found[COMMENT] = [columns[COMMENT]]
    moments = {f.removeprefix(MOMENT): h for f, h in columns.items() if f.startswith(MOMENT)}
    for heading in table.headings:
        if heading in columns.values() or personal(heading):
            continue
        moment = _moment_in(heading, moments)
        if moment is None and not _asks_for_words(heading):
            continue
        if is_free_text(table.column(heading)):
            field = COMMENT if moment is None else f"{COMMENT_ON}{moment}"
            found.setdefault(field, []).append(heading)
    return found


def _moment_in(heading: str, names: Mapping[str, str]) -> str | None:
    """The moment whose name, or whose own heading, is part of this heading: the longest.

    names: moment -> its heading.
    """
    text = clean(spoken(heading))
    held = [n for n, own in names.items() if _part_of(clean(n), text) or _part_of(clean(own), text)]
    return max(held, key=len, default=None)


def _part_of(words: str, text: str) -> bool:
    """True where the words stand in the text as whole words."""
    return bool(words) and f" {words} " in f" {text} "


def read_comments(table: Table, columns: Mapping[str, str]) -> dict[str, Column]:
    """The free text of a survey with a row a response: "comment", "comment:<moment>", each (n,)."""
    return {
        field: _together([_text(table.column(h)) for h in under])
        for field, under in comment_columns(table, columns).items()
    }


def _text(cells: Column) -> Column:
    return cells.recoded(
        [str(v) if isinstance(v, str) and len(v) > 1 else None for v in cells.values]
    )


def _together(columns: Sequence[Column]) -> Column:
    """Several columns as one: a response's texts one after the other, a sentence each."""
    if len(columns) == 1:
        return columns[0]
    joined = [
        ". ".join(str(t).rstrip(". ") for t in row if t is not None) or None
        for row in zip(*columns, strict=True)
    ]
    return Column.of_text(pa.array(joined, pa.string()))


def split_by_moment(
    comments: Column, response: np.ndarray, count: int
) -> tuple[Column, np.ndarray]:
    """(each response's comment on the whole (count,), which rows have a comment of their own moment
    (n,)).

    Of a table with a row a rating; response (n,) says whose row it is. What a response says on
    several rows alike is about the whole.
    """
    codes = comments.codes.astype(np.int64)
    pair = response * (int(codes.max(initial=0)) + 2) + codes + 1
    _, where, often = np.unique(pair, return_inverse=True, return_counts=True)
    general = (codes >= 0) & (often[where.reshape(-1)] > 1)
    whole = np.full(count, -1, dtype=np.int32)
    rows = np.flatnonzero(general)[::-1]  # the first of several counts
    whole[response[rows]] = comments.codes[rows]
    return comments.coded(whole), (codes >= 0) & ~general


def taken_from(comments: Column, rows: np.ndarray) -> Column:
    """The comments of these rows (count,); blank where the row is -1."""
    return comments.coded(np.where(rows < 0, -1, comments.codes[rows]).astype(np.int32))


def hashed_names(table: Table, role: str | None, secret: str) -> frozenset[str]:
    """What stands for a table's names, so that they are found in comments; they themselves stay."""
    if role in _NAMELESS or not secret:
        return frozenset()
    found: set[str] = set()
    for kind, values in (*_named(table), *table.people):
        found |= name_hashes(secret, kind, (str(v) for v in values if isinstance(v, str)))
    return frozenset(found)


def _named(table: Table) -> Iterator[tuple[str, Sequence[Any]]]:
    for place, kind in name_columns([clean(h) or h.lower() for h in table.headings]):
        cells = table.columns[place]
        if cells.numbers is None and not is_free_text(cells):
            yield kind, cells.values


def masked_text(texts: Sequence[str], names: Names) -> list[str]:
    """The texts without addresses, numbers and names."""
    return mask_names(
        [mask_patterns(t) for t in texts], names, _stop_words() if names else frozenset()
    )


def _stop_words() -> frozenset[str]:
    """Folded words that mean too little to be names, in the languages most surveys are in."""
    import stopwordsiso

    from cxcase.intake.privacy.masking import fold

    return frozenset(
        fold(w) for lang in _SPOKEN for w in stopwordsiso.stopwords(lang) if len(w) > 1
    )


def with_masked_comments(frame: pd.DataFrame, names: Names) -> pd.DataFrame:
    """The responses with every comment masked."""
    columns = [str(c) for c in frame if c == COMMENT or str(c).startswith(COMMENT_ON)]
    texts = list(dict.fromkeys(t for c in columns for t in frame[c].dropna().astype(str).tolist()))
    if not texts:
        return frame
    masked = dict(zip(texts, masked_text(texts, names), strict=True))
    told = {c: frame[c].map(masked, na_action="ignore").astype("str") for c in columns}
    return frame.assign(**told)


def with_ids(names: Names, ids: Sequence[str]) -> Names:
    """The names and the customers' ids; what masking finds by its form alone is not added."""
    secret = names.secret or "ids"
    plain = [str(i) for i in ids if len(str(i)) > 2]
    odd = [id for id in plain if mask_patterns(id) == id]
    return Names(secret, names.hashed).with_(name_hashes(secret, "named", odd))
