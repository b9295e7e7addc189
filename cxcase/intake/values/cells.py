"""Cells to typed values, decided for the whole column: numbers and money, ids, text, lists."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cxcase.estimate import Bools, Floats
from cxcase.intake.values.column import Column

Cells = Sequence[Any]  # of one column; blank: None
_BLANK_SIGNS = {"", "-", "–", "—", ".", "?", "#null!"}
_BLANK_WORDS = {"n/a", "na", "n.a.", "none", "null", "nan", "nil", "k.a.", "tbc", "tbd"}
BLANK = _BLANK_SIGNS | _BLANK_WORDS  # what people write into a cell they leave empty
UNCALCULATED = "=[not calculated]"  # stands for a formula that no program has calculated
# what Excel and its kin show where a formula has failed, in several languages
_FAILED = re.compile(
    r"^#(n/a|n/d|n/b|nv|[¡¿]?(ref|div/0|value|num|spill|calc|field|bezug|wert|zahl|valeur|nombre"
    r"|valor|valore|rif|verw|waarde|getal|nul)!|[¡¿]?(name|nom|nome|nombre|naam)\?)$"
    r"|^err:\d{3}$|^#{3,}$",
    re.IGNORECASE,
)
_TOO_NARROW = re.compile(r"^#{3,}$")  # what a column shows that is too narrow for its figures
_MONEY = re.compile(
    r"^(?P<open>\()?\s*(?P<sign>[-−+])?\s*"
    r"(?P<before>US\$|[£€$¥₹￥\\]|[A-Z]{3}\b|kr\.?|Fr\.?)?\s*(?P<sign2>[-−+])?\s*"
    r"(?P<body>\d[\d.,'’ ]*|[.,]\d+)(?:(?<=[.,])[-–—]{1,2})?"  # 999.– is a whole amount
    r"\s*(?P<unit>%|k\b|m\b|mio\.?)?\s*(?P<after>[£€$¥₹円]|[A-Z]{3}\b|kr\.?|Fr\.?)?\s*"
    r"(?P<trail>[-−])?\s*\)?$",
    re.IGNORECASE,
)
_NOTHING = re.compile(  # what an accounting format shows for 0
    r"^(?:US\$|[£€$¥₹￥]|[A-Z]{3}\b|kr\.?|Fr\.?)\s*[-–—]+$|^[-–—]+\s*(?:[£€$¥₹]|[A-Z]{3}\b|kr\.?)$",
    re.IGNORECASE,
)
_CURRENCY = {
    "£": "GBP",
    "€": "EUR",
    "$": "USD",
    "US$": "USD",
    "¥": "JPY",
    "￥": "JPY",
    "円": "JPY",
    "\\": "JPY",  # what the yen becomes in Japanese code pages
    "₹": "INR",
    "FR": "CHF",
    "FR.": "CHF",
}
_EUROPEAN = {"GBP", "EUR", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK"}
_OVERSEAS = {"USD", "JPY", "INR", "AUD", "NZD", "CAD", "SGD", "ZAR"}
CODES = _EUROPEAN | _OVERSEAS
_UNITS = {"%": 0.01, "k": 1e3, "m": 1e6, "mio": 1e6, "mio.": 1e6}
_ENOUGH_COMMAS = 5  # different amounts of one form from which that is no chance
_FEW = 64  # different cells up to which looking at each takes less time than all at once
_JUDGED = 2000  # different cells that a column's currency is judged by
# thousands in groups, then at most one decimal mark: anything else is not guessed at
_WELL_FORMED = {
    mark: re.compile(
        rf"^(\d+|\d{{1,3}}(?:([ '’{group}])\d{{2,3}})*[ '’{group}]\d{{3}})?({re.escape(mark)}\d*)?$"
    )
    for mark, group in ((".", ","), (",", "."))
}
# what stands between the groups of a number with that decimal mark
_GROUPING = {".": re.compile("[ '’,]"), ",": re.compile("[ '’.]")}
# the forms that a column is converted from as a whole; every other cell is looked at one by one
_PLAIN = {
    mark: rf"^[-+]?(\d+|\d{{1,3}}({group}\d{{3}})+)({point}\d+)?$"
    for mark, group, point in ((".", ",", r"\."), (",", r"\.", ","))
}
# a number that begins with 0 has no thousands
_THOUSANDS = {mark: re.compile(rf"^[1-9]\d{{0,2}}(\{mark}\d{{3}})+$") for mark in ",."}
_NOT_AS_IT_IS = r"^'\w|^\d+\.0+$"  # ids that are not kept letter by letter
_APOSTROPHE = re.compile(r"^'\w[^']*$")
_POINT = re.compile(r"^'?\d+\.\d+$")
_WHOLE = re.compile(r"^'?\d+\.0+$")
_SCIENTIFIC = r"(?i)^\d(?:[.,]\d+)?E\+\d{2,}$"
_DIGITS_KEPT = 1e15  # numbers from here on have more digits than a spreadsheet keeps
_EXACT = 2.0**53  # up to here every whole number is a float


@dataclass(frozen=True, eq=False)
class Reading:
    """What a column's n cells were read as."""

    values: Any  # (n,), missing as NaN, NaT or None
    bad: Bools  # (n,) cells that hold something that could not be read
    note: str | None = None  # what was decided for the column, where that is worth saying
    swapped: Bools | None = None  # (n,) dates whose day and month a program has exchanged


def each(cells: Cells, read: Callable[[Any], Any]) -> list[Any]:
    """`read` of every cell, called once for each distinct value."""
    if isinstance(cells, Column):
        known = [*map(read, cells.values), read(None)]
        return [known[code] for code in cells.codes.tolist()]
    found = {cell: read(cell) for cell in dict.fromkeys(cells)}
    return [found[cell] for cell in cells]


def array_of(cells: Cells, read: Callable[[Any], Any], dtype: Any) -> np.ndarray:
    """`read` of every cell as an array (n,), called once for each distinct value."""
    column = Column.of(cells)
    return column.spread([read(v) for v in column.values], read(None), dtype)


def distinct(cells: Cells) -> list[Any]:
    """The distinct filled cells."""
    return Column.of(cells).values


def blank(cell: Any) -> bool:
    """True for an empty cell, the signs people put into one, and a formula that gave nothing."""
    return left_empty(cell) or failed(cell)


def left_empty(cell: Any) -> bool:
    """True for an empty cell and the signs people put into one: there is nothing to be read."""
    if isinstance(cell, str):
        return cell.lower() in BLANK or cell == UNCALCULATED
    return cell is None


def failed(cell: Any) -> bool:
    """True for what stands where a formula has failed: "#REF!", "#BEZUG!", "#DIV/0!"."""
    return isinstance(cell, str) and cell[:1] in "#Ee" and _FAILED.match(cell) is not None


def too_narrow(cell: Any) -> bool:
    """True for "######", which was copied or printed instead of the figure."""
    return isinstance(cell, str) and _TOO_NARROW.match(cell) is not None


def read_numbers(cells: Cells, decimal: str | None = None) -> Reading:
    """Numbers as float64: symbols, thousands, decimal commas, parentheses and k/m understood.

    decimal: the mark that counts where the cells leave open which it is.
    """
    column = Column.of(cells)
    if column.numbers is not None:
        return Reading(column.numbers, np.zeros(len(column), dtype=bool))
    if column.different <= _FEW or column.text is None:
        found, empty = _numbers_one_by_one(column.values, decimal)
    else:
        found, empty = _numbers_of_text(column.text, decimal)
    values = column.spread(found, np.nan, float)
    return Reading(values, column.spread(np.isnan(found) & ~empty, False, bool))


def _numbers_one_by_one(values: Sequence[Any], decimal: str | None) -> tuple[Floats, Bools]:
    """(numbers, which cells say that there is none) of distinct cells."""
    matches = [_MONEY.match(v) if isinstance(v, str) else None for v in values]
    return _numbers_matched(values, matches, _decimal_mark(_bodies(matches), decimal))


def _numbers_matched(
    values: Sequence[Any], matches: Sequence[re.Match[str] | None], mark: str
) -> tuple[Floats, Bools]:
    """The same where `mark` is known to be the decimal mark. matches: of _MONEY, one a cell."""
    numbers = [_number(v, m, mark) for v, m in zip(values, matches, strict=True)]
    return np.array(numbers, dtype=float), np.array([left_empty(v) for v in values], dtype=bool)


def _bodies(matches: Iterable[re.Match[str] | None]) -> list[str]:
    """The digits and marks of the amounts among the matches of _MONEY."""
    return [match["body"].strip() for match in matches if match]


def _numbers_of_text(text: pa.StringArray, decimal: str | None) -> tuple[Floats, Bools]:
    """(numbers, which cells say that there is none) of distinct texts, the plain ones at once."""
    mark = _decimal_mark(_telling_bodies(text), decimal)
    plain = pc.match_substring_regex(text, _PLAIN[mark])
    taken = plain.to_numpy(zero_copy_only=False)
    numbers = np.full(len(text), np.nan)
    numbers[taken] = _plain_numbers(text.filter(plain), mark)
    others = text.filter(pc.invert(plain)).to_pylist()
    said_none = np.zeros(len(text), dtype=bool)
    numbers[~taken], said_none[~taken] = _numbers_matched(
        others, list(map(_MONEY.match, others)), mark
    )
    return numbers, said_none


def _telling_bodies(text: pa.StringArray) -> list[str]:
    """Digits and marks of the texts that tell the decimal mark; "0.5" for all like "12.5"."""
    whole = pc.match_substring_regex(text, r"^[-+]?\d+$").to_numpy(zero_copy_only=False)
    rest = text.filter(pa.array(~whole))
    if not len(rest):
        return []
    simple = pc.match_substring_regex(rest, r"^[-+]?\d+\.\d+$")
    grouped = pc.match_substring_regex(rest, r"^[-+]?\d{1,3}\.\d{3}$")
    telling = rest.filter(pc.or_(pc.invert(simple), grouped))
    bodies = _bodies(map(_MONEY.match, telling.to_pylist()))
    if pc.any(pc.and_not(simple, grouped)).as_py():  # it can only be a decimal point
        bodies.append("0.5")
    return bodies


def _plain_numbers(text: pa.StringArray, mark: str) -> Floats:
    """Texts of one of the forms in _PLAIN as numbers."""
    bare = pc.replace_substring(text, "," if mark == "." else ".", "")
    pointed = pc.utf8_ltrim(pc.replace_substring(bare, ",", "."), "+")
    numbers: Floats = pc.cast(pointed, pa.float64()).to_numpy()
    return numbers


def comma_may_be_decimal(cells: Cells, decimal: str | None = None) -> bool:
    """True where each amount has three digits after its only comma: thousands, or decimals."""
    column = Column.of(cells)
    if column.numbers is not None or decimal is not None:
        return False
    bodies = _bodies(_MONEY.match(v) for v in column.values if isinstance(v, str))
    told = [body for body in bodies if body.strip("0,")]
    parted = [_THOUSANDS[","].match(body) is not None and body.count(",") == 1 for body in told]
    return len(told) >= _ENOUGH_COMMAS and all(parted)


def currency_of(cells: Cells) -> str | None:
    """The currency most cells show by symbol or code, None when they show none."""
    if not shows_more(cells):
        return None
    seen = Counter(code for cell in distinct(cells)[:_JUDGED] if (code := sign_of(cell)))
    if seen:
        return seen.most_common(1)[0][0]
    return None


def shows_more(cells: Cells) -> bool:
    """Whether any cell holds more than figures and the marks between them; quick for many rows."""
    column = Column.of(cells)
    if column.numbers is not None:
        return False
    if column.text is None:
        return True
    return bool(pc.any(pc.match_substring_regex(column.text, r"[^\d\s.,'+()-]")).as_py())


def sign_of(cell: Any) -> str | None:
    """The currency that one amount shows by its symbol or code, None where it shows none."""
    match = _MONEY.match(cell) if isinstance(cell, str) else None
    if match is None:
        return None
    sign = (match["before"] or match["after"] or "").upper()
    return sign if sign in CODES else _CURRENCY.get(sign)


def _decimal_mark(bodies: Sequence[str], preferred: str | None) -> str:
    """Which of "." and "," is the decimal mark of the column with these amounts."""
    for body in bodies:
        if "," in body and "." in body:
            if body.rfind(",") > body.rfind("."):
                return ","
            return "."
    commas = [b for b in bodies if "," in b]
    if commas:
        if preferred != "," and all(_THOUSANDS[","].match(b) for b in commas):
            return "."
        return ","
    dots = [b for b in bodies if "." in b]
    grouped = bool(dots) and all(_THOUSANDS["."].match(b) for b in dots)
    if grouped and (preferred == "," or any(b.count(".") > 1 for b in dots)):
        return ","
    return "."


def _number(cell: Any, match: re.Match[str] | None, mark: str) -> float:
    if isinstance(cell, int | float):
        return float(cell)
    if match is None and isinstance(cell, str) and _NOTHING.match(cell):
        return 0.0
    if match is None or not _known_sign(match["before"]) or not _known_sign(match["after"]):
        return np.nan
    body = match["body"].strip()
    if not _WELL_FORMED[mark].match(body):
        return np.nan
    value = float(_GROUPING[mark].sub("", body).replace(",", "."))
    unit = _UNITS.get((match["unit"] or "").lower(), 1.0)
    return _sign(match) * value * unit


def _sign(match: re.Match[str]) -> float:
    """-1 for a minus before or behind the amount, or brackets around it; 1 for both or none."""
    signs = (match["sign"] or "") + (match["sign2"] or "") + (match["trail"] or "")
    if (match["open"] is not None) != ("-" in signs or "−" in signs):
        return -1.0
    return 1.0


def _known_sign(sign: str | None) -> bool:
    """True for the sign or code of a currency, and where there is none."""
    if sign is None:
        return True
    return sign.upper() in _CURRENCY or sign.upper() in CODES or sign.lower().startswith("kr")


def read_ids(cells: Cells) -> Reading:
    """Ids as a column of text.

    Leading zeros stay, 42.0 becomes 42, Excel's apostrophe before a number goes. bad: ids whose
    last digits a spreadsheet had already dropped, so that several customers may share what is left.
    """
    column = Column.of(cells)
    read = read_texts(column)
    bare = read.values
    if bare.text is not None and pc.any(pc.match_substring_regex(bare.text, _NOT_AS_IT_IS)).as_py():
        points = [v for v in bare.values if _POINT.match(v)]
        whole = all(_WHOLE.match(v) for v in points)  # "1.0" beside "1.1" is no whole number
        bare = bare.recoded([_bare_id(v, whole) for v in bare.values])
    return Reading(bare, _lost(column))


def _bare_id(text: str, whole: bool) -> str:
    bare = text.removeprefix("'") if _APOSTROPHE.match(text) else text
    if whole and _WHOLE.match(bare):
        return bare.split(".")[0]
    return bare


def _lost(column: Column) -> Bools:
    """Which ids have lost digits (n,).

    9.00720E+18 as text, or numbers of more digits than a spreadsheet keeps.
    """
    if column.text is not None:
        cut = pc.match_substring_regex(column.text, _SCIENTIFIC).to_numpy(zero_copy_only=False)
        return column.spread(cut, False, bool)
    if column.numbers is not None:
        return _cut(column.numbers)
    numbers = [v if isinstance(v, int | float) else np.nan for v in column.values]
    words = [isinstance(v, str) and re.match(_SCIENTIFIC, v) is not None for v in column.values]
    lost = _cut(np.array(numbers, dtype=float)) | np.array(words, dtype=bool)
    return column.spread(lost, False, bool)


def _cut(numbers: Floats) -> Bools:
    """Which numbers may have lost their last digits (n,).

    Of 16 digits all are whole in a file that no spreadsheet program wrote: there some end in
    another digit than 0.
    """
    size = np.nan_to_num(np.abs(numbers))
    long = size >= _DIGITS_KEPT
    cut: Bools = size > _EXACT
    if (size[long] % 10 == 0).all():
        cut |= long
    return cut


def _id(cell: Any) -> str | None:
    if blank(cell):
        return None
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat()
    return str(cell)


def read_texts(cells: Cells) -> Reading:
    """Text as it stands, blank as None, 42.0 written 42."""
    column = Column.of(cells)
    nothing = np.zeros(len(column), dtype=bool)
    if column.text is not None:
        signs = pc.is_in(pc.utf8_lower(column.text), pa.array(sorted({*BLANK, UNCALCULATED})))
        signs = pc.or_(signs, pc.match_substring_regex(column.text, "^#|^[Ee]rr:"))
        if not pc.any(signs).as_py():
            return Reading(column, nothing)
    return Reading(column.recoded([_id(v) for v in column.values]), nothing)


def read_lists(cells: Cells) -> Reading:
    """Lists as text joined by ";": "R1, R2 / R3" becomes "R1;R2;R3"."""
    column = Column.of(cells)
    lists = column.recoded([_list(v) for v in column.values])
    return Reading(lists, np.zeros(len(column), dtype=bool))


def _list(cell: Any) -> str | None:
    text = _id(cell)
    if text is None:
        return None
    parts: Iterable[str] = re.split(r"[;,\n]|\s+(?:and|und|et|y)\s+", text)
    return ";".join(p.strip() for p in parts if p.strip()) or None


def share(flags: Floats | Bools | Sequence[bool]) -> float:
    """The share that is true; 0 of nothing."""
    if len(flags):
        return float(np.mean(np.asarray(flags, dtype=float)))
    return 0.0
