"""Sums over parts of the rows, shared out among a few threads and added up in a fixed order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import ThreadpoolController

MOST = 4  # threads
Given = ParamSpec("Given")
Part = TypeVar("Part")
Found = TypeVar("Found")


def each(work: Callable[[Part], Found], parts: Sequence[Part], *, heavy: bool) -> Iterator[Found]:
    """work(part) of every part, in their order; by threads where the work is heavy.

    Array code leaves the interpreter free, and the order in which threads finish plays no part.
    """
    threads = min(MOST, os.cpu_count() or 1, len(parts))
    if not heavy or threads < 2:
        yield from map(work, parts)
        return
    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(work, parts)


def one_blas_thread(verb: Callable[Given, Found]) -> Callable[Given, Found]:
    """The verb, each of its matrix products on one core.

    Products here are long and thin, and `each` has taken the cores already: a million responses
    took 17 s with two BLAS threads and 10 s with one, a new budget 2.0 to 5.8 s of processor time
    with two and .6 to 1.0 with one. The last digit then no longer depends on how many cores there
    are, either.
    """

    @wraps(verb)
    def alone(*args: Given.args, **named: Given.kwargs) -> Found:
        # the limit is this thread's alone, so that visitors of one server don't meet in it
        with ThreadpoolController().limit(limits=1, user_api="blas"):
            return verb(*args, **named)

    return alone
