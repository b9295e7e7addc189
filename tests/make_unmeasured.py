"""A small company whose customer list does not say what customers pay twelve months on, and what
no output may state of it.
"""

from __future__ import annotations

import re

import make_uploads

_FIGURE = r"[£€$]?\d[\d.,]*"
_RESTS_ON_END = r"(?:NRR|GRR|[Rr]evenue retention|[Ee]xpansion|[Gg]rowth|[Gg]rown)"
_STATED = re.compile(
    rf"{_RESTS_ON_END}[^.;:|\n]{{0,40}}?[\s(]{_FIGURE}"
    rf"|{_FIGURE}\s?(?:%|[km]\b)?[^.;:|\n]{{0,20}}(?:growth|grown|of revenue kept and)"
    rf"|[£€$]{_FIGURE} ?[km]? gained"
    r"|[£€$]0 change|[+−±][£€$]0(?![\d.])"
)


def uploads() -> dict[str, bytes]:
    """The files as bytes: no revenue at the end, all else as the company of the pages has it."""
    files = make_uploads.files()
    listed = make_uploads.customers().drop(columns="Revenue end")
    return {**files, "customers.csv": make_uploads.as_csv(listed)}


def stated(text: str) -> list[str]:
    """What the text states of GRR, NRR, growth or expansion as a figure."""
    plain = re.sub("[\u00a0\u202f\u2060]", " ", text)
    return [found.group() for found in _STATED.finditer(plain)]
