"""The expected NPV of mixtures of two versions of a case, each worked out once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from cxcase.case_document import CaseInputs
from cxcase.case_folder import CaseFolder
from cxcase.changes.causes import Cause, mixed
from cxcase.changes.split import Coalition
from cxcase.content_key import content_key
from cxcase.errors import CaseError
from cxcase.intake import assemble
from cxcase.pipeline import Chain
from cxcase.stage_settings import readable, up_to
from cxcase.version import CODE

_T = TypeVar("_T")
Figure = tuple[float | None, str]  # expected NPV and the currency it is counted in
_STAGES = up_to("plan")
# (how many of how many figures are known, the stage that is running)
Tell = Callable[[int, int, str], None]


def figure_key(inputs: CaseInputs) -> str:
    """Names the NPV of these inputs under today's code."""
    return _stage_keys(inputs)[-1]


def _stage_keys(inputs: CaseInputs) -> tuple[str, ...]:
    """A key for each stage up to the plan: equal where all that the stage may read is equal."""
    files = content_key(CODE, *(file.parsed.key for file in inputs.files))
    return tuple(
        content_key("npv", stage, files, readable(inputs.settings, stage)) for stage in _STAGES
    )


@dataclass
class Recomputed:
    """Figures of mixtures of an old version of a case and a new one.

    known: key -> figure, of this comparison and earlier ones; it is added to. tell: called on the
    way.
    """

    old: CaseInputs
    now: CaseInputs
    causes: Sequence[Cause]
    known: MutableMapping[str, Figure] = field(default_factory=dict)
    tell: Tell = lambda done, of, stage: None

    def values(self, coalitions: Sequence[Coalition]) -> Mapping[Coalition, float | None]:
        """The NPV with exactly these causes; None where they make no case, or another currency."""
        keys, todo = self._looked_up(coalitions)
        self._work_out(todo)
        return {coalition: self._value(key) for coalition, key in keys.items()}

    def unknown(self, coalitions: Sequence[Coalition]) -> int:
        """How many figures would have to be worked out."""
        return len(self._looked_up(coalitions)[1])

    def _looked_up(
        self, coalitions: Sequence[Coalition]
    ) -> tuple[dict[Coalition, str | None], dict[str, CaseInputs]]:
        """The key of each mixture's figure, and the inputs of those that aren't known."""
        keys: dict[Coalition, str | None] = {}
        todo: dict[str, CaseInputs] = {}
        for coalition in coalitions:
            try:
                inputs = mixed(self.old, self.now, self.causes, coalition)
            except CaseError:
                keys[coalition] = None
                continue
            key = keys[coalition] = figure_key(inputs)
            if key not in self.known:
                todo[key] = inputs
        return keys, todo

    @property
    def currencies(self) -> tuple[str, str]:
        """What the old and the new figure are counted in, once both are known."""
        return (self.known[figure_key(self.old)][1], self.known[figure_key(self.now)][1])

    def _value(self, key: str | None) -> float | None:
        """The figure under the key, where it counts in the new version's currency."""
        if key is None:
            return None
        value, currency = self.known[key]
        if currency != self.known.get(figure_key(self.now), (None, currency))[1]:
            return None
        return value

    def _work_out(self, todo: Mapping[str, CaseInputs]) -> None:
        """Works out the figures that aren't known, such that share most stages one after the
        other: of each stage only the last result is kept.
        """
        latest = _Latest()
        ordered = sorted(todo, key=lambda key: _stage_keys(todo[key]))
        for done, key in enumerate(ordered):
            inputs = todo[key]
            self.known[key] = latest.figure(inputs, _told(self.tell, done, len(ordered)))


def _told(tell: Tell, done: int, of: int) -> Callable[[str], None]:
    return lambda stage: tell(done, of, stage)


class _Latest:
    """The last result of each stage, given again as long as its key stays."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, Any]] = {}
        self._folder: CaseFolder | None = None

    def figure(self, inputs: CaseInputs, tell: Callable[[str], None]) -> Figure:
        """The inputs' expected NPV."""
        files = content_key(CODE, *(file.parsed.key for file in inputs.files))

        def keep(stage: str, given: Any, make: Callable[[], _T], /) -> _T:
            return self._made(stage, content_key(stage, files, given), make, tell)

        try:
            settings = readable(inputs.settings, "case")
            key = content_key("case", files, settings)
            case = self._made("case", key, lambda: self._assembled(inputs), tell)
            chain = Chain(case, inputs.settings, keep)
            return chain.expected_npv, chain.settings.currency
        except CaseError:
            return None, inputs.settings.currency

    def _assembled(self, inputs: CaseInputs) -> Any:
        """The case in a folder of its own, which goes with the next case."""
        self._kept.clear()
        self._folder = CaseFolder()
        parsed = [file.parsed for file in inputs.files]
        settings = readable(inputs.settings, "case")
        return assemble(parsed, settings, self._folder.path)

    def _made(
        self, stage: str, key: str, make: Callable[[], _T], tell: Callable[[str], None]
    ) -> _T:
        known = self._kept.get(stage)
        if known is not None and known[0] == key:
            found: _T = known[1]
            return found
        tell(stage)
        made = make()
        self._kept[stage] = (key, made)
        return made
