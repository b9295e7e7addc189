"""The reading process: bytes in on stdin, typed tables out on stdout, under limits.

Started as `python -m cxcase.intake.sandbox.worker`. On stderr it says where it is, a line each:
"progress <stage> <share>" and "member <number>"; never what is in a cell.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from cxcase.intake.files.containers import Member
    from cxcase.intake.roles.type_table import Understood

_REFUSED = (
    *("os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.kill", "os.startfile"),
    *("os.remove", "os.rename", "os.link", "os.symlink", "os.mkdir", "os.rmdir", "os.truncate"),
    *("os.chmod", "subprocess.", "shutil.", "tempfile.", "pty.", "winreg."),
    *("socket.", "ftplib.", "http.client.", "urllib.", "smtplib.", "webbrowser."),
)
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class WithoutPandas:
    """Keeps pyarrow from loading pandas for nothing, which is most of the start-up time."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Raises ModuleNotFoundError for pandas; has nothing to say about anything else."""
        if name == "pandas":
            raise ModuleNotFoundError(name)


def limit(memory: int, seconds: int) -> None:
    """Limits this process's memory (bytes), processor time and file writing, where that is known.

    Windows knows no such limits.
    """
    try:
        import resource
    except ImportError:
        return
    for what, most, hard in (
        (resource.RLIMIT_AS, memory, memory),
        # the first ends the process with a signal that says why
        (resource.RLIMIT_CPU, seconds, seconds + 5),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, hard))


def forbid() -> None:
    """From now on no reader opens a connection, starts a program or writes a file."""
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: Sequence[Any]) -> None:
    if event == "open":
        path, mode, flags = arguments
        if not isinstance(path, int) and _for_writing(mode, flags):
            raise PermissionError("open for writing")
    elif event == "ctypes.dlopen":
        if arguments and arguments[0] is not None:
            raise PermissionError(event)
    elif event.startswith(_REFUSED):
        raise PermissionError(event)


def _for_writing(mode: object, flags: int | None) -> bool:
    if isinstance(mode, str):
        return bool(set(mode) & set("wax+"))
    return bool(flags and flags & _WRITES)


def tell(stage: str, share: float | None = None) -> None:
    """Says on stderr which stage the reading is in, and what share is done where that is known."""
    done = "-" if share is None else f"{share:.3f}"
    sys.stderr.write(f"progress {stage} {done}\n")
    sys.stderr.flush()


def read(request: dict[str, Any], data: bytes) -> list[Any]:
    """The file's sheets, understood and packed in pieces; an InputError packed if it can't be read.

    request: name, password, role, mapping, k_min, secret, known (what other files hold), and
    stages: what to do with a member (by number) that ended an earlier reading process. "second":
    another reader tries; "why:<code>": it is only asked what it is; "left:<code>": it is left
    alone.
    """
    from cxcase.errors import InputError
    from cxcase.intake.sandbox.protocol import pack, pack_error, received

    tell("open")
    try:
        found = _understood(request, data)
        tell("write")
        return pack([received(sheet) for sheet in found])
    except InputError as error:
        return pack_error(error)
    except MemoryError:
        return pack_error(InputError("too_large", file=request["name"]))


def _understood(request: dict[str, Any], data: bytes) -> list[Understood]:
    """Every member's sheets; of a zip one that can't be read becomes a source that says so.

    Raises InputError where nothing can be read.
    """
    from cxcase.checks import Finding
    from cxcase.errors import InputError
    from cxcase.intake.files.containers import NO_TABLES, members
    from cxcase.intake.sandbox import archive_notes

    inside = members(request["name"], data, request.get("password"))
    found: list[Understood] = []
    failed: list[InputError] = []
    no_tables: list[str] = []
    stages = request.get("stages", {})
    for number, member in enumerate(inside):
        sys.stderr.write(f"member {number}\n")
        tell("parse", None if len(inside) == 1 else number / len(inside))
        try:
            found += _member(member, request, stages.get(str(number), "first"))
        except InputError as error:
            if len(inside) == 1:
                raise
            if error.code in NO_TABLES:
                no_tables.append(member.label)
            else:
                failed.append(error)
    if not found and not failed and inside[0].label == request["name"]:
        return [archive_notes.without_sheets(request["name"])]
    if not found:
        raise failed[0] if failed else InputError("zip_without_tables", file=request["name"])
    found += [archive_notes.unread(error) for error in failed]
    if no_tables:
        params = {"file": request["name"], "members": no_tables}
        note = Finding("review", "zip_member_not_read", "data", params)
        found[0] = archive_notes.noted(found[0], [note])
    return found


def _member(member: Member, request: dict[str, Any], stage: str) -> list[Understood]:
    """One member's sheets. stage: see `read`. Raises InputError."""
    from cxcase.errors import InputError
    from cxcase.intake.files.file_kind import explain
    from cxcase.intake.files.readers import read_file
    from cxcase.intake.recognition.by_values import known_from
    from cxcase.intake.roles.type_table import understand_sheet
    from cxcase.intake.sandbox import archive_notes
    from cxcase.intake.tables.split_sheets import split_sheets

    if stage.startswith("left:"):
        raise InputError(stage[5:], file=member.label)
    kind, data = member.open()
    if stage.startswith("why:"):
        explain(member.label, data, kind)
        raise InputError(stage[4:], file=member.label)
    try:
        read = read_file(member.label, data, kind, second=stage == "second")
    except MemoryError:
        explain(member.label, data, kind)
        raise InputError("too_large", file=member.label) from None
    sheets, parted = split_sheets(member.label, read.sheets)
    known = known_from(request.get("known"))
    found = []
    for number, sheet in enumerate(sheets):
        tell("understand", number / len(sheets))
        seen = understand_sheet(
            sheet,
            member.label,
            request["role"],
            request["mapping"],
            request["k_min"],
            request.get("secret", ""),
            known,
        )
        if sheet.format and seen.source.format == "plain":
            seen = replace(seen, source=replace(seen.source, format=sheet.format))
        found.append(seen)
    if found:
        found[0] = archive_notes.noted(found[0], [*read.notes, *parted])
    return found


def _quiet(kind: type[BaseException], *_: object) -> None:
    """Names what went wrong and nothing else: a message could hold what was in a cell."""
    sys.stderr.write(f"ended {kind.__name__}\n")


def main() -> NoReturn:
    """Reads one request (a line of JSON) and one file from stdin, writes the answer to stdout."""
    sys.excepthook = _quiet
    limit(int(sys.argv[1]), int(sys.argv[2]))
    sys.meta_path.insert(0, WithoutPandas())
    forbid()
    request = json.loads(sys.stdin.buffer.readline())
    answer = read(request, sys.stdin.buffer.read())
    for piece in answer:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
    os._exit(0)  # nothing is left to be tidied up, and freeing millions of cells takes seconds


if __name__ == "__main__":
    main()
