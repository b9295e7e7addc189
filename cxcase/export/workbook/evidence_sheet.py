"""The sheet "Evidence": the register with what counts of each row, and what each step rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cxcase.export.workbook.book import STAKE, Book, Sheet, here
from cxcase.report import evidence_register as said
from cxcase.report import format as fmt
from cxcase.report import words
from cxcase.report.result import Report

TEXT = "export.workbook.evidence."
_WIDTHS = (42, 30, 24, 26, 14, 12, 12, 12, 12, 16, 30, 60, 40)
_EFFECT = 5  # the columns that the live formula reads and fills
_SHARE = 7


def write_evidence(book: Book, report: Report) -> None:
    """Every row of the register, then the steps; nothing where no evidence was brought in."""
    rows = said.register(report)
    if not rows:
        return
    sheet = book.sheet("Evidence", _WIDTHS, STAKE)
    sheet.title(words.say(TEXT + "title"), words.say(TEXT + "lead"), 9)
    sheet.heads(3, list(words.section(TEXT + "heads").values()))
    for row, one in enumerate(rows, 4):
        _registered(sheet, row, one)
    _steps(sheet, said.bases(report), len(rows) + 6)
    sheet.raw.freeze_panes(4, 1)


def _registered(sheet: Sheet, row: int, one: Any) -> None:
    """One row: as printed, what is counted of it as a formula of effect and share, and why."""
    study = said.as_used(one)
    texts = (study.source, said.kind_of(study), said.who_of(study), one.about, study.unit)
    for column, text in enumerate(texts):
        sheet.text(row, column, text, "wrap")
    sheet.numbers(row, _EFFECT, (study.effect, study.se), "num3 top")
    _counted(sheet, row, study)
    sheet.text(row, 9, said.speaks_for(one), "wrap")
    sheet.text(row, 10, said.use_of(study), "wrap")
    sheet.text(row, 11, said.why_so(study), "wrap")
    sheet.text(row, 12, study.link, "wrap")


def _counted(sheet: Sheet, row: int, study: Any) -> None:
    """The share, and what is left: a formula, so that another share can be tried."""
    if said.counted(study) == fmt.NONE or study.discounted is None:
        sheet.numbers(row, _SHARE, (None, None), "num3 top")
        return
    sheet.number(row, _SHARE, study.share, "pct0 input")
    effect = f"{here(row, _EFFECT)}*{here(row, _SHARE)}"
    sheet.formula(row, _SHARE + 1, effect, "num3 top", study.discounted)


def _steps(sheet: Sheet, found: Sequence[said.Basis], row: int) -> None:
    """Per step: the list's claim, the studies together, what is used, and both NPVs."""
    sheet.section(row, words.say(TEXT + "steps"), len(_WIDTHS))
    sheet.heads(row + 1, list(words.section(TEXT + "step_heads").values()))
    for at, basis in enumerate(found, row + 2):
        _step(sheet, at, basis)


def _step(sheet: Sheet, row: int, basis: said.Basis) -> None:
    lift = basis.found
    sheet.text(row, 0, f"{basis.id} · {basis.title}", "wrap")
    sheet.text(row, 1, words.say(TEXT + ("by_list" if basis.by_list else "by_evidence")), "wrap")
    sheet.text(row, 2, words.say(TEXT + "conflict") if lift.conflict else "", "review top")
    sheet.text(row, 3, basis.grade or fmt.NONE, "top")
    sheet.numbers(row, 4, (lift.claim[1],), "num3 top")
    pooled = lift.pooled
    ends = (pooled.mean, pooled.low, pooled.high) if pooled else (None, None, None)
    sheet.numbers(row, 5, ends, "num3 top")
    sheet.numbers(row, 8, (lift.used[1],), "num3 top")
    npv = basis.npv.mean if basis.npv else None
    other = basis.npv_otherwise.mean if basis.npv_otherwise else None
    sheet.numbers(row, 9, (npv, other), "money top")
