"""The parts of a workbook that is a zip: what makes them unsafe, found without unpacking them.

Only the start of each part is looked at. A far-away cell that a sheet does not own up to, and a
part that is larger than it says, end the reading process at its limits; `explain_workbook` then
goes through every part to say why.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from cxcase.errors import InputError
from cxcase.intake.values.cell_names import column_letters, column_number

MAX_UNZIPPED = 2**30
# above this size, a higher compression than this is no spreadsheet
SUSPECT_UNZIPPED = 64 * 2**20
MAX_RATIO = 100
MAX_PARTS = 5000
MAX_CELLS = 60_000_000
UNZIP_ERRORS = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError, KeyError, IndexError),
)
# bytes in which a part's first element is looked for, then must be found
_HEAD = 4096
_PROLOG = 65536
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ROOT = re.compile(rb"<[A-Za-z_]")
_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_ASCII_LIKE = re.compile(
    rb"utf-?8|utf-?16(le|be)?|(us-)?ascii|iso-8859-\d+|latin-?1|windows-\d+"
    rb"|gb\w+|big5|shift_jis|euc-\w+"
)
_DIMENSION = re.compile(
    rb'<(?:\w+:)?dimension\s[^>]*?ref="(?:[A-Z]{1,3}\d{1,7}:)?([A-Z]{1,3})(\d{1,7})"'
)
_WORKSHEET = re.compile(rb"<(?:\w+:)?worksheet[\s>]")
_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*?\br="(\d{1,10})"')
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_CHUNK = 1 << 20
_MACROS = ("vbaproject.bin", "basic/script-lc.xml")


def opened(name: str, data: bytes) -> zipfile.ZipFile:
    """The bytes as a zip. Raises InputError when damaged."""
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except UNZIP_ERRORS:
        raise InputError("damaged_file", file=name) from None


def refuse_bomb(name: str, parts: Sequence[zipfile.ZipInfo], size: int) -> None:
    """Raises InputError when the parts say that they unpack to more than a spreadsheet holds.

    size: bytes as packed.
    """
    if len(parts) > MAX_PARTS:
        raise InputError("zip_bomb", file=name, found=f"{len(parts)} parts")
    # readers differ in which of two parts of one name they take
    if len({p.filename.lower() for p in parts}) < len(parts):
        raise InputError("damaged_file", file=name)
    total = sum(p.file_size for p in parts)
    if total > MAX_UNZIPPED or (total > SUSPECT_UNZIPPED and total > MAX_RATIO * size):
        raise InputError("zip_bomb", file=name, found=f"{total >> 20} MB")
    # packing never doubles a part: its size is made up
    if any(p.compress_size > 2 * p.file_size + 1024 for p in parts):
        raise InputError("zip_bomb", file=name, found="more than it declares")


def check_parts(name: str, data: bytes) -> bool:
    """True when there are macros inside.

    Raises InputError for a damaged part, a document type, a sheet that reaches too far.
    """
    macros = False
    try:
        with opened(name, data) as archive:
            for part in archive.infolist():
                macros |= part.filename.lower().endswith(_MACROS)
                if part.flag_bits & 1:
                    raise InputError("password_protected", file=name)
                if part.file_size:
                    _check_start(name, archive, part)
    except UNZIP_ERRORS:
        raise InputError("damaged_file", file=name) from None
    return macros


def _check_start(name: str, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    with archive.open(part) as stream:
        head = stream.read(_HEAD)
        if not _markup(head):
            _check_binary(name, part, head)
            return
        if not _ROOT.search(_plain(head)):
            head += stream.read(_PROLOG)
    head = _plain(head)
    _refuse_dtd(name, head)
    found = _DIMENSION.search(head) if _WORKSHEET.search(head) else None
    if found and int(found[2]) * column_number(found[1]) > MAX_CELLS:
        _check_range(name, archive, part)


def _markup(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<")


def _plain(head: bytes) -> bytes:
    """The start of a part in an encoding that can be searched."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in head[:4]:
        big_endian = head.startswith((b"\xfe\xff", b"\x00"))
        encoding = "utf-16-be" if big_endian else "utf-16-le"
        return head.decode(encoding, "replace").encode()
    return head


def _refuse_dtd(name: str, head: bytes) -> None:
    """Raises InputError for a document type, which alone can define entities.

    It can only stand before the first element.
    """
    said = _ENCODING.search(head[:400])
    if said and not _ASCII_LIKE.fullmatch(said[1].lower()):
        raise InputError("dtd_in_workbook", file=name)
    bare = _COMMENT.sub(b"", head)
    root = _ROOT.search(bare)
    prolog = bare[: root.start()] if root else bare
    too_long = root is None and len(head) > _PROLOG
    if b"<!" in prolog or too_long:
        raise InputError("dtd_in_workbook", file=name)


def _check_binary(name: str, part: zipfile.ZipInfo, head: bytes) -> None:
    """Raises InputError for a sheet of a binary workbook that reaches too far.

    It says its range near its start (record 148: first, last row, first, last column).
    """
    path = part.filename.lower()
    if not (path.startswith("xl/worksheets/") and path.endswith(".bin")):
        return
    place = head.find(b"\x94\x01\x10")
    if not 0 <= place <= 200 or place + 19 > len(head):
        return
    fields = [head[place + 3 + 4 * k :][:4] for k in range(4)]
    _, last, _, right = (int.from_bytes(field, "little") + 1 for field in fields)
    if last * right > MAX_CELLS:
        found = f"{column_letters(right)}{last}"
        raise InputError("far_cell", file=name, sheet=part.filename, found=found)


def explain_workbook(name: str, data: bytes) -> None:
    """Raises InputError where a part is larger than declared, or a cell too far away."""
    try:
        with opened(name, data) as archive:
            for part in archive.infolist():
                _check_range(name, archive, part)
    except UNZIP_ERRORS:
        raise InputError("damaged_file", file=name) from None


def _blocks(name: str, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part in pieces that overlap by a tag's length, however large it says it is."""
    seen = 0
    tail = b""
    free = copy.copy(part)
    free.file_size = MAX_UNZIPPED + _CHUNK
    with archive.open(free) as stream:
        while piece := stream.read(_CHUNK):
            seen += len(piece)
            if seen > part.file_size or seen > MAX_UNZIPPED:
                raise InputError("zip_bomb", file=name, found="more than it declares")
            yield tail + piece
            tail = piece[-256:]


def _check_range(name: str, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """The exact used range from A1, cell by cell.

    Raises InputError naming the cell that reaches too far.
    """
    last = 0
    right = 0
    far = ("A", 0)
    for block in _blocks(name, archive, part):
        last = max([last, *map(int, _ROW.findall(block))])
        for letters, digits in _CELL.findall(block):
            row = int(digits)
            column = column_number(letters)
            last = max(last, row)
            right = max(right, column)
            if row * column >= far[1]:
                far = (f"{letters.decode()}{row}", row * column)
    if last * right > MAX_CELLS:
        raise InputError("far_cell", file=name, sheet=_sheet_name(archive, part), found=far[0])


def _sheet_name(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> str:
    """The name on the sheet's tab, by the workbook's relations; the part's where that fails."""
    try:
        relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    except KeyError:
        return part.filename
    identity = _relation_to(part.filename.removeprefix("xl/"), relations)
    if identity is None:
        return part.filename
    tab = re.search(rf'<sheet [^>]*name="([^"]*)"[^>]*r:id="{re.escape(identity)}"', book)
    return tab[1] if tab else part.filename


def _relation_to(target: str, relations: str) -> str | None:
    """The id of the relation to this part of the workbook."""
    for tag in re.findall(r"<Relationship [^>]+>", relations):
        if f'Target="{target}"' in tag or f'Target="/xl/{target}"' in tag:
            identity = re.search(r'Id="([^"]+)"', tag)
            return identity[1] if identity else None
    return None
