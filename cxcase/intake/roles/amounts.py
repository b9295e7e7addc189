"""What headings and titles say of amounts: their currency, and thousands or millions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cxcase.checks import Finding
from cxcase.intake.schema import COMMA_OPEN, PERIOD, TITLE_TIMES, TOLD_UNTIL, UNIT_OPEN, YEAR, Role
from cxcase.intake.tables.find_table import Table
from cxcase.intake.tables.row_filter import Typed
from cxcase.intake.values.cells import CODES, comma_may_be_decimal, currency_of
from cxcase.intake.values.column import Column
from cxcase.intake.vocabulary.headings import fields_of
from cxcase.intake.vocabulary.money_headings import money_heading, says_no_time

_SIGN = re.compile(r"US\$|[£€$¥₹￥円]")
_CODE = re.compile(r"(?<![A-Z])[kKTM]?(" + "|".join(sorted(CODES)) + r")(?![A-Za-z])")
_NAMED = r"(?:EUR|GBP|USD|CHF|SEK|NOK|DKK|PLN|CAD|AUD|CZK|HUF|BRL)"
_THOUSANDS = re.compile(
    r"(?:US\$|[£€$¥₹])\s?[kK]\b|\b[kKT]\s?[£€$¥₹]|[(\[]\s*k\s*[)\]]"
    rf"|\b[kKT]\s?{_NAMED}\b|\b{_NAMED}\s?[kt]\b|\b[kt]kr\b"
    r"|(?<![\d.,])['’]?000s?\b|(?:[x×*]|\bin|[£€$]|\b(?:EUR|GBP|USD|CHF))\s?1[.,' ]?000\b"
    r"|\b(?:thousands?|ths|thsd|tsd|tausend|milliers|migliaia|duizend(?:en)?|dzd|tys|tis|en miles"
    r"|miles (?:de )?(?:€|eur|euros?|usd|d[óo]lares|pesos)|mil (?:€|euros?|reais|r\$))\b"
    r"|\bmiles (?:de )?[€$]|[(\[]miles[)\]]|(?<![\w.,/])k(?!\w)|千円",
    re.IGNORECASE,
)
_MILLIONS = re.compile(
    r"(?:US\$|[£€$¥₹])\s?[mM]{1,2}\b|\b[mM]\s?[£€$¥₹]|\bmkr\b"
    rf"|\b[mM]\s?{_NAMED}\b|\b{_NAMED}\s?[mM]\b"
    r"|\b(?:millions?|millionen|mio|mln|mn|milioni|millones|miljoen|milh[õo]es)\b|百万円",
    re.IGNORECASE,
)
_INDIAN = (
    (1e7, re.compile(r"\bcrores?\b", re.IGNORECASE)),
    (1e5, re.compile(r"\b(?:lakhs?|lacs?)\b", re.IGNORECASE)),
)
_BILLIONS = re.compile(
    r"(?:US\$|[£€$¥₹])\s?bn\b|\b(?:bn|billions?|mrd|milliarden?|miljard|miliardi)\b", re.IGNORECASE
)
_OWN_UNIT = re.compile(
    r"\d\s*(k|m|mio\.?|tsd\.?)\s*(?:[£€$¥₹]|[A-Z]{3})?(?:$|[\s/+–-])", re.IGNORECASE
)
_LISTS: tuple[Role, ...] = ("customers", "customer_facts")  # whose revenue is a year's
_OF_REVENUE: tuple[Role, ...] = (*_LISTS, "subscriptions", "revenue_periods")
_OF_POINTS = ("GBP", "USD", "AUD", "CAD", "JPY", "INR")  # their countries write decimal points
# middling amounts from which "in thousands" is doubtful, the second where cells name a currency
_FULL = 100_000.0
_FULL_SIGNED = 1000.0
_JUDGED = 2000  # different cells in which a unit of their own is looked for
# role -> field -> its typed column, where the names differ
_TYPED_AS: Mapping[str, Mapping[str, str]] = {
    "customer_facts": {"mrr": "revenue_start"},
    "subscriptions": {"arr": "annual", "mrr": "annual", "amount": "annual"},
}


def in_full(
    typed: Typed, table: Table, role: Role, columns: Mapping[str, str]
) -> tuple[Typed, list[Finding]]:
    """(the typed rows with amounts in full, in the currency that headings name where no cell does;
    what to say).

    What a title says is only noted: it is decided with all tables at hand.
    """
    money = {name: heading for name, heading in columns.items() if _is_money(role, name)}
    if typed.currency is None and "currency" not in typed.columns:
        typed = replace(typed, currency=_currency_in_headings(table, money))
    if role == "recommendations":
        return _of_steps(typed, table, money)
    factors = _factors(typed, table, role, money)
    typed = replace(typed, in_title=_in_title(table, money, factors))
    typed, findings = _by_heading(typed, role, money)
    typed = _with_open_commas(typed, table, role, money)
    typed, of_title = _by_title(typed, table, role, money)
    findings += of_title
    if any(len(each) > 1 for each in factors.values()):
        findings.append(_of_headings("money_scale_unclear", money))
    scaled = {target: factor for target, (factor, *more) in factors.items() if not more}
    scaled = {target: factor for target, factor in scaled.items() if factor != 1.0}
    if not scaled:
        return typed, findings
    findings.append(_of_headings("money_in_thousands", money))
    if role in _LISTS and len({*scaled.values()}) == 1 and _looks_full(typed, table, money):
        rows = len(typed.columns["customer_id"])
        factor = next(iter(scaled.values()))
        typed = replace(typed, columns=typed.columns | {UNIT_OPEN: np.full(rows, factor)})
    full = {
        name: np.asarray(typed.columns[name], dtype=float) * factor
        for name, factor in scaled.items()
    }
    return replace(typed, columns=typed.columns | full), findings


def _looks_full(typed: Typed, table: Table, money: Mapping[str, str]) -> bool:
    """True where the cells below headings in thousands or millions are amounts of thousands with a
    currency of their own, "£45,000", or larger than any customer's would be.
    """
    for name, heading in money.items():
        if name not in typed.columns or in_heading(heading) == 1.0:
            continue
        amounts = np.asarray(typed.columns[name], dtype=float)
        amounts = amounts[amounts > 0]
        middle = float(np.median(amounts)) if len(amounts) else 0.0
        cells = [v for v in table.column(heading).values[:_JUDGED] if isinstance(v, str)]
        signed = sum(currency_named(cell) is not None for cell in cells)
        if middle >= _FULL or (middle >= _FULL_SIGNED and signed > len(cells) / 2):
            return True
    return False


def _of_steps(typed: Typed, table: Table, money: Mapping[str, str]) -> tuple[Typed, list[Finding]]:
    """The same for costs, which are read cell by cell with what their headings say."""
    costs = [name for name in money if name in typed.columns]
    if any(in_heading(heading) != 1.0 for heading in money.values()):
        return typed, [_of_headings("money_in_thousands", money)]
    in_title = _in_title(table, money, dict.fromkeys(costs, (1.0,)))
    return replace(typed, in_title=in_title), []


def _by_heading(typed: Typed, role: Role, money: Mapping[str, str]) -> tuple[Typed, list[Finding]]:
    """(the amounts in whole units and a year's, as their headings say; what to say)."""
    said = {name: found for name, h in money.items() if (found := money_heading(h)) is not None}
    cents = {name: 0.01 for name, found in said.items() if found.hundredths}
    yearly = {
        name: found.times_a_year
        for name, found in said.items()
        if role in _LISTS and name != "mrr" and found.times_a_year != 1
    }
    findings = []
    if cents:
        columns = [money[name] for name in cents]
        findings.append(Finding("review", "money_in_hundredths", "data", {"columns": columns}))
    for times in dict.fromkeys(yearly.values()):
        columns = [money[name] for name, each in yearly.items() if each == times]
        params = {"columns": columns, "times": times}
        findings.append(Finding("review", "money_brought_to_a_year", "data", params))
    targets: dict[str, set[float]] = {}
    for name in money:
        if name == "mrr" and "revenue_start" in money:
            continue  # it only fills what the yearly amounts leave blank
        factor = cents.get(name, 1.0) * yearly.get(name, 1.0)
        targets.setdefault(_typed_as(role, name), set()).add(factor)
    if any(len(each) > 1 for each in targets.values()):
        findings.append(_of_headings("money_scale_unclear", money))
    full = {
        name: np.asarray(typed.columns[name], dtype=float) * factor
        for name, (factor, *more) in targets.items()
        if name in typed.columns and not more and factor != 1
    }
    return replace(typed, columns=typed.columns | full), findings


def _with_open_commas(typed: Typed, table: Table, role: Role, money: Mapping[str, str]) -> Typed:
    """The rows, marked where amounts in thousands may have a decimal comma and where neither other
    amounts nor a currency of English tell that it parts thousands.
    """
    if role not in _OF_REVENUE or not money or typed.currency in _OF_POINTS:
        return typed
    if not all(in_heading(heading) != 1.0 for heading in money.values()):
        return typed
    cells = [table.column(heading) for heading in money.values()]
    if not all(comma_may_be_decimal(column, table.decimal) for column in cells):
        return typed
    rows = len(typed.columns["customer_id"])
    return replace(typed, columns=typed.columns | {COMMA_OPEN: np.ones(rows, dtype=bool)})


def _by_title(
    typed: Typed, table: Table, role: Role, money: Mapping[str, str]
) -> tuple[Typed, list[Finding]]:
    """(the amounts of a list brought to a year where only a title says of what time they are; what
    to say). Where it may be of something else, what would bring them to a year is kept to be asked.
    """
    time = table.time
    if role not in _LISTS or not money:
        return typed, []
    if time is None and table.until is not None:
        day = np.datetime64(table.until.day, "us")
        rows = len(typed.columns["customer_id"])
        return replace(typed, columns=typed.columns | {TOLD_UNTIL: np.full(rows, day)}), []
    if time is None:
        return typed, []
    silent = [n for n, h in money.items() if n in typed.columns and n != "mrr" and says_no_time(h)]
    yearly = [name for name in silent if _names_a_year(money[name])]
    if time.part:  # what a heading says of its year counts
        silent = [name for name in silent if name not in yearly]
    if not silent:
        return typed, []
    several = time.part and len(silent) > 1
    if not time.sure or time.times is None or yearly or several:
        times = np.nan if time.times is None else time.times
        kept = {TITLE_TIMES: np.full(len(typed.columns[silent[0]]), times)}
        return replace(typed, columns=typed.columns | kept), []
    full = {n: np.asarray(typed.columns[n], dtype=float) * time.times for n in silent}
    params = {"columns": [money[name] for name in silent], "times": time.times}
    said = Finding("review", "money_of_title_brought_to_a_year", "data", params)
    return replace(typed, columns=typed.columns | full), [said]


def _names_a_year(heading: str) -> bool:
    said = money_heading(heading)
    return said is not None and said.year is not None


def _typed_as(role: Role, name: str) -> str:
    """The typed column that the amounts of a field stand in."""
    if name.startswith(PERIOD):
        return "amount"
    return _TYPED_AS.get(role, {}).get(name, name)


def _currency_in_headings(table: Table, money: Mapping[str, str]) -> str | None:
    """The currency that headings of money name, else the title; None where there are several."""
    named = {currency_named(heading) for heading in money.values()} - {None}
    named = named or {currency_named(table.unit.said or "")} - {None}
    if len(named) == 1:
        return named.pop()
    return None


def _factors(
    typed: Typed, table: Table, role: Role, money: Mapping[str, str]
) -> dict[str, tuple[float, ...]]:
    """Typed column of amounts -> what the headings it is made from multiply it by, each once."""
    found: dict[str, set[float]] = {}
    for name, heading in money.items():
        target = _typed_as(role, name)
        if target in typed.columns:
            found.setdefault(target, set()).add(_factor(heading, table.column(heading)))
    return {target: tuple(factors) for target, factors in found.items()}


def _in_title(
    table: Table, money: Mapping[str, str], factors: Mapping[str, tuple[float, ...]]
) -> dict[str, float]:
    """Typed column -> the title's factor, where neither a heading nor a cell says of any amount
    what it is in.
    """
    if table.unit.factor == 1.0 or any(each != (1.0,) for each in factors.values()):
        return {}
    if any(_own_units(table.column(heading).values) for heading in money.values()):
        return {}
    return dict.fromkeys(factors, table.unit.factor)


def _of_headings(code: str, money: Mapping[str, str]) -> Finding:
    """A finding about the headings that say thousands or millions."""
    columns = [heading for heading in money.values() if in_heading(heading) != 1.0]
    return Finding("review", code, "data", {"columns": columns})


def _is_money(role: Role, name: str) -> bool:
    if name.startswith((PERIOD, YEAR)):
        return True
    one = fields_of(role).get(name)
    return one is not None and one.kind in ("money", "cost")


def currency_named(heading: str) -> str | None:
    """The currency that a heading names by sign or code, None when it names none."""
    if sign := _SIGN.search(heading):
        return currency_of((f"{sign[0]}1", f"1{sign[0]}"))
    code = _CODE.search(heading)
    if code:
        return code[1]
    return None


def _factor(heading: str, cells: Column) -> float:
    """What the heading says amounts are in, 1 where the cells do so themselves ("12k")."""
    times = in_heading(heading)
    if times > 1 and _own_units(cells.values):
        return 1.0
    return times


def in_heading(heading: str) -> float:
    """What a heading says its amounts are in: 1000, a million or a billion, else 1."""
    if _BILLIONS.search(heading):
        return 1e9
    if _MILLIONS.search(heading):
        return 1e6
    if _THOUSANDS.search(heading):
        return 1e3
    return next((times for times, unit in _INDIAN if unit.search(heading)), 1.0)


def _own_units(values: Sequence[Any]) -> bool:
    return any(isinstance(v, str) and _OWN_UNIT.search(v) for v in values[:_JUDGED])
