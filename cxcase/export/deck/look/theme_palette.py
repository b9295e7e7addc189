"""Our colours in a company's theme: its own wherever they can be read on its ground."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn

from cxcase.export.deck.look import palette
from cxcase.export.deck.look.palette import Hue, Palette

READABLE = 4.5  # contrast that letters need
_DISTINCT = 60.0  # distance of two colours in red, green and blue that the eye keeps apart
# ours -> what their theme calls it, and our own colour on a dark ground
_ACCENTS = (
    (palette.CX, "accent1", "6FA8E8"),
    (palette.RX, "accent2", "4DBB9C"),
    (palette.EX, "accent3", "A98BD6"),
    (palette.STAKE, "accent4", "E5A93C"),
    (palette.LOSS, "accent5", "EE7B63"),
)
_SLOTS = ("dk1", "lt1", "dk2", "lt2", *(f"accent{k}" for k in range(1, 7)))


class ThemeColours:
    """A master's colours by the names slides use (tx1, bg1, accent1 …), and that of its ground."""

    def __init__(self, master: Any) -> None:
        part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
        root = etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False))
        slots = {slot: _rgb_of(root.find(f".//{qn(f'a:{slot}')}")) for slot in _SLOTS}
        mapped = master._element.find(qn("p:clrMap"))
        names = ("bg1", "tx1", "bg2", "tx2", *(f"accent{k}" for k in range(1, 7)))
        found = {name: slots.get(mapped.get(name, name)) for name in names}
        self.named: Mapping[str, str] = {name: rgb for name, rgb in found.items() if rgb}
        self.ground = _ground(master, self.named)
        fonts = (
            root.find(f".//{qn(f'a:{kind}Font')}/{qn('a:latin')}") for kind in ("major", "minor")
        )
        self.fonts = tuple("" if font is None else font.get("typeface", "") for font in fonts)

    def rgb(self, element: Any) -> str | None:
        """The six digits of a colour element, changes of its brightness left out."""
        return _resolved(element, self.named)


def _rgb_of(slot: Any) -> str | None:
    """The six digits in a slot of the theme."""
    if slot is None or not len(slot):
        return None
    value = slot[0].get("lastClr") or slot[0].get("val") or ""
    return value.upper() if re.fullmatch("[0-9A-Fa-f]{6}", value) else None


def _resolved(element: Any, named: Mapping[str, str]) -> str | None:
    if element.tag == qn("a:schemeClr"):
        return named.get(element.get("val", ""))
    if element.tag == qn("a:srgbClr"):
        return str(element.get("val", "")).upper() or None
    return _rgb_of([element]) if element.tag == qn("a:sysClr") else None


def _ground(master: Any, named: Mapping[str, str]) -> str:
    """What slides are filled with; the first stop of a gradient; else the theme's ground."""
    ground = master._element.find(f"{qn('p:cSld')}/{qn('p:bg')}")
    if ground is not None:
        for element in ground.iter(qn("a:schemeClr"), qn("a:srgbClr"), qn("a:sysClr")):
            found = _resolved(element, named)
            if found:
                return found
    return named.get("bg1", palette.GROUND)


def theme_palette(colours: ThemeColours) -> tuple[Palette, tuple[str, ...]]:
    """(palette, names of the theme's colours that cannot be read on its ground, or not told apart
    from one before, and so are ours).
    """
    ground = colours.ground
    ink = _ink(colours)
    light = luminance(ground) > luminance(ink.rgb)
    hues = {palette.INK: ink, palette.GROUND: _named(colours, ground)}
    hues[palette.MUTED] = _muted(colours, ink)
    shades = (
        *((palette.GRID, 0.16), (palette.PANEL, 0.05), (palette.BAND, 0.1)),
        *((palette.BAND_LIGHT, 0.05), (palette.GREY, 0.45)),
    )
    for ours, share in shades:
        hues[ours] = Hue(mixed(ground, ink.rgb, share))
    stand_ins = []
    for ours, name, on_dark in _ACCENTS:
        before = [hues[one].rgb for one, _, _ in _ACCENTS if one in hues]
        rgb = colours.named.get(name)
        if rgb and contrast(rgb, ground) >= READABLE and _apart(rgb, before):
            hues[ours] = Hue(rgb, name)
            continue
        stand_ins.append(name)
        own = ours if light else on_dark
        hues[ours] = Hue(own) if contrast(own, ground) >= READABLE else ink
    lighter = (
        (palette.STAKE_LIGHT, palette.STAKE),
        (palette.CX_LIGHT, palette.CX),
        (palette.RX_LIGHT, palette.RX),
    )
    for ours, full in lighter:
        hues[ours] = Hue(mixed(ground, hues[full].rgb, 0.4))
    return Palette(hues), tuple(stand_ins)


def _ink(colours: ThemeColours) -> Hue:
    """The theme's colour for text that can be read best on the ground."""
    names = [name for name in ("tx1", "tx2", "bg1", "bg2") if name in colours.named]
    readable = [name for name in names if _on_ground(colours, name) >= 7]
    if readable:
        return Hue(colours.named[readable[0]], readable[0])
    best = max(names, key=lambda name: _on_ground(colours, name), default=None)
    if best is not None and _on_ground(colours, best) >= READABLE:
        return Hue(colours.named[best], best)
    black = contrast("000000", colours.ground) > contrast("FFFFFF", colours.ground)
    return Hue("000000" if black else "FFFFFF")


def _on_ground(colours: ThemeColours, name: str) -> float:
    return contrast(colours.named[name], colours.ground)


def _muted(colours: ThemeColours, ink: Hue) -> Hue:
    """The theme's second colour for text where it can be read; else ink, paler."""
    second = colours.named.get("tx2", "")
    if second and second != ink.rgb and contrast(second, colours.ground) >= READABLE:
        return Hue(second, "tx2")
    pale = mixed(colours.ground, ink.rgb, 0.72)
    return Hue(pale) if contrast(pale, colours.ground) >= READABLE else ink


def _named(colours: ThemeColours, rgb: str) -> Hue:
    """A colour by the theme's name for it where it has one."""
    name = next((name for name, value in colours.named.items() if value == rgb), "")
    return Hue(rgb, name)


def _apart(rgb: str, others: list[str]) -> bool:
    """True where the eye keeps a colour apart from all others."""
    parts = bytes.fromhex(rgb)
    for other in others:
        gaps = (a - b for a, b in zip(parts, bytes.fromhex(other), strict=True))
        if sum(gap * gap for gap in gaps) < _DISTINCT**2:
            return False
    return True


def luminance(rgb: str) -> float:
    """How light a colour is, 0 to 1, as WCAG counts it."""
    parts = [part / 255 for part in bytes.fromhex(rgb)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(ground: str, ink: str, share: float) -> str:
    """So much of `ink` on `ground`."""
    pairs = zip(bytes.fromhex(ground), bytes.fromhex(ink), strict=True)
    return "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)
