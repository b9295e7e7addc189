"""The text of a file in which a company says what it wants: plain text, Word or PowerPoint."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from cxcase.errors import InputError

STRATEGY_KINDS = ("txt", "md", "docx", "pptx")
STRATEGY_MB = 20
_MOST = 8 * 2**20  # bytes of a part, unpacked, that are read
_SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


def text_of_strategy(name: str, data: bytes) -> str:
    """Its paragraphs, a line each. Raises InputError for a file that cannot be read so."""
    kind = name.rpartition(".")[2].casefold()
    if kind not in STRATEGY_KINDS:
        raise InputError("strategy_kind", file=name, found=kind, expected=", ".join(STRATEGY_KINDS))
    text = _plain(data) if kind in ("txt", "md") else "\n".join(_paragraphs(name, data))
    if not text.strip():
        raise InputError("strategy_empty", file=name)
    return text.strip()


def _plain(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", "replace")


def _paragraphs(name: str, data: bytes) -> Iterator[str]:
    """The paragraphs of a Word file or of all slides, in their order."""
    from lxml import etree  # type: ignore[import-untyped]

    # no entity is resolved and nothing is fetched
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part in _parts(archive):
                with archive.open(part) as stream:
                    found = stream.read(_MOST + 1)
                if len(found) > _MOST:
                    raise InputError("damaged_file", file=name)
                for paragraph in etree.fromstring(found, parser).iter("{*}p"):
                    yield "".join(_texts(paragraph))
    except (*_UNREADABLE, etree.XMLSyntaxError):
        raise InputError("damaged_file", file=name) from None


def _parts(archive: zipfile.ZipFile) -> list[str]:
    names = archive.namelist()
    slides = [(int(match[1]), name) for name in names if (match := _SLIDE.fullmatch(name))]
    return [name for name in names if name == "word/document.xml"] or [
        name for _, name in sorted(slides)
    ]


def _texts(paragraph: object) -> Iterator[str]:
    for node in paragraph.iter("{*}t", "{*}br", "{*}tab"):  # type: ignore[attr-defined]
        yield (node.text or "") if node.tag.endswith("}t") else " "
