"""Runs the reading process and watches it: a file that eats memory or time takes only that process with it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cxcase.errors import InputError
from cxcase.intake.wire import Received, unpack

MEMORY = 3 * 2**30  # bytes
PROCESSOR_SECONDS = 120
WALL_SECONDS = 180.0
_STEP = 0.25  # seconds between two looks at the process's memory
_ROOT = Path(__file__).resolve().parents[2]
_PASSED_ON = ("PATH", "LANG", "SYSTEMROOT", "PYTHONPATH")


def read_apart(name: str, data: bytes, request: Mapping[str, Any]) -> tuple[Received, ...]:
    """The file's sheets as the reading process understood them; a reader that fell over is followed by the second one.

    request: role, mapping, k_min. Raises InputError for a file that cannot be read, whatever became of the process.
    """
    for reader in ("first", "second"):
        line = json.dumps({"name": name, "reader": reader, **request}) + "\n"
        code, answer = _run(name, line.encode() + data)
        if code == 0:
            try:
                return unpack(answer)
            except ValueError:
                continue
        if code < 0:
            raise InputError("too_large", file=name)
    raise InputError("damaged_file", file=name)


def _run(name: str, given: bytes) -> tuple[int, bytes]:
    """(exit code, output). Raises InputError when it took too long or too much memory."""
    command = [sys.executable, "-B", "-P", "-m", "cxcase.intake.child", str(MEMORY), str(PROCESSOR_SECONDS)]
    pipe = subprocess.PIPE
    answer: list[bytes] = []
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=_environment()) as process:
        feeder = threading.Thread(target=_feed, args=(process, given), daemon=True)
        collector = threading.Thread(target=_collect, args=(process, answer), daemon=True)
        feeder.start()
        collector.start()
        try:
            _watch(name, process)
        finally:
            process.kill()
            collector.join()
            feeder.join()
        return process.returncode, b"".join(answer)


def _watch(name: str, process: subprocess.Popen[bytes]) -> None:
    """Returns when the process has ended. Raises InputError when it should."""
    waited = 0.0
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STEP)
            return
        waited += _STEP
        if waited >= WALL_SECONDS:
            raise InputError("too_slow", file=name)
        if _resident(process.pid) > MEMORY:
            raise InputError("too_large", file=name)


def _feed(process: subprocess.Popen[bytes], given: bytes) -> None:
    assert process.stdin is not None
    with contextlib.suppress(OSError):  # a reader that has fallen over no longer listens
        process.stdin.write(given)
        process.stdin.close()


def _collect(process: subprocess.Popen[bytes], answer: list[bytes]) -> None:
    assert process.stdout is not None
    answer.append(process.stdout.read())


def _environment() -> dict[str, str]:
    """Only what a Python needs to start: nothing of the server's secrets, one thread for the numbers."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    path = os.pathsep.join(filter(None, (str(_ROOT), kept.get("PYTHONPATH"))))
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "ARROW_IO_THREADS": "1"}
    return {**kept, **threads, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}


def _resident(pid: int) -> int:
    """Bytes of memory the process holds; 0 where the system does not say."""
    status = Path(f"/proc/{pid}/statm")
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    with contextlib.suppress(OSError, ValueError, subprocess.SubprocessError):
        told = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, timeout=2)
        return int(told.stdout) * 1024
    return 0
