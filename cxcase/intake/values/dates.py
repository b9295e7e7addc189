"""Dates in any common form; the order of day and month is settled once for the whole column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cxcase.estimate import Bools, Ints
from cxcase.intake.values.cells import Cells, Reading, left_empty
from cxcase.intake.values.column import Column

Days = NDArray[np.datetime64]
# four groups: hour, minute, second, am or pm
_CLOCK = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([ap]m)?"
_ISO = re.compile(
    rf"^(\d{{4}})[-/.](\d{{1,2}})(?:[-/.](\d{{1,2}}))?(?:[T ]+{_CLOCK}.*)?$",
    re.I,
)
_NUMERIC = re.compile(
    rf"^(\d{{1,2}})\s?([/.\-])\s?(\d{{1,2}})\s?\2\s?(\d{{2}}|\d{{4}})(?:,?\s+{_CLOCK}.*)?$",
    re.I,
)
_DAY_NAMED = re.compile(
    r"^(?:[^\W\d]+,?\s+)?(\d{1,2})(?:st|nd|rd|th|er|ère|º)?[.\-\s/]+(?:de\s+)?"
    r"([^\W\d]+)\.?[,\-\s/]+(?:de\s+)?(\d{2}|\d{4})\b"
)
_NAMED_DAY = re.compile(
    r"^(?:[^\W\d]+,?\s+)?([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b"
)
_NAMED_MONTH = re.compile(r"([^\W\d]{3,})\.?[\s\-/]+(\d{4})\b")
_YEAR_AND_MONTH = re.compile(r"\d{4}[-/.]\d{1,2}")
_QUARTER = re.compile(
    r"\b(?:q|t)\s?([1-4])[\s\-/]*(?:fy)?(\d{4})\b|\b(\d{4})[\s\-/]*(?:q|t)\s?([1-4])\b", re.I
)
_HALF = re.compile(r"\bh\s?([12])[\s\-/]*(\d{4})\b|\b(\d{4})[\s\-/]*h\s?([12])\b", re.I)
_COMPACT = re.compile(r"^((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$")
_SERIAL_TEXT = re.compile(r"^\d{5}(?:\.\d+)?$")
_JAPANESE = re.compile(
    r"^(\d{4})年(\d{1,2})月(?:(\d{1,2})日)?(?:\s*(\d{1,2}):(\d{2})(?::(\d{2}))?)?$"
)
_TIME = re.compile(rf"^,?\s+(?:at\s+|um\s+|à\s+)?{_CLOCK}", re.I)
_WEEKDAYS = (
    "mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday "
    "sat saturday sun sunday "
    "mo montag di dienstag mi mittwoch do donnerstag fr freitag sa samstag sonnabend so sonntag "
    "lun lundi mar mardi mer mercredi jeu jeudi ven vendredi sam samedi dim dimanche "
    "lunes martes mié mie miércoles miercoles jue jueves vie viernes sáb sab sábado sabado "
    "dom domingo "
    "lunedì martedì mercoledì giovedì gio venerdì sabato domenica "
    "ma maandag dinsdag wo woensdag donderdag vr vrijdag za zaterdag zo zondag 月 火 水 木 金 土 日"
)
_WEEKDAY = frozenset(_WEEKDAYS.split())
_BEFORE_DAY = re.compile(r"^([^\W\d]{2,10})\.?,?\s+(?=\d)")
_AFTER_DAY = re.compile(r"(?<=[\d日])\s*(?:,?\s*([^\W\d]{2,10})\.?|[(（]([^\W\d]{1,10})\.?[)）])$")
_MONTHS = (
    "jan januar january janvier enero ene",
    "feb februar february fév février fevrier febrero fév",
    "mar mär märz march mars marzo mrz",
    "apr april avr avril abril abr",
    "may mai mayo",
    "jun juni june juin junio",
    "jul juli july juil juillet julio",
    "aug august août aout agosto ago",
    "sep sept september septembre septiembre",
    "oct okt oktober october octobre octubre",
    "nov november novembre noviembre",
    "dec dez dezember december déc décembre decembre diciembre dic",
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
# what systems write where there is no day: the first and the last day that they know, or zeros
_NEVER = re.compile(
    r"^(?:0{8}|0{4}[-/.]00[-/.]00|00[-/.]00[-/.]0{4}|99991231|29991231"
    r"|(?:9999|2999|0001|1900|1899|1970)[-/.](?:12[-/.]31|01[-/.]01|12[-/.]30)"
    r"|(?:31[-/.]12|12[-/.]31)[-/.](?:9999|2999)"
    r"|(?:30[-/.]12|31[-/.]12|12[-/.]31|12[-/.]30)[-/.]1899"
    r"|1900[-/.]01[-/.]00|00?[-/.]0?1[-/.]1900|0?1[-/.]00?[-/.]1900"
    r"|0?1[-/.]0?1[-/.](?:0001|1900|1970))(?:[T ]+[\d:.]+Z?)?$"
)
_NEVER_DAYS = ((1, 1, 1), (1899, 12, 30), (1899, 12, 31), (1900, 1, 1), (1970, 1, 1))
_LAST_DAYS = (2999, 9999)  # years whose last day means the same
_EPOCH = dt.datetime(1899, 12, 30)
_SERIALS = (20_000, 80_000)  # Excel's day numbers from 1954 to 2119
_EARLIEST = 1900
_LATEST = 2100
_LONGEST = 200  # characters that a date may have, its zone written out
_MONTHS_A_YEAR = 12
_MIXED = 0.05  # share of dates that tell an order from which those of the other are no slips
_FEW_DATES = 3  # different cells of each kind before anything is said of them
_MANY = 20_000  # different cells from which on days and times of day are read apart


def read_dates(cells: Cells, order: str | None = None) -> Reading:
    """Dates as datetime64[us]; `note` "date_order_assumed" when no cell tells day from month.

    order: "dmy" or "mdy" where it is known.
    """
    column = Column.of(cells)
    rows = np.bincount(column.codes[column.codes >= 0], minlength=column.different)
    if column.text is not None and len(column.text) > _MANY:
        found, bad, assumed, swapped = _many_dates(column.text, order, rows)
    else:
        found, bad, assumed, swapped = _dates_one_by_one(column.values, order, rows)
        swapped = _swapped(column.values) if swapped is None else swapped
    return Reading(
        column.spread(found, np.datetime64("NaT"), "datetime64[us]"),
        column.spread(bad, False, bool),
        "date_order_assumed" if assumed else None,
        None if swapped is None else column.spread(swapped, False, bool),
    )


def never(cell: Any) -> bool:
    """True for what stands for no day at all: "31.12.9999", "01/01/1900", "0000-00-00"."""
    if isinstance(cell, dt.date):
        last = cell.year in _LAST_DAYS and (cell.month, cell.day) == (12, 31)
        return last or (cell.year, cell.month, cell.day) in _NEVER_DAYS
    return isinstance(cell, str) and _NEVER.match(cell.strip()) is not None


def _in_both_orders(numeric: Sequence[re.Match[str] | None], rows: Ints) -> bool:
    """True where some dates can only be day first and others only month first, in so many rows that
    these are no slips. numeric: (d,) matches of distinct cells; rows: (d,) that hold each.
    """
    shown = [_order_of(match) for match in numeric]
    if not {"dmy", "mdy"} <= set(shown):
        return False
    orders = np.array([order or "" for order in shown])
    told = [int(rows[orders == order].sum()) for order in ("dmy", "mdy")]
    return min(told) > 1 and min(told) >= _MIXED * sum(told)


def _order_of(match: re.Match[str] | None) -> str | None:
    """The only order that a date can have; None where it can have both, or tells its month."""
    if match is None:
        return None
    day_first = int(match[1]) > _MONTHS_A_YEAR
    month_first = int(match[3]) > _MONTHS_A_YEAR
    if day_first == month_first:
        return None
    return "dmy" if day_first else "mdy"


def _has_both_orders(match: re.Match[str] | None) -> bool:
    """True for a date that may be day first or month first."""
    if match is None or int(match[1]) == int(match[3]):
        return False
    return max(int(match[1]), int(match[3])) <= _MONTHS_A_YEAR


def _swapped(cells: Sequence[Any]) -> Bools | None:
    """Marks the dates among distinct cells whose day and month a program exchanged on opening the
    file; None where nothing speaks for that.

    It takes "03/04/2025" for the 4th of March where it can, and leaves "23/04/2025" as text: no
    real date lies after the 12th, and every text has a number above 12.
    """
    numeric = [m for c in cells if isinstance(c, str) and (m := _NUMERIC.match(c))]
    first = [int(match[1]) > _MONTHS_A_YEAR for match in numeric]
    second = [int(match[3]) > _MONTHS_A_YEAR for match in numeric]
    if len(numeric) < _FEW_DATES or not (all(first) or all(second)):
        return None
    days = [_real_day(c) for c in cells]
    real = np.array([day is not None for day in days], dtype=bool)
    if real.sum() < _FEW_DATES or any(day and day > _MONTHS_A_YEAR for day in days):
        return None
    return real


def _real_day(cell: Any) -> int | None:
    """The day of the month of a date that is one, or that a program wrote; None for other cells."""
    if isinstance(cell, dt.date):
        return cell.day
    match = _ISO.match(cell) if isinstance(cell, str) else None
    return int(match[3]) if match and match[3] else None


def exchanged(dates: Days) -> Days:
    """The dates (n,) with day and month exchanged; those that cannot be stay as they are."""
    moments, where = np.unique(dates.astype("datetime64[us]"), return_inverse=True)
    turned = [_exchanged(moment) for moment in moments.tolist()]
    found: Days = np.array(turned, dtype="datetime64[us]")[where.reshape(-1)]
    return found


def _exchanged(moment: dt.datetime | None) -> dt.datetime | None:
    if moment is None or moment.day > _MONTHS_A_YEAR:
        return moment
    return moment.replace(month=moment.day, day=moment.month)


def _dates_one_by_one(
    cells: Sequence[Any], order: str | None, rows: Ints
) -> tuple[Days, Bools, bool, Bools | None]:
    """(dates, unreadable, order assumed, those of both orders) of distinct cells. Where the cells
    hold both orders each is read by its own, and those that can have either are marked. rows: (d,)
    that hold each.
    """
    numeric = [_NUMERIC.match(_without_weekday(c)) if isinstance(c, str) else None for c in cells]
    settled, assumed = (order, False) if order else _order_shown(numeric)
    mixed = order is None and _in_both_orders(numeric, rows)
    orders = [(_order_of(m) or settled) if mixed else settled for m in numeric]
    days = [_day_or_never(v, own) for v, own in zip(cells, orders, strict=True)]
    found = np.array(days, dtype="datetime64[us]")
    bad = np.isnat(found) & ~np.array([left_empty(v) or never(v) for v in cells], dtype=bool)
    either = np.array([_has_both_orders(m) for m in numeric], dtype=bool) if mixed else None
    return found, bad, assumed, either


def _day_or_never(cell: Any, order: str) -> dt.datetime | None:
    return None if never(cell) else _date(cell, order)


def _many_dates(
    text: pa.StringArray, order: str | None, rows: Ints
) -> tuple[Days, Bools, bool, Bools | None]:
    """The same of many different moments, which have far fewer days and times of day, and which of
    them may be day first or month first where the column holds both. rows: (d,) that hold each.
    """
    parts = pc.extract_regex(text, r"^(?P<day>\d[\d./\-]{5,9})(?P<time>[T ]\d{1,2}:\d{2}.*)?$")
    split = pc.is_valid(parts).to_numpy(zero_copy_only=False)
    day = Column.of_text(pc.struct_field(parts, "day"))
    others = text.filter(pa.array(~split)).to_pylist()
    held = np.bincount(day.codes[split], weights=rows[split], minlength=day.different)
    both = [*day.values, *others]
    rows = np.concatenate([held, rows[~split]])
    dates, unread, assumed, either = _dates_one_by_one(both, order, rows)
    found = day.spread(dates[: day.different], None, "datetime64[us]")
    time = Column.of_text(pc.struct_field(parts, "time"))
    found += time.spread([_time_of_day(v) for v in time.values], dt.timedelta(0), "timedelta64[us]")
    found[~split] = dates[day.different :]
    bad = np.isnat(found) & ~day.spread([never(v) for v in day.values], False, bool)
    bad[~split] = unread[day.different :]
    if either is None:
        return found, bad, assumed, None
    swapped = day.spread(either[: day.different], False, bool)
    swapped[~split] = either[day.different :]
    return found, bad, assumed, swapped


def _time_of_day(text: str) -> dt.timedelta | None:
    whole = _date(f"2000-01-01 {text.lstrip('T ')}", "dmy")
    if whole is None:
        return None
    return whole - dt.datetime(2000, 1, 1)


def _order_shown(numeric: Sequence[re.Match[str] | None]) -> tuple[str, bool]:
    """The order by the dates that can only be one of them, and whether that had to be assumed."""
    day_first = month_first = ambiguous = dotted = 0
    for match in numeric:
        if match:
            day_first += int(match[1]) > 12
            month_first += int(match[3]) > 12
            ambiguous += int(match[1]) <= 12 and int(match[3]) <= 12 and match[1] != match[3]
            dotted += match[2] == "."
    if month_first > day_first:
        return "mdy", False
    return "dmy", bool(not day_first and ambiguous and not dotted)


def _date(cell: Any, order: str) -> dt.datetime | None:
    if isinstance(cell, dt.datetime):
        return cell.replace(tzinfo=None)
    if isinstance(cell, dt.date):
        return dt.datetime(cell.year, cell.month, cell.day)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if _SERIALS[0] <= cell <= _SERIALS[1]:
            return _EPOCH + dt.timedelta(days=float(cell))
        return None
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        return None
    try:
        return _written(_without_weekday(cell), order)
    except ValueError:
        return None


def _without_weekday(text: str) -> str:
    """A date such as "Di., 13.05.2025" or "2025-05-13 (Tue)" without the name of its weekday."""
    if text[:1].isdecimal() and text[-1:].isdecimal():
        return text
    match = _BEFORE_DAY.match(text)
    if match and match[1].lower() in _WEEKDAY and _NUMERIC.match(text[match.end() :]):
        return text[match.end() :]
    match = _AFTER_DAY.search(text)
    if match and (match[1] or match[2]).lower() in _WEEKDAY:
        return text[: match.start()]
    return text


def _written(text: str, order: str) -> dt.datetime | None:
    if match := _COMPACT.match(text):
        return _stamp(*match.group(1, 2, 3))
    if _SERIAL_TEXT.match(text):  # a day number that went through a text file
        return _date(float(text), order)
    if match := _ISO.match(text):
        stamp = _stamp(match[1], match[2], match[3] or "1", *match.group(4, 5, 6))
        return _afternoon(stamp, match[7])
    if match := _NUMERIC.match(text):
        day, month = (match[1], match[3]) if order == "dmy" else (match[3], match[1])
        return _afternoon(_stamp(match[4], month, day, *match.group(5, 6, 7)), match[8])
    if match := _JAPANESE.match(text):
        return _stamp(match[1], match[2], match[3] or "1", *match.group(4, 5, 6))
    if (match := _DAY_NAMED.match(text)) and (named := month_named(match[2])):
        return _timed(_stamp(match[3], str(named), match[1]), text[match.end() :])
    if (match := _NAMED_DAY.match(text)) and (named := month_named(match[1])):
        return _timed(_stamp(match[3], str(named), match[2]), text[match.end() :])
    return None


def _timed(day: dt.datetime, rest: str) -> dt.datetime:
    """The day at the time that follows it, where one does."""
    match = _TIME.match(rest)
    if match is None:
        return day
    stamp = day.replace(hour=int(match[1]), minute=int(match[2]), second=int(match[3] or 0))
    return _afternoon(stamp, match[4])


def _afternoon(stamp: dt.datetime, half: str | None) -> dt.datetime:
    """The moment on a clock of 24 hours. half: "am", "pm" or None."""
    if (half or "").lower() == "pm" and stamp.hour < 12:
        return stamp + dt.timedelta(hours=12)
    if (half or "").lower() == "am" and stamp.hour == 12:
        return stamp - dt.timedelta(hours=12)
    return stamp


def _stamp(
    year: str,
    month: str,
    day: str,
    hour: str | None = None,
    minute: str | None = None,
    second: str | None = None,
) -> dt.datetime:
    """The moment; a year of two digits lies in 1969 to 2068. Raises ValueError for no date."""
    whole = int(year)
    if len(year) != 4:
        whole += 2000 if whole < 69 else 1900
    if not _EARLIEST <= whole <= _LATEST:
        raise ValueError(year)
    return dt.datetime(
        whole, int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0)
    )


def period_end(label: Any) -> dt.datetime | None:
    """The last day that a wave's label names; None where it names none.

    A label is a date, a month ("Oct 2024", "2024-10"), a quarter, a half or a year.
    """
    text = str(label)
    exact = _date(label, "dmy")
    if exact and not (isinstance(label, str) and _YEAR_AND_MONTH.fullmatch(text)):
        return exact
    if len(text) > _LONGEST:
        return None
    if re.fullmatch(r"20\d{2}", text):
        return dt.datetime(int(text), 12, 31)
    if match := _QUARTER.search(text):
        return _month_end(int(match[2] or match[3]), 3 * int(match[1] or match[4]))
    if match := _HALF.search(text):
        return _month_end(int(match[2] or match[3]), 6 * int(match[1] or match[4]))
    for match in _NAMED_MONTH.finditer(text):
        if month := month_named(match[1]):
            return _month_end(int(match[2]), month)
    if match := re.search(r"\b(20\d{2})[-/.](0?[1-9]|1[0-2])\b", text):
        return _month_end(int(match[1]), int(match[2]))
    return None


def month_named(name: str) -> int | None:
    """The number (1 to 12) of the month that a word names in one of several languages, or None."""
    return _MONTH.get(name.lower())


def _month_end(year: int, month: int) -> dt.datetime:
    following = dt.datetime(year + month // 12, month % 12 + 1, 1)
    return following - dt.timedelta(days=1)
