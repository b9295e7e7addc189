"""A sheet of questions for one department: filled in, it is read back as evidence."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import xlsxwriter

from cxcase.report import words
from cxcase.report.result import Report
from cxcase.report.rounded_view import to_ask

_WHEN = datetime(2020, 1, 1)  # the same bytes whenever it is made
_WIDTHS = (22, 20, 18, 18, 8, 44, 24, 10, 9, 9, 9, 26, 44)
_ASKED = ("person", "low", "likely", "high", "why")
_HEAD = 3  # the row of the headings


def make_question_sheet(report: Report, department: str) -> bytes | None:
    """An xlsx of one page with a line for each step the department has said nothing of; None where
    it has spoken of all.
    """
    views = to_ask(report, department)
    if not views:
        return None
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"created": _WHEN})
        sheet = book.add_worksheet(words.say("rounded.sheet.name"))
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        bold = book.add_format({"bold": True, "font_size": 14})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        asked = book.add_format({"bg_color": "#FFF7D6", "border": 1, "border_color": "#D9C87A"})
        lead = words.say("rounded.sheet.lead", company=report.company)
        sheet.write_string(0, 0, words.say("rounded.sheet.title", department=department), bold)
        sheet.merge_range(1, 0, 1, len(_WIDTHS) - 1, lead, plain)
        sheet.set_row(1, 48)
        heads = words.section("rounded.heads")
        for place, (name, width) in enumerate(zip(heads, _WIDTHS, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(_HEAD, place, heads[name], head)
        for line, view in enumerate(views, start=_HEAD + 1):
            cells = _cells(report, view.step, department)
            for place, name in enumerate(heads):
                value = cells.get(name)
                style = asked if name in _ASKED else plain
                if value is None:
                    sheet.write_blank(line, place, None, style)
                else:
                    sheet.write(line, place, value, style)
        sheet.freeze_panes(_HEAD + 1, 0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 1)
    return stream.getvalue()


def _cells(report: Report, step: Any, department: str) -> dict[str, Any]:
    """What stands on a line; what is asked is left out."""
    return {
        "source": words.say("rounded.sheet.source", department=department, id=step.id),
        "kind": words.say("rounded.sheet.kind"),
        "department": department,
        "step": step.id,
        "what": step.title,
        "moment_words": "; ".join(step.moments) or _score(report, step),
        "now": _today(report, step),
        "unit": _unit(report, step),
    }


def _score(report: Report, step: Any) -> str:
    """The score that a step without moments acts on."""
    return words.say(f"export.acts_on.{step.acts_on}", metric=words.metric(report.metric))


def _today(report: Report, step: Any) -> float | None:
    """Today's mean of the moment it acts on, where that is one."""
    for moment in report.moments.moments if report.moments else ():
        if (moment.name,) == step.moments and moment.performance.value is not None:
            return round(moment.performance.value, 2)
    return None


def _unit(report: Report, step: Any) -> str:
    """Points of the scale that the step acts on, with its ends."""
    link = report.link
    scales = {column.name: column.scale for column in report.case.moments}
    found = [scales[name] for name in step.moments if name in scales]
    if step.acts_on == "ease" and link is not None and link.scale is not None:
        found = [link.scale]
    if step.acts_on == "ex" and link is not None and link.ex_scale is not None:
        found = [link.ex_scale]
    if not found:
        return words.say("rounded.points")
    return words.say("rounded.points_of", low=found[0].low, high=found[0].high)
