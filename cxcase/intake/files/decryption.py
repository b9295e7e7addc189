"""Workbooks that a password encrypts: bytes and password in, plain bytes out."""

from __future__ import annotations

import io
import re
import struct
from types import SimpleNamespace
from typing import Any
from xml.parsers.expat import ExpatError

from cxcase.errors import InputError
from cxcase.intake.files import ole_container

# Excel encrypts with this where a workbook is only protected against changes
NOBODYS = "VelvetSweatshop"
# Excel and LibreOffice write 100,000; each costs every reader about a microsecond, thrice
_MOST_SPINS = 2_000_000
_SPINS = re.compile(rb'spinCount\s*=\s*"(\d{1,12})"')
_BROKEN = (*ole_container.BROKEN, ExpatError)


def unlock_package(name: str, data: bytes, password: str | None) -> bytes:
    """The workbook inside an encrypted package.

    Raises InputError for no password, a wrong one, a damaged file, an unknown encryption.
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
    """Raises InputError for a description of the encryption that could keep a computer busy.

    It is XML: there must be no document type in it, and no count of millions of rounds.
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
    """An .xls workbook, decrypted if it is encrypted.

    Raises InputError for no password, a wrong one, a damaged file.
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
    """The workbook's bytes without encryption, made in memory.

    msoffcrypto writes to a temporary file and stumbles over bytes after the last record: both are
    taken from it here.
    """
    from msoffcrypto.format import xls97

    plain = io.BytesIO()
    office = xls97.Xls97File(io.BytesIO(data))
    office.load_key(password=password)
    office.data = office.data._replace(workbook=io.BytesIO(book + bytes(_missing(book))))
    kept = xls97.tempfile, xls97.olefile
    try:
        xls97.tempfile = SimpleNamespace(TemporaryFile=io.BytesIO)
        xls97.olefile = SimpleNamespace(OleFileIO=_of_same_size)
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


def _of_same_size(*arguments: Any, **named: Any) -> Any:
    """A compound file that takes a stream of about the size it has."""
    import olefile

    ole = olefile.OleFileIO(*arguments, **named)
    write = ole.write_stream

    def write_stream(stream_name: str, data: bytes) -> None:
        size = ole.get_size(stream_name)
        write(stream_name, data[:size].ljust(size, b"\0"))

    ole.write_stream = write_stream
    return ole
