"""The only prose: codes and their parameters become sentences here, from the files of one language
(`en/`).
"""

from __future__ import annotations

from collections.abc import Mapping

from cxcase.report.words.changes import change, changes_together
from cxcase.report.words.keys import key_candidate, matched_key
from cxcase.report.words.messages import (
    Answerable,
    Reason,
    Row,
    error,
    few,
    finding,
    findings,
    not_measured,
    reason,
    refused,
    step_names,
    suggestion,
    verdict,
)
from cxcase.report.words.names import (
    check,
    field,
    group_kind,
    group_name,
    margin,
    method,
    metric,
    metric_title,
    missing_field,
    moment_kind,
    part_of,
    variable,
)
from cxcase.report.words.open_question import AskedAs, asked_as, in_full, table_name
from cxcase.report.words.quotes import about_quote, band
from cxcase.report.words.register import Line, assumption, assumptions, label
from cxcase.report.words.texts import all_texts, has, say, section, template
from cxcase.report.words.value_template import Template


def glossary(code: str = "") -> Mapping[str, str]:
    """Every term with its meaning in a sentence, or just the one of a code (KeyError when there is
    none).
    """
    entries = section("glossary")
    asked = [entries[code]] if code else entries.values()
    return {entry["term"]: entry["text"] for entry in asked}


def shopping_list() -> str:
    """One page in Markdown: what to ask IT, HR and Finance for."""
    return template("shopping_list.text").strip() + "\n"


__all__ = [
    "Answerable",
    "AskedAs",
    "Line",
    "Reason",
    "Row",
    "Template",
    "about_quote",
    "all_texts",
    "asked_as",
    "assumption",
    "assumptions",
    "band",
    "change",
    "changes_together",
    "check",
    "error",
    "few",
    "field",
    "finding",
    "findings",
    "glossary",
    "group_kind",
    "group_name",
    "has",
    "in_full",
    "key_candidate",
    "label",
    "margin",
    "matched_key",
    "method",
    "metric",
    "metric_title",
    "missing_field",
    "moment_kind",
    "not_measured",
    "part_of",
    "reason",
    "refused",
    "say",
    "section",
    "shopping_list",
    "step_names",
    "suggestion",
    "table_name",
    "template",
    "variable",
    "verdict",
]
