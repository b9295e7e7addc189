"""Runs the reading process and watches it, so that no file takes the server down with it."""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

import psutil

from cxcase.errors import InputError
from cxcase.intake.sandbox.protocol import Received, unpack
from cxcase.intake.sandbox.turns import Turns

MEMORY = 4 * 2**30  # bytes, at most; a file gets _MEMORY_BASE and _MEMORY_PER_BYTE of its size
PROCESSOR_SECONDS = 240.0  # at most
WALL_SECONDS = 360.0  # at most
_MEMORY_BASE = 2 * 2**30
_MEMORY_PER_BYTE = 60
_SECONDS_BASE = 60.0
_SECONDS_PER_MB = 5.0
_WALL_FACTOR = 2.0  # a busy machine gives a process about half its time
_GRACE = 60.0  # seconds more, once, to find out what made a file slow
_PIECE = 1 << 20  # bytes of the answer that are held at a time
_WORKER = "cxcase.intake.sandbox.worker"
_STEP = 0.25  # seconds between two looks at the process
_ROOT = Path(__file__).resolve().parents[3]
_CODES = {"memory": "too_large", "time": "too_slow"}  # how a process ended -> error code
_PASSED_ON = ("PATH", "LANG", "SYSTEMROOT", "PYTHONPATH")

IN_LINE = "in_line"
_TURNS = Turns(max(2, os.cpu_count() or 1))  # about a process for each processor

Tell = Callable[[str, float | None], None]


@dataclass(frozen=True)
class Limits:
    """What one reading process may use: memory in bytes, processor and clock time in seconds."""

    memory: int
    processor: float
    wall: float


def limits_for(size: int) -> Limits:
    """What a file of this many bytes may use; more for a larger one, up to a cap."""
    seconds = _SECONDS_BASE + _SECONDS_PER_MB * size / 2**20
    memory = min(MEMORY, _MEMORY_BASE + _MEMORY_PER_BYTE * size)
    wall = min(WALL_SECONDS, _WALL_FACTOR * seconds)
    return Limits(memory, min(PROCESSOR_SECONDS, seconds), wall)


@dataclass
class _Run:
    """One reading process and what is known of it."""

    answer: IO[bytes]  # a file without a name
    told: queue.SimpleQueue[tuple[str, float | None]] = field(default_factory=queue.SimpleQueue)
    member: int | None = None  # of a zip, in which it last was
    starved: bool = False  # a reader said that it got no memory
    ended: str = "answered"  # or "memory", "time", "failed"


def read_apart(
    name: str,
    data: bytes,
    request: Mapping[str, Any],
    tell: Tell | None = None,
    folder: Path | None = None,
) -> tuple[Received, ...]:
    """The file's sheets as the reading process understood them.

    A reader that fell over is followed by the second one. request: role, mapping, k_min, and
    password where there is one. tell gets (stage, share done or None), stages open, parse,
    understand, write, on the caller's thread, and while other files are read (IN_LINE, how many
    are before this one). folder: where the answer waits, in a file that has no
    name and is gone with the last view of it. Raises InputError for a file that cannot be read,
    whatever became of the process.
    """
    with _TURNS.taken(None if tell is None else lambda before: tell(IN_LINE, before)):
        return _read_in_turn(name, data, request, tell, folder)


def _read_in_turn(
    name: str,
    data: bytes,
    request: Mapping[str, Any],
    tell: Tell | None,
    folder: Path | None,
) -> tuple[Received, ...]:
    """The same once it is this file's turn: only now its time begins to run."""
    limits = limits_for(len(data))
    deadline = time.monotonic() + limits.wall
    stages: dict[str, str] = {}
    late = False
    while True:
        line = json.dumps({"name": name, **request, "stages": stages}) + "\n"
        left = replace(limits, wall=deadline - time.monotonic())
        run = _run((line.encode(), data), left, tell, folder)
        if run.ended == "answered":
            with contextlib.suppress(ValueError):
                return unpack(_mapped(run.answer))
            run.ended = "failed"
        code = _CODES.get(run.ended, "damaged_file")
        member = str(run.member)
        following = _next_stage(stages.get(member, "first"), run.ended, code)
        if run.member is None or late or following is None:
            raise InputError(code, file=name)
        stages[member] = following
        if run.ended == "time":
            late = True
            deadline = time.monotonic() + _GRACE


def _next_stage(stage: str, ended: str, code: str) -> str | None:
    """What the next process does with the member that ended the last one; None: nothing is left.

    stage: what the last one did with it. See `worker.read`.
    """
    before, _, why = stage.partition(":")
    if before == "left":
        return None
    if before == "why":
        return f"left:{why}"
    if ended != "failed":
        return f"why:{code}"
    return "second" if before == "first" else f"left:{code}"


def _mapped(answer: IO[bytes]) -> mmap.mmap:
    """The file as bytes that stay on disk. Raises ValueError for an empty one."""
    with answer:
        return mmap.mmap(answer.fileno(), 0, access=mmap.ACCESS_READ)


def _run(
    given: tuple[bytes, bytes], limits: Limits, tell: Tell | None, folder: Path | None
) -> _Run:
    """One reading process from start to end, whatever its end."""
    seconds = max(1, round(limits.processor))
    command = [sys.executable, "-B", "-P", "-m", _WORKER, str(limits.memory), str(seconds)]
    run = _Run(tempfile.TemporaryFile(dir=folder))  # noqa: SIM115
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, env=_environment()
    ) as process:
        threads = [
            threading.Thread(target=_feed, args=(process.stdin, given), daemon=True),
            threading.Thread(target=_collect, args=(process.stdout, run), daemon=True),
            threading.Thread(target=_listen, args=(process.stderr, run), daemon=True),
        ]
        for thread in threads:
            thread.start()
        try:
            stopped = _watch(process, limits, run, tell)
        finally:
            _kill(process)
            for thread in threads:
                thread.join()
    run.ended = stopped or _end(process.returncode, run.starved)
    return run


def _watch(
    process: subprocess.Popen[bytes], limits: Limits, run: _Run, tell: Tell | None
) -> str | None:
    """None when the process has ended by itself, "time" or "memory" when it has had its share."""
    until = time.monotonic() + limits.wall
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STEP)
            _pass_on(run, tell)
            return None
        _pass_on(run, tell)
        memory, seconds = _used(process.pid)
        if memory > limits.memory:
            return "memory"
        if seconds > limits.processor or time.monotonic() >= until:
            return "time"


def _pass_on(run: _Run, tell: Tell | None) -> None:
    while not run.told.empty():
        stage, share = run.told.get()
        if tell is not None:
            tell(stage, share)


def _used(pid: int) -> tuple[int, float]:
    """(bytes of memory held, seconds of processor time used) by the process and its children."""
    memory = 0
    seconds = 0.0
    for one in _tree(pid):
        with contextlib.suppress(psutil.Error):
            memory += one.memory_info().rss
            spent = one.cpu_times()
            seconds += spent.user + spent.system
    return memory, seconds


def _tree(pid: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    return []


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        for one in reversed(_tree(process.pid)):
            with contextlib.suppress(psutil.Error):
                one.kill()
        process.kill()
        process.wait()


def _end(code: int, starved: bool) -> str:
    """How a process ended that was not stopped: see `_Run.ended`."""
    if code == 0:
        return "answered"
    # the system's own killer, when memory runs out
    if starved or code == -getattr(signal, "SIGKILL", 9):
        return "memory"
    if code == -getattr(signal, "SIGXCPU", 24):
        return "time"
    return "failed"


def _feed(stream: IO[bytes], given: tuple[bytes, bytes]) -> None:
    with contextlib.suppress(OSError):  # a reader that has fallen over no longer listens
        stream.writelines(given)
        stream.close()


def _collect(stream: IO[bytes], run: _Run) -> None:
    while piece := stream.read(_PIECE):
        run.answer.write(piece)
    run.answer.flush()


def _listen(stream: IO[bytes], run: _Run) -> None:
    """Takes in where the process says it is. Nothing else that it may say is kept."""
    for line in iter(lambda: stream.readline(1000), b""):
        match line.split():
            case [b"progress", stage, share]:
                with contextlib.suppress(ValueError):
                    done = None if share == b"-" else float(share)
                    run.told.put((stage.decode("ascii", "replace"), done))
            case [b"member", number] if number.isdigit():
                run.member = int(number)
            case [b"ended", b"MemoryError"]:
                run.starved = True
            case [b"memory", b"allocation", *_] if b"failed" in line:
                run.starved = True


def _environment() -> dict[str, str]:
    """What a Python needs to start: nothing of the server's secrets, one thread for numbers."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    path = os.pathsep.join(filter(None, (str(_ROOT), kept.get("PYTHONPATH"))))
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "ARROW_IO_THREADS": "1"}
    return {**kept, **threads, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}
