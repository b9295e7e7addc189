"""Texts of the language in force, filled with values.

A translation is one folder beside `en`. Fields take the formats of `cxcase.report.format`:
{x:money} {x:int} {x:pct} {x:pct1} {x:points} {x:num2} {x:months} {x:date} {x:list}.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cxcase.report import format as fmt
from cxcase.report.language import all_texts as all_texts
from cxcase.report.language import has as has
from cxcase.report.language import section as section
from cxcase.report.language import template as template
from cxcase.report.reader_locale import shares_within
from cxcase.report.words.value_template import Template


class GivenOrDash(dict[str, Any]):
    """Parameters of which some may be unknown (a sheet, a column): those come out as a dash."""

    def __missing__(self, key: str) -> str:
        return fmt.NONE


def say(path: str, currency: str = "GBP", /, **params: Any) -> str:
    """The text at a dotted path with its fields filled. Raises KeyError for a missing text or
    field.
    """
    return filled(path, currency, params)


def filled(path: str, currency: str, params: Mapping[str, Any]) -> str:
    """As `say`, with the values of its fields in one mapping."""
    return Template(currency).vformat(shares_within(template(path)), (), params)
