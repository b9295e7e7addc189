"""A set of outputs comes whole or not at all, whatever fails on the way."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from cxcase import output_folder
from cxcase.output_folder import put_whole

NAMES = ("case.json", "deck.pptx", "set_aside.xlsx", "workbook.xlsx")


def _writes(text: str, names: tuple[str, ...] = NAMES):
    def write(folder: Path) -> str:
        for name in names:
            (folder / name).write_text(text)
        (folder / "charts").mkdir()
        (folder / "charts" / "map.png").write_text(text)
        return text

    return write


def _found(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text() for path in files}


def _whole(text: str) -> dict[str, str]:
    return {**dict.fromkeys(NAMES, text), "charts/map.png": text}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    assert put_whole(folder, _writes("first")) == "first"
    return folder


def test_a_new_set_takes_the_place_of_the_earlier(out: Path) -> None:
    (out / "notes.txt").write_text("mine")
    put_whole(out, _writes("second"))
    assert _found(out) == {**_whole("second"), "notes.txt": "mine"}


def test_what_the_new_set_lacks_does_not_stay_of_the_old(out: Path) -> None:
    put_whole(out, _writes("second", ("case.json",)))
    assert _found(out) == {"case.json": "second", "charts/map.png": "second"}


def test_a_file_that_fails_leaves_the_earlier_set(out: Path) -> None:
    def write(folder: Path) -> None:
        (folder / "case.json").write_text("second")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        put_whole(out, write)
    assert _found(out) == _whole("first")


@pytest.mark.parametrize("nth", range(1, 11))
def test_a_move_that_fails_takes_all_others_back(
    out: Path, nth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = 0
    replace = os.replace

    def move(source: Path, target: Path) -> None:
        nonlocal moved
        moved += 1
        if moved == nth:
            raise OSError(13, "in use by another program")
        replace(source, target)

    monkeypatch.setattr(output_folder.os, "replace", move)
    with pytest.raises(OSError, match="in use"):
        put_whole(out, _writes("second"))
    assert _found(out) == _whole("first")


def test_the_seal_goes_first_and_comes_last(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process killed between two moves leaves no case.json beside files of two sets."""
    replace = os.replace
    mixed = []

    def move(source: Path, target: Path) -> None:
        replace(source, target)
        texts = {text for name, text in _found(out).items() if not name.startswith(".writing")}
        mixed.append(len(texts) > 1 and (out / "case.json").exists())

    monkeypatch.setattr(output_folder.os, "replace", move)
    put_whole(out, _writes("second"))
    assert len(mixed) == 10
    assert not any(mixed)


def test_two_at_once_leave_one_whole_set(out: Path) -> None:
    both = threading.Barrier(2)

    def build(text: str) -> None:
        both.wait()
        put_whole(out, _writes(text))

    for _ in range(5):
        threads = [threading.Thread(target=build, args=(text,)) for text in ("left", "right")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert _found(out) in (_whole("left"), _whole("right"))
