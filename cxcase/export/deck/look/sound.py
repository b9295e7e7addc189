"""Sound on a slide: a button that plays it, the recording itself inside the file."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw
from pptx.media import Video
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.parts.media import MediaPart

from cxcase.export.deck.look.frame import Box

_MIME = {"mp3": "audio/mpeg", "m4a": "audio/mp4", "wav": "audio/x-wav"}
_AUDIO = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/audio"
_SPACES = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main"'
)
_MEDIA = "{DAA4B4D4-6D71-4841-9C94-3DE7FCFB9230}"
_PIXELS = 192


@dataclass(frozen=True)
class Sound:
    """A recording: mp3, m4a or wav, and its bytes."""

    kind: str
    data: bytes


def add_sound(slide: Any, box: Box, sound: Sound, alt: str, colour: str) -> None:
    """A button in `colour` (RRGGBB) that plays the sound when it is clicked."""
    part = slide.part
    video = Video(sound.data, _MIME[sound.kind], f"sound.{sound.kind}")
    media = MediaPart(
        part.package.next_media_partname(sound.kind), video.content_type, part.package, video.blob
    )
    _, picture = part.get_or_add_image_part(io.BytesIO(_button(colour)))
    left, top, wide, tall = (round(side) for side in box.emu)
    id = max(int(one) for one in slide._element.xpath("//@id") if one.isdigit()) + 1
    shape = parse_xml(
        f'<p:pic {_SPACES}><p:nvPicPr><p:cNvPr id="{id}" name="Sound {id}">'
        '<a:hlinkClick r:id="" action="ppaction://media"/></p:cNvPr>'
        '<p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr>'
        f'<p:nvPr><a:audioFile r:link="{part.relate_to(media, _AUDIO)}"/>'
        f'<p:extLst><p:ext uri="{_MEDIA}">'
        f'<p14:media r:embed="{part.relate_to(media, RELATIONSHIP_TYPE.MEDIA)}"/>'
        "</p:ext></p:extLst></p:nvPr></p:nvPicPr>"
        f'<p:blipFill><a:blip r:embed="{picture}"/><a:stretch><a:fillRect/></a:stretch>'
        f'</p:blipFill><p:spPr><a:xfrm><a:off x="{left}" y="{top}"/>'
        f'<a:ext cx="{wide}" cy="{tall}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></p:spPr></p:pic>"
    )
    shape.find(f".//{qn('p:cNvPr')}").set("descr", alt)
    slide.shapes._spTree.append(shape)
    _play_on_click(slide._element, id)


def _play_on_click(root: Any, id: int) -> None:
    """The slide knows that this shape has something to play."""
    told = root.find(f".//{qn('p:tnLst')}//{qn('p:childTnLst')}")
    if told is None:
        timing = parse_xml(
            f"<p:timing {_SPACES}><p:tnLst><p:par>"
            '<p:cTn id="1" dur="indefinite" restart="never" nodeType="tmRoot"><p:childTnLst/>'
            "</p:cTn></p:par></p:tnLst></p:timing>"
        )
        last = root.find(qn("p:extLst"))
        if last is None:
            root.append(timing)
        else:
            last.addprevious(timing)
        told = timing.find(f".//{qn('p:childTnLst')}")
    told.append(
        parse_xml(
            f'<p:audio {_SPACES}><p:cMediaNode vol="80000"><p:cTn id="{len(told) + 2}" fill="hold" '
            'display="0"><p:stCondLst><p:cond delay="indefinite"/></p:stCondLst></p:cTn>'
            f'<p:tgtEl><p:spTgt spid="{id}"/></p:tgtEl></p:cMediaNode></p:audio>'
        )
    )


def _button(colour: str) -> bytes:
    """A PNG of a square with the sign for playing in it."""
    edge = _PIXELS - 1
    image = Image.new("RGB", (_PIXELS, _PIXELS), f"#{colour}")
    draw = ImageDraw.Draw(image)
    sign = ((0.38, 0.27), (0.38, 0.73), (0.75, 0.5))
    draw.polygon([(x * edge, y * edge) for x, y in sign], fill="#FFFFFF")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
