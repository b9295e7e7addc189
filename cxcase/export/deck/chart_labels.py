"""Labels and whiskers that follow the values of the spreadsheet behind a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pptx.oxml.ns import qn
from pptx.util import Pt

from cxcase.export.deck.canvas import INK
from cxcase.export.deck.chart_frame import LETTERS
from cxcase.export.deck.look.palette import Palette
from cxcase.export.text import plain

_C15 = "http://schemas.microsoft.com/office/drawing/2012/chart"
_LABELS = "{CE6537A1-D6FC-4f65-9D91-7224C49458BB}"


@dataclass(frozen=True)
class Label:
    """How a bar's own value is written beside it: as which number, where, in which colour.

    `position`: outEnd, ctr, inEnd or inBase; `across` and `down`: how far from there, in shares of
    the chart's width and height; `fixed`: the words in its place where no single value says it.
    """

    number: str
    position: str = "outEnd"
    across: float = 0.0
    down: float = 0.0
    hue: str = INK
    fixed: str = ""


def bind_labels(palette: Palette, series: Any, labels: Sequence[Label | None]) -> None:
    """A label at each bar that shows the value in the spreadsheet, whatever it becomes; None: no
    label.
    """
    if not any(labels):
        return
    root = etree.Element(qn("c:dLbls"))
    for place, label in enumerate(labels):
        one = etree.SubElement(root, qn("c:dLbl"))
        etree.SubElement(one, qn("c:idx")).set("val", str(place))
        if label is None:
            etree.SubElement(one, qn("c:delete")).set("val", "1")
        else:
            _write(palette, one, label)
    _show(root, value=False)
    _no_lines_to_labels(root)
    before = ("c:trendline", "c:errBars", "c:cat", "c:val")
    found = (series._element.find(qn(tag)) for tag in before)
    next(element for element in found if element is not None).addprevious(root)


def _write(palette: Palette, one: Any, label: Label) -> None:
    """A label's place, its number's format, its letters."""
    if label.across or label.down:
        manual = etree.SubElement(etree.SubElement(one, qn("c:layout")), qn("c:manualLayout"))
        for name, share in (("x", label.across), ("y", label.down)):
            etree.SubElement(manual, qn(f"c:{name}")).set("val", f"{share:.4f}")
    if label.fixed:
        _write_words(one, label.fixed)
    number = etree.SubElement(one, qn("c:numFmt"))
    number.set("formatCode", label.number)
    number.set("sourceLinked", "0")
    shape = etree.SubElement(one, qn("c:spPr"))
    etree.SubElement(shape, qn("a:noFill"))
    etree.SubElement(etree.SubElement(shape, qn("a:ln")), qn("a:noFill"))
    text = etree.SubElement(one, qn("c:txPr"))
    # a figure stays on one line
    etree.SubElement(text, qn("a:bodyPr")).set("wrap", "none")
    etree.SubElement(text, qn("a:lstStyle"))
    properties = etree.SubElement(etree.SubElement(text, qn("a:p")), qn("a:pPr"))
    letters = etree.SubElement(properties, qn("a:defRPr"))
    letters.set("sz", str(LETTERS * 100))
    palette.write(etree.SubElement(letters, qn("a:solidFill")), label.hue)
    etree.SubElement(one, qn("c:dLblPos")).set("val", label.position)
    _show(one, value=True)


def _write_words(one: Any, text: str) -> None:
    """Words in place of the value."""
    rich = etree.SubElement(etree.SubElement(one, qn("c:tx")), qn("c:rich"))
    etree.SubElement(rich, qn("a:bodyPr")).set("wrap", "none")
    etree.SubElement(rich, qn("a:lstStyle"))
    run = etree.SubElement(etree.SubElement(rich, qn("a:p")), qn("a:r"))
    etree.SubElement(run, qn("a:t")).text = plain(text)


def _show(root: Any, *, value: bool) -> None:
    """Of all that a label could say only the value, or nothing."""
    for name in ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize"):
        shown = value and name == "Val"
        etree.SubElement(root, qn(f"c:show{name}")).set("val", str(int(shown)))


def _no_lines_to_labels(root: Any) -> None:
    """No line from a bar to a label that was moved: it would look like a whisker."""
    etree.SubElement(root, qn("c:showLeaderLines")).set("val", "0")
    one = etree.SubElement(etree.SubElement(root, qn("c:extLst")), qn("c:ext"))
    one.set("uri", _LABELS)
    etree.SubElement(one, f"{{{_C15}}}showLeaderLines", nsmap={"c15": _C15}).set("val", "0")


@dataclass(frozen=True)
class Whiskers:
    """Lengths of the whiskers above and below each bar's end, each with its column's number."""

    above: tuple[int, Sequence[float]]
    below: tuple[int, Sequence[float]]


def bind_whiskers(
    palette: Palette,
    series: Any,
    whiskers: Whiskers,
    hue: str = INK,
    width: float = 1.25,
    *,
    upright: bool = False,
) -> None:
    """Whiskers as long as the spreadsheet's columns say; width in points; upright: of points."""
    bars = etree.Element(qn("c:errBars"))
    if upright:
        etree.SubElement(bars, qn("c:errDir")).set("val", "y")
    for tag, value in (("errBarType", "both"), ("errValType", "cust"), ("noEndCap", "1")):
        etree.SubElement(bars, qn(f"c:{tag}")).set("val", value)
    _side(bars, "c:plus", *whiskers.above)
    _side(bars, "c:minus", *whiskers.below)
    line = etree.SubElement(etree.SubElement(bars, qn("c:spPr")), qn("a:ln"))
    line.set("w", str(Pt(width)))
    palette.write(etree.SubElement(line, qn("a:solidFill")), hue)
    series._element.find(qn("c:xVal" if upright else "c:cat")).addprevious(bars)


def _side(bars: Any, tag: str, column: int, lengths: Sequence[float]) -> None:
    """One side of the whiskers: a column of the spreadsheet, a length for each bar."""
    reference = etree.SubElement(etree.SubElement(bars, qn(tag)), qn("c:numRef"))
    letter = chr(ord("A") + column)
    etree.SubElement(reference, qn("c:f")).text = f"Sheet1!${letter}$2:${letter}${len(lengths) + 1}"
    cache = etree.SubElement(reference, qn("c:numCache"))
    etree.SubElement(cache, qn("c:formatCode")).text = "General"
    etree.SubElement(cache, qn("c:ptCount")).set("val", str(len(lengths)))
    for k, length in enumerate(lengths):
        point = etree.SubElement(cache, qn("c:pt"))
        point.set("idx", str(k))
        etree.SubElement(point, qn("c:v")).text = repr(float(length))
