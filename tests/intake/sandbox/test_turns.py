"""One line for all files: in order, so many at a time, and who gives up holds nobody up."""

from __future__ import annotations

import threading
import time

import pytest

from cxcase.intake.sandbox.turns import Turns


def test_never_more_at_a_time_and_each_in_turn() -> None:
    turns = Turns(2)
    at_once = 0
    most = 0
    order = []
    lock = threading.Lock()

    def read(place: int) -> None:
        nonlocal at_once, most
        with turns.taken():
            with lock:
                at_once += 1
                most = max(most, at_once)
                order.append(place)
            time.sleep(0.02)
            with lock:
                at_once -= 1

    threads = []
    for place in range(8):
        threads.append(threading.Thread(target=read, args=(place,)))
        threads[-1].start()
        time.sleep(0.002)
    for thread in threads:
        thread.join()
    assert most == 2
    assert order == [*range(8)]


def test_who_waits_is_told_how_many_are_before_and_may_leave(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cxcase.intake.sandbox.turns._STEP", 0.01)
    turns = Turns(1)
    told = []

    def leaves(before: int) -> None:
        told.append(before)
        raise KeyboardInterrupt

    def gives_up() -> None:
        with turns.taken(leaves):
            raise AssertionError

    with turns.taken(), pytest.raises(KeyboardInterrupt):
        gives_up()
    assert told == [0]
    with turns.taken():  # nobody stands in line any more
        pass


def test_an_error_gives_the_place_back() -> None:
    turns = Turns(1)

    def fails() -> None:
        with turns.taken():
            raise ValueError

    for _ in range(2):
        with pytest.raises(ValueError):
            fails()
