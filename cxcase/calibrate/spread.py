"""Companies shared out among processes; what an arm came to is kept for a study that goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

Run = TypeVar("Run")


class Spread:
    """Runs a piece of work for every seed, in their order, by processes where there are some.

    With a folder to keep them in, what came back under a name is not computed again.
    """

    def __init__(self, pool: ProcessPoolExecutor | None, kept: Path | None) -> None:
        self._pool = pool
        self._kept = kept

    def __call__(self, name: str, work: Callable[[int], Run], seeds: range) -> list[Run]:
        if self._kept is None:
            return self._run(work, seeds)
        self._kept.mkdir(parents=True, exist_ok=True)
        file = self._kept / f"{name}, {seeds.start} to {seeds.stop - 1}.json"
        if file.exists():
            return list(json.loads(file.read_text(encoding="utf-8")))
        runs = self._run(work, seeds)
        file.write_text(json.dumps(runs), encoding="utf-8")
        return runs

    def _run(self, work: Callable[[int], Run], seeds: Iterable[int]) -> list[Run]:
        if self._pool is None:
            return list(map(work, seeds))
        return list(self._pool.map(work, seeds, chunksize=5))
