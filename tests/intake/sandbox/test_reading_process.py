"""The reading process: limited, watched, mute, followed by a second where it falls over."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest
from make_books import encrypted, zipped
from make_files import csv, customer_rows, parsed, survey_rows, text_dates, xlsx

from cxcase.errors import InputError
from cxcase.intake import Upload
from cxcase.intake.read_files import parse, read
from cxcase.intake.sandbox import supervisor
from cxcase.settings import Settings

pytestmark = pytest.mark.apart
# stands in for a library that the reading process loads: what happens when it opens a workbook
FAKE = """
import os, sys, time
class CalamineError(Exception): pass
class SheetTypeEnum: WorkSheet = 1
class SheetVisibleEnum: Visible = 1
class CalamineWorkbook:
    @staticmethod
    def from_filelike(stream):
        {what}
"""


def _with_reader(what: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on the first reader of workbooks does this instead."""
    place = folder / "fake"
    place.mkdir()
    (place / "python_calamine.py").write_text(FAKE.format(what=what))
    monkeypatch.setenv("PYTHONPATH", str(place))


def _codes(found) -> list[str]:
    return [m.code for t in found.tables for m in t.source.messages]


@pytest.mark.parametrize(
    "what",
    [
        "os.abort()",
        "os.kill(os.getpid(), 11)",
        "raise CalamineError('cell: 42')",
        "raise SystemError('cell: 42')",
    ],
)
def test_a_reader_that_falls_over_is_followed_by_the_second(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    what = what.replace("os.kill(os.getpid(), 11)", "import ctypes; ctypes.string_at(0)")
    _with_reader(what, tmp_path, monkeypatch)
    found = parsed(xlsx({"C": customer_rows(30)}), tmp_path / "case", "customers.xlsx")
    assert (found.tables[0].source.role, found.tables[0].source.rows_accepted) == ("customers", 30)
    assert _codes(found).count("second_reader") == 1


def test_when_both_readers_fall_over_the_file_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_reader("os.abort()", tmp_path, monkeypatch)
    (tmp_path / "fake" / "openpyxl.py").write_text("import os\nos.abort()\n")
    with pytest.raises(InputError) as caught:
        parsed(xlsx({"C": customer_rows(30)}), tmp_path / "case", "customers.xlsx")
    assert caught.value.code == "damaged_file"


def test_a_member_that_ends_the_process_does_not_take_the_others_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_reader("os.abort()", tmp_path, monkeypatch)
    (tmp_path / "fake" / "openpyxl.py").write_text("import os\nos.abort()\n")
    archive = zipped(
        {
            "a.csv": csv(customer_rows(30)),
            "b.xlsx": xlsx({"C": customer_rows(9)}),
            "c.csv": csv(text_dates(survey_rows())),
        }
    )
    found = parsed(archive, tmp_path / "case", "all.zip")
    assert [(t.source.file, t.source.role) for t in found.tables] == [
        ("all.zip/a.csv", "customers"),
        ("all.zip/c.csv", "cx"),
        ("all.zip/b.xlsx", None),
    ]
    (message,) = found.tables[2].source.messages
    assert (message.status, message.code, message.params["error"]) == (
        "fail",
        "file_unreadable",
        "damaged_file",
    )


def test_a_reader_that_eats_memory_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "MEMORY", 300 * 2**20)
    rows = [
        ["Customer ID", "Revenue start", "Churned"],
        *[[i, f"text number {i}", "no"] for i in range(700_000)],
    ]
    with pytest.raises(InputError) as caught:
        parsed(csv(rows), tmp_path, "huge.csv")
    assert caught.value.code == "too_large"


def test_where_the_system_sets_no_limits_memory_is_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_reader("held = bytearray(b'x') * 900_000_000; time.sleep(60)", tmp_path, monkeypatch)
    (tmp_path / "fake" / "resource.py").write_text("raise ImportError\n")
    monkeypatch.setattr(supervisor, "MEMORY", 400 * 2**20)
    with pytest.raises(InputError) as caught:
        parsed(xlsx({"C": customer_rows(9)}), tmp_path / "case", "c.xlsx")
    assert caught.value.code == "too_large"


def test_where_the_system_sets_no_limits_time_is_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_reader("while True: pass", tmp_path, monkeypatch)
    (tmp_path / "fake" / "resource.py").write_text("raise ImportError\n")
    monkeypatch.setattr(supervisor, "PROCESSOR_SECONDS", 1.0)
    with pytest.raises(InputError) as caught:
        parsed(xlsx({"C": customer_rows(9)}), tmp_path / "case", "c.xlsx")
    assert caught.value.code == "too_slow"


def test_a_process_that_the_system_kills_was_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_reader("import signal; signal.raise_signal(signal.SIGKILL)", tmp_path, monkeypatch)
    with pytest.raises(InputError) as caught:
        parsed(xlsx({"C": customer_rows(9)}), tmp_path / "case", "c.xlsx")
    assert caught.value.code == "too_large"


def test_a_reader_that_takes_too_long_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "WALL_SECONDS", 0.01)
    monkeypatch.setattr(supervisor, "_STEP", 0.01)
    with pytest.raises(InputError) as caught:
        parsed(csv(customer_rows()), tmp_path, "slow.csv")
    assert caught.value.code == "too_slow"


def test_nothing_is_left_running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {p.pid for p in psutil.Process().children(recursive=True)}
    _with_reader("time.sleep(60)", tmp_path, monkeypatch)
    monkeypatch.setattr(supervisor, "WALL_SECONDS", 1.0)
    monkeypatch.setattr(supervisor, "_GRACE", 1.0)
    with pytest.raises(InputError):
        parsed(xlsx({"C": customer_rows(9)}), tmp_path / "case", "c.xlsx")
    assert {p.pid for p in psutil.Process().children(recursive=True)} <= before


def test_a_larger_file_gets_more_up_to_a_cap() -> None:
    small, middle, huge = (supervisor.limits_for(size) for size in (1000, 20 * 2**20, 2**34))
    assert small.memory < middle.memory < huge.memory == supervisor.MEMORY
    assert small.processor < middle.processor < huge.processor == supervisor.PROCESSOR_SECONDS
    assert small.wall < middle.wall < huge.wall == supervisor.WALL_SECONDS


def test_progress_is_told_on_the_callers_thread_and_in_order(tmp_path: Path) -> None:
    told: list[tuple[str, float | None]] = []
    threads = set()

    def tell(stage: str, share: float | None) -> None:
        told.append((stage, share))
        threads.add(threading.current_thread())

    archive = zipped({"a.csv": csv(customer_rows(30)), "b.csv": csv(text_dates(survey_rows()))})
    parse(Upload("all.zip", archive), mapping=None, folder=tmp_path, k_min=5, tell=tell)
    assert threads == {threading.current_thread()}
    assert [stage for stage, _ in told] == [
        "open",
        "parse",
        "understand",
        "parse",
        "understand",
        "write",
    ]
    assert [share for stage, share in told if stage == "parse"] == [0.0, 0.5]


def test_files_read_together_tell_of_their_progress(tmp_path: Path) -> None:
    told: list[tuple[str, str, float | None]] = []
    uploads = [
        Upload("a.csv", csv(customer_rows(30))),
        Upload("b.csv", csv(text_dates(survey_rows()))),
    ]
    read(uploads, Settings(), tmp_path, tell=lambda *said: told.append(said))
    for name in ("a.csv", "b.csv"):
        assert [stage for file, stage, _ in told if file == name] == [
            "open",
            "parse",
            "understand",
            "write",
        ]


def test_the_answer_leaves_no_file_behind(tmp_path: Path) -> None:
    found = parsed(csv(customer_rows(30)), tmp_path, "a.csv")
    (table,) = found.tables
    assert set(tmp_path.iterdir()) == {table.path, table.raw}
    with pytest.raises(InputError):
        parsed(b"", tmp_path / "other", "b.csv")
    assert not [*(tmp_path / "other").iterdir()]


def test_the_reading_process_gets_nothing_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "1")
    assert "SECRET_TOKEN" not in supervisor._environment()


def _in_child(code: str) -> str:
    """What a reading process that runs this code prints."""
    start = "import os, sys, socket, subprocess, ctypes\n"
    start += "from cxcase.intake.sandbox import worker\nworker.forbid()\n"
    tried = f"try:\n    {code}\n"
    tried += "except PermissionError:\n    print('refused')\nelse:\n    print('done')\n"
    done = subprocess.run(
        [sys.executable, "-c", start + tried], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    "code",
    [
        "socket.create_connection(('127.0.0.1', 9))", "socket.getaddrinfo('localhost', 80)",
        "subprocess.run(['true'])", "os.system('true')", "os.execv('/bin/true', ['true'])",
        "os.fork()", "open('made.txt', 'w')", "open('made.txt', 'ab')",
        "os.open('made.txt', os.O_CREAT | os.O_WRONLY)", "os.remove('made.txt')",
        "os.mkdir('made')", "ctypes.CDLL('libm.so.6')",
    ],
)  # fmt: skip
def test_the_reading_process_refuses_to_reach_out(code: str) -> None:
    assert _in_child(code) == "refused"


def test_the_reading_process_may_read() -> None:
    assert _in_child("open(os.__file__).close()") == "done"


def test_a_password_goes_to_the_reading_process_on_stdin_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    start = subprocess.Popen

    def watched(command, **options):
        seen.append(f"{command} {options}")
        return start(command, **options)

    monkeypatch.setattr(subprocess, "Popen", watched)
    upload = Upload(
        "c.xlsx", encrypted(xlsx({"C": customer_rows(30)}), "Geheim-7"), None, "Geheim-7"
    )
    found = parse(upload, mapping=None, folder=tmp_path, k_min=5)
    other = parse(
        Upload("c.xlsx", upload.data, None, "Geheim-7 "[:8]), mapping=None, folder=tmp_path, k_min=5
    )
    assert seen
    kept = [*seen, repr(upload), repr(found), *(str(p) for p in tmp_path.iterdir())]
    assert not [text for text in kept if "Geheim" in text]
    assert not [p for p in tmp_path.iterdir() if b"Geheim" in p.read_bytes()]
    assert found.key == other.key
    with pytest.raises(InputError) as caught:
        parse(
            Upload("c.xlsx", upload.data, None, "Falsch-8"), mapping=None, folder=tmp_path, k_min=5
        )
    assert caught.value.code == "wrong_password"
    assert "Falsch" not in f"{caught.value!r} {caught.value}"


@pytest.mark.parametrize(
    "what", ["raise SystemError('Alice Example')", "print('Alice Example', file=sys.stderr)"]
)
def test_what_a_reader_says_on_stderr_goes_nowhere(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    _with_reader(what, tmp_path, monkeypatch)
    told = []
    book = xlsx({"C": customer_rows(9)})
    parse(
        Upload("c.xlsx", book),
        mapping=None,
        folder=tmp_path / "case",
        k_min=5,
        tell=lambda *a: told.append(a),
    )
    assert "Alice" not in str(told) + "".join(capfd.readouterr())
