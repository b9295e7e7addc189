"""Draws static/icon.png: three rising steps in the colours of EX, CX and RX. Run from the
repository's top folder.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

SIZE, FINE = 192, 4
INK, STEPS = "#1B2A3A", ("#A98BD6", "#6FA8E8", "#4DBB9C")


def draw_icon() -> Image.Image:
    """The icon, (192, 192) RGBA, drawn four times as large and reduced for smooth edges."""
    side = SIZE * FINE
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 0, side - 1, side - 1), radius=side * 0.2, fill=INK)
    width, gap, floor = side * 0.19, side * 0.06, side * 0.8
    left = (side - 3 * width - 2 * gap) / 2
    for place, (colour, height) in enumerate(zip(STEPS, (0.22, 0.40, 0.58), strict=True)):
        x = left + place * (width + gap)
        pen.rounded_rectangle(
            (x, floor - side * height, x + width, floor), radius=side * 0.035, fill=colour
        )
    return image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    draw_icon().save(Path(__file__).with_name("icon.png"), optimize=True)
