"""Nothing of a customer's stays behind when a process is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cxcase.case_folder import CaseFolder, passing_folder, sweep

ROOT = Path(__file__).resolve().parents[2]
_HOLDS = """
import sys, time
from pathlib import Path
from cxcase.case_folder import CaseFolder
held = CaseFolder(parent=Path(sys.argv[1]))
(held.path / "customers.parquet").write_text("secret")
print(held.path, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("sent", ["SIGKILL", "SIGTERM"])
def test_what_a_killed_process_left_is_swept(tmp_path: Path, sent: str) -> None:
    command = [sys.executable, "-c", _HOLDS, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        left = Path(process.stdout.readline().strip())
        assert sweep(parent=tmp_path) == 0
        assert (left / "customers.parquet").exists()
        process.send_signal(getattr(signal, sent))
        process.wait()
    assert left.exists()
    assert sweep(parent=tmp_path) == 1
    assert not left.exists()


def test_a_folder_in_use_and_others_stay(tmp_path: Path) -> None:
    used = CaseFolder(parent=tmp_path)
    (tmp_path / "cxcase-notes").mkdir()
    (tmp_path / "cxcase-file").touch()
    (tmp_path / "cxcase-file.lock").touch()
    (tmp_path / "other-folder").mkdir()
    assert sweep(parent=tmp_path) == 0
    assert len(list(tmp_path.iterdir())) == 6
    used.remove()
    assert len(list(tmp_path.iterdir())) == 4


def test_a_folder_goes_with_its_block_also_after_an_error(tmp_path: Path) -> None:
    def fail() -> None:
        with passing_folder(parent=tmp_path) as folder:
            (folder / "a.parquet").touch()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not list(tmp_path.iterdir())
