"""How a deck's slides look, before anybody downloads it: rendered, else drawn."""

from cxcase.export.preview.drawn import drawn_slides
from cxcase.export.preview.rendered import Rendering, office

__all__ = ["Rendering", "drawn_slides", "office"]
