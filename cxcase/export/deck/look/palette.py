"""Our colours as the theme's: a slide refers to the theme, so that another theme recolours it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pptx.oxml.ns import qn

INK = "1B2A3A"
MUTED = "5F6B78"
GRID = "E4E8EC"
GROUND = "FFFFFF"
EX = "7A5CA8"
CX = "2F6DB5"
RX = "1A7A62"
STAKE = "A86500"
LOSS = "BF3F27"
GREY = "9AA7B4"
STAKE_LIGHT = "DDBD8C"  # customers who did not answer
CX_LIGHT = "B9D0EA"
RX_LIGHT = "A9D0C5"
PANEL = "F4F6F8"
BAND = "EDEFF2"
BAND_LIGHT = "F6F7F9"

# what our own theme calls them
THEME = {
    "dk1": INK,
    "lt1": GROUND,
    "dk2": MUTED,
    "lt2": GRID,
    "accent1": CX,
    "accent2": RX,
    "accent3": EX,
    "accent4": STAKE,
    "accent5": LOSS,
    "accent6": GREY,
    "hlink": CX,
    "folHlink": EX,
}


@dataclass(frozen=True)
class Hue:
    """A colour: the theme's by its name, changed by `mods` (thousandths of a percent); or, without
    a name, six hexadecimal digits.
    """

    rgb: str
    scheme: str = ""
    mods: tuple[tuple[str, int], ...] = ()

    def element(self) -> Any:
        """The colour as the file writes it."""
        if not self.scheme:
            found = etree.Element(qn("a:srgbClr"))
            found.set("val", self.rgb)
            return found
        found = etree.Element(qn("a:schemeClr"))
        found.set("val", self.scheme)
        for name, value in self.mods:
            etree.SubElement(found, qn(f"a:{name}")).set("val", str(value))
        return found


def _lighter(rgb: str, scheme: str, by: int, colourful: int = 100) -> Hue:
    """The theme's colour, so many percent nearer to white; `colourful`: percent of its own."""
    mods = (("satMod", colourful * 1000), ("lumMod", 100_000 - by * 1000), ("lumOff", by * 1000))
    return Hue(rgb, scheme, mods[1:] if colourful == 100 else mods)


_OURS = {
    INK: Hue(INK, "tx1"),
    MUTED: Hue(MUTED, "tx2"),
    GRID: Hue(GRID, "bg2"),
    GROUND: Hue(GROUND, "bg1"),
    CX: Hue(CX, "accent1"),
    RX: Hue(RX, "accent2"),
    EX: Hue(EX, "accent3"),
    STAKE: Hue(STAKE, "accent4"),
    LOSS: Hue(LOSS, "accent5"),
    GREY: Hue(GREY, "accent6"),
    STAKE_LIGHT: _lighter(STAKE_LIGHT, "accent4", 56, 55),
    CX_LIGHT: _lighter(CX_LIGHT, "accent1", 66, 90),
    RX_LIGHT: _lighter(RX_LIGHT, "accent2", 63, 46),
    PANEL: _lighter(PANEL, "bg2", 50),
    BAND: _lighter(BAND, "bg2", 30),
    BAND_LIGHT: _lighter(BAND_LIGHT, "bg2", 60),
}


class Palette:
    """Our colours, by their six digits, as a theme has them."""

    def __init__(self, hues: Mapping[str, Hue] = _OURS) -> None:
        self._hues = hues

    def hue(self, ours: str) -> Hue:
        """The colour that stands for one of ours."""
        return self._hues[ours]

    def element(self, ours: str) -> Any:
        """The colour that stands for one of ours, as the file writes it."""
        return self.hue(ours).element()

    def fill(self, fill: Any, ours: str) -> None:
        """Gives a fill (a shape's, a line's, a letter's) the colour that stands for one of ours."""
        fill.solid()
        self.write(fill._xPr.find(qn("a:solidFill")), ours)

    def write(self, solid: Any, ours: str) -> None:
        """The same, into the file's own element of a plain fill."""
        for child in list(solid):
            solid.remove(child)
        solid.append(self.element(ours))
