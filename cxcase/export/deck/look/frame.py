"""Places on a slide in inches, and where they lie on slides of another size or shape."""

from __future__ import annotations

from dataclasses import dataclass

from pptx.util import Inches, Length

WIDTH = 13.333
HEIGHT = 7.5
LEFT = 0.6
RIGHT = 12.733
TOP = 1.75
BOTTOM = 6.8


@dataclass(frozen=True)
class Box:
    """A rectangle in inches."""

    left: float
    top: float
    width: float
    height: float

    @property
    def emu(self) -> tuple[Length, Length, Length, Length]:
        """The rectangle in the file's own unit."""
        return Inches(self.left), Inches(self.top), Inches(self.width), Inches(self.height)

    @property
    def right(self) -> float:
        """Inches from the slide's left edge to the rectangle's right one."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Inches from the slide's upper edge to the rectangle's lower one."""
        return self.top + self.height


BODY = Box(LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP)
PICTURE = Box(BODY.left, TOP + 0.05, 7.5, BOTTOM - TOP - 0.1)
BESIDE = Box(8.5, TOP + 0.1, RIGHT - 8.5, BOTTOM - TOP - 0.2)
TITLE = Box(LEFT, 0.32, RIGHT - LEFT, 0.95)
SUBTITLE = Box(LEFT, 1.27, RIGHT - LEFT, 0.4)
FOOTER = Box(LEFT, 6.9, 9.9, 0.42)
DATE = Box(10.6, 6.9, 1.4, 0.42)
NUMBER = Box(RIGHT - 0.65, 6.9, 0.65, 0.42)


@dataclass(frozen=True)
class Frame:
    """Where the title, the line below it and the body stand; slides are written for `BODY`.

    `foot`: where the footer stands as plain text, on layouts that have no place for one.
    """

    title: Box = TITLE
    subtitle: Box = SUBTITLE
    body: Box = BODY
    foot: Box | None = None

    @property
    def across(self) -> float:
        """Inches of this frame for an inch of `BODY`, from left to right."""
        return self.body.width / BODY.width

    @property
    def down(self) -> float:
        """Inches of this frame for an inch of `BODY`, from top to bottom."""
        return self.body.height / BODY.height

    def x(self, inches: float) -> float:
        """Where a place so far from the left lies in this frame."""
        return self.body.left + (inches - BODY.left) * self.across

    def y(self, inches: float) -> float:
        """Where a place so far from the top lies in this frame."""
        return self.body.top + (inches - BODY.top) * self.down

    def box(self, box: Box) -> Box:
        """The rectangle in this frame."""
        width = box.width * self.across
        height = box.height * self.down
        return Box(self.x(box.left), self.y(box.top), width, height)
