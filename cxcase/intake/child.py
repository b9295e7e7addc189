"""The reading process (`python -m cxcase.intake.child`): bytes in on stdin, typed tables out on stdout, limited."""

from __future__ import annotations

import contextlib
import json
import sys
from typing import Any


class WithoutPandas:
    """Keeps pyarrow from loading pandas, which it would do for nothing and which is most of the start-up time."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Raises ModuleNotFoundError for pandas; has nothing to say about anything else."""
        if name == "pandas":
            raise ModuleNotFoundError(name)


def limit(memory: int, seconds: int) -> None:
    """Limits this process's memory (bytes), processor time and file writing, where the system has such limits."""
    try:
        import resource
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def read(request: dict[str, Any], data: bytes) -> list[Any]:
    """The file's sheets, guarded, understood, packed in pieces; an InputError packed instead if it cannot be read."""
    from cxcase.errors import InputError
    from cxcase.intake.understand import understand_sheet
    from cxcase.intake.wire import pack, pack_error, received

    name = request["name"]
    try:
        sheets = _sheets(name, data, request["reader"])
        understood = [
            understand_sheet(sheet, name, request["role"], request["mapping"], request["k_min"]) for sheet in sheets
        ]
        return pack([received(sheet) for sheet in understood])
    except InputError as error:
        return pack_error(error)
    except MemoryError:
        return pack_error(InputError("too_large", file=name))


def _sheets(name: str, data: bytes, reader: str) -> Any:
    from cxcase.intake.guard import check_workbook, kind_of

    if kind_of(name, data) == "text":
        from cxcase.intake.delimited import read_delimited

        return read_delimited(name, data)
    check_workbook(name, data)
    from cxcase.intake import workbook

    return workbook.second_reader(name, data) if reader == "second" else workbook.read_workbook(name, data)


def main() -> None:
    """Reads one request (a line of JSON) and one file from stdin, writes the answer to stdout."""
    limit(int(sys.argv[1]), int(sys.argv[2]))
    sys.meta_path.insert(0, WithoutPandas())
    request = json.loads(sys.stdin.buffer.readline())
    answer = read(request, sys.stdin.buffer.read())
    for piece in answer:
        sys.stdout.buffer.write(piece)


if __name__ == "__main__":
    main()
