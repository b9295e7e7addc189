"""Workbooks that a password encrypts, opened: bytes and password in, plain bytes out, and the
password forgotten.
"""

from __future__ import annotations

import io
import re
import struct
from types import SimpleNamespace
from typing import Any
from xml.parsers.expat import ExpatError

from cxcase.errors import InputError
from cxcase.intake.files import ole_container

NOBODYS = (
    "VelvetSweatshop"  # Excel encrypts with this where a workbook is only protected against changes
)
# Excel and LibreOffice write 100,000; each costs every reader about a microsecond, thrice
_MOST_SPINS = 2_000_000
_SPINS = re.compile(rb'spinCount\s*=\s*"(\d{1,12})"')
_BROKEN = (*ole_container.BROKEN, ExpatError)


def unlock_package(name: str, data: bytes, password: str | None) -> bytes:
    """The workbook inside an encrypted package. Raises InputError: no password, a wrong one,
    damaged, unknown kind.
    """
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError
    from msoffcrypto.format.ooxml import OOXMLFile

    _refuse_endless(name, data)
    for word in (NOBODYS, password):
        if word:
            plain = io.BytesIO()
            try:
                book = OOXMLFile(io.BytesIO(data))
                book.load_key(password=word, verify_password=True)
                book.decrypt(plain)
            except InvalidKeyError:
                continue
            except DecryptionError:
                raise InputError("encryption_unknown", file=name) from None
            except (FileFormatError, ParseError, *_BROKEN):
                raise InputError("damaged_file", file=name) from None
            return plain.getvalue()
    raise InputError("wrong_password" if password else "password_protected", file=name)


def _refuse_endless(name: str, data: bytes) -> None:
    """The description of the encryption is XML: no DTD in it, and no count that keeps a computer
    busy for hours.
    """
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            about = ole.openstream("EncryptionInfo").read(65536)
    except _BROKEN:
        raise InputError("damaged_file", file=name) from None
    spins = max(map(int, _SPINS.findall(about)), default=0)
    if spins > _MOST_SPINS or b"<!" in about:
        raise InputError("encryption_unknown", file=name)


def unlock_old(name: str, data: bytes, password: str | None) -> bytes:
    """An .xls workbook, decrypted if it is encrypted. Raises InputError: no password, a wrong one,
    damaged.
    """
    stream, book = ole_container.book_of(name, data)
    if not ole_container.encrypted(book):
        return data
    if stream != "Workbook":
        raise InputError("encryption_unknown", file=name)  # Excel 5 and 95
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError

    for word in (NOBODYS, password):
        if word:
            try:
                return _decrypted(data, book, word)
            except InvalidKeyError:
                continue
            except DecryptionError:
                raise InputError("encryption_unknown", file=name) from None
            except (FileFormatError, ParseError, *_BROKEN):
                raise InputError("damaged_file", file=name) from None
    raise InputError("wrong_password" if password else "password_protected", file=name)


def _decrypted(data: bytes, book: bytes, password: str) -> bytes:
    """msoffcrypto writes its result to a temporary file and stumbles over bytes after the last
    record: neither here.
    """
    from msoffcrypto.format import xls97

    plain = io.BytesIO()
    office = xls97.Xls97File(io.BytesIO(data))
    office.load_key(password=password)
    office.data = office.data._replace(workbook=io.BytesIO(book + bytes(_missing(book))))
    kept = xls97.tempfile, xls97.olefile
    try:
        xls97.tempfile = SimpleNamespace(TemporaryFile=io.BytesIO)
        xls97.olefile = SimpleNamespace(OleFileIO=_same_size())
        office.decrypt(plain)
    finally:
        xls97.tempfile, xls97.olefile = kept
    return plain.getvalue()


def _missing(book: bytes) -> int:
    """Bytes that the stream lacks to end with a whole record."""
    place = 0
    while place + 4 <= len(book):
        place += 4 + struct.unpack_from("<H", book, place + 2)[0]
    if place < len(book):
        return place + 4 - len(book)
    return place - len(book)


def _same_size() -> Any:
    """A compound file that takes a stream of about the size it has."""
    import olefile

    class Same(olefile.OleFileIO):
        def write_stream(self, stream_name: str, data: bytes) -> None:
            size = self.get_size(stream_name)
            super().write_stream(stream_name, data[:size].ljust(size, b"\0"))

    return Same
