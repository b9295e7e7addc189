"""What people and files changed between two versions of a case, and mixtures of both versions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from cxcase.case_document import CaseInputs, SavedFile, body_of
from cxcase.settings import Settings
from cxcase.stage_settings import STAGES, adds

Kind = Literal["files", "data", "moments", "steps", "money", "ask", "beside"]
# stage -> what its settings are about; only what comes before the plan moves its NPV
_ABOUT: Mapping[str, Kind] = {
    "case": "data",
    "link": "data",
    "moments": "moments",
    "steps": "steps",
    "returns": "money",
    "plan": "ask",
}
_OF_SETTING: Mapping[str, Kind] = {
    name: _ABOUT[stage] for stage in STAGES if stage in _ABOUT for name in adds(stage)
}
_SETS = (  # in no order
    *("controls", "same_ids", "mandatory", "barred", "own_steps"),
    *("added_steps", "removed_steps"),
)
_WHOLE = ("asked", "frozen_steps")  # mappings whose entries mean nothing one without the others
_BESIDE = ("company", "mapping", "pins", "clips", "agreed", "asks")  # move no figure


@dataclass(frozen=True)
class Cause:
    """One thing that somebody, or a file, changed.

    what: "setting", "file_added", "file_removed", "file_changed", "file_replaced", "file_read", or
    a part of the case beside its figures. name: of the setting or the file. entry: what inside the
    setting, such as a step or a segment; None for the whole of it. before and after: plain values,
    names of files. also: files read anew because of it.
    """

    what: str
    name: str = ""
    entry: str | None = None
    before: Any = None
    after: Any = None
    also: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """What it is about; "beside" for what cannot move the plan's NPV."""
        if self.what == "file_read":
            return "data"
        if self.what.startswith("file_"):
            return "files"
        return _OF_SETTING.get(self.name, "beside") if self.what == "setting" else "beside"

    def plain(self) -> dict[str, Any]:
        """As it is kept with a version."""
        told = {"kind": self.what, "name": self.name, "entry": self.entry, "also": list(self.also)}
        kept: dict[str, Any] = {name: value for name, value in told.items() if value}
        if self.what == "setting" or self.before is not None or self.after is not None:
            kept |= {"from": self.before, "to": self.after}
        return kept

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Cause:
        """The cause that was kept so."""
        return cls(
            kept["kind"],
            kept.get("name", ""),
            kept.get("entry"),
            kept.get("from"),
            kept.get("to"),
            tuple(kept.get("also", ())),
        )


def causes(before: CaseInputs | None, now: CaseInputs) -> tuple[Cause, ...]:
    """All that changed: files first, then settings in their order, then what moves no figure."""
    old = before or CaseInputs()
    was = body_of(old)
    body = body_of(now)
    beside = (Cause(name) for name in _BESIDE if body[name] != was[name])
    settings = _of_settings(was["settings"], body["settings"])
    return (*_of_files(old.files, now.files), *settings, *beside)


# ---- settings


def _of_settings(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Cause]:
    for field in fields(Settings):
        name = field.name
        if name != "owned" and was[name] != now[name]:
            yield from _of_setting(name, was[name], now[name])


def _of_setting(name: str, was: Any, now: Any) -> Iterator[Cause]:
    """The setting as one, or a cause for each entry that is another now."""
    if isinstance(now, Mapping) and name not in _WHOLE:
        was = was or {}
        for entry in dict.fromkeys([*was, *now]):
            if was.get(entry) != now.get(entry):
                yield Cause("setting", name, entry, was.get(entry), now.get(entry))
    elif name in _SETS and None not in (was, now) and {*was} != {*now}:
        for entry in dict.fromkeys([*was, *now]):
            if (entry in was) != (entry in now):
                yield Cause("setting", name, entry, entry in was, entry in now)
    else:
        yield Cause("setting", name, None, was, now)


# ---- files


def _of_files(old: Sequence[SavedFile], now: Sequence[SavedFile]) -> Iterator[Cause]:
    """Files that came, went or are other ones. What was read anew only because others are there
    now goes with these.
    """
    moved = [*_moved(old, now)]
    before = {file.name: file for file in old}
    same = [(before[file.name], file) for file in now if file.name in before]
    again = [(was, file) for was, file in same if _read_anew(was, file)]
    followed = tuple(file.name for was, file in again if moved and _alone(was) == _alone(file))
    if followed and len(moved) > 1:
        moved = [_together(moved)]
    yield from (replace(cause, also=(*cause.also, *followed)) for cause in moved)
    yield from (Cause("file_read", file.name) for _, file in again if file.name not in followed)


def _moved(old: Sequence[SavedFile], now: Sequence[SavedFile]) -> Iterator[Cause]:
    there = {file.name: file for file in old}
    names = {file.name for file in now}
    gone = [file for file in old if file.name not in names]
    for file in now:
        known = there.get(file.name)
        if known is not None and known.digest != file.digest:
            yield Cause("file_changed", file.name)
        if known is not None:
            continue
        earlier = next((was for was in gone if same_table(was, file)), None)
        if earlier is None:
            yield Cause("file_added", file.name)
        else:
            gone.remove(earlier)
            yield Cause("file_replaced", file.name, None, earlier.name, file.name)
    yield from (Cause("file_removed", file.name) for file in gone)


def same_table(one: SavedFile, other: SavedFile) -> bool:
    """True for files of the same roles under the same headings: one month's export and the next."""
    return bool(_tables(one)) and _tables(one) == _tables(other)


def _tables(file: SavedFile) -> list[tuple[Any, ...]]:
    sources = [table.source for table in file.parsed.tables if table.source.role]
    return sorted((str(source.role), *source.headings) for source in sources)


def _read_anew(was: SavedFile, file: SavedFile) -> bool:
    return was.digest == file.digest and was.parsed.key != file.parsed.key


def _alone(file: SavedFile) -> str:
    return (file.alone or file.parsed).key


def _together(moved: Sequence[Cause]) -> Cause:
    """Files that can't be told apart, as others were read anew because of all of them."""
    names = tuple(name for cause in moved for name in cause_files(cause))
    return Cause("files_changed", names[0], also=names[1:])


def cause_files(cause: Cause) -> tuple[str, ...]:
    """The files that a cause is about, old names and new."""
    if cause.what == "file_replaced":
        return (cause.before, cause.after, *cause.also)
    return (cause.name, *cause.also)


# ---- mixtures


def mixed(
    old: CaseInputs, now: CaseInputs, every: Sequence[Cause], chosen: Collection[int]
) -> CaseInputs:
    """The old inputs with only the chosen causes, by their places in `every`, come to pass."""
    if len(chosen) == len(every):
        return now
    picked = [every[place] for place in sorted(chosen)]
    return replace(old, files=_mixed_files(old, now, picked), settings=_mixed(old, now, picked))


def _mixed_files(
    old: CaseInputs, now: CaseInputs, picked: Sequence[Cause]
) -> tuple[SavedFile, ...]:
    """The files in the order of the new version, then those that only the old one has."""
    changed = {name for cause in picked if "file" in cause.what for name in cause_files(cause)}
    if not changed:
        return old.files
    before = {file.name: file for file in old.files}
    after = {file.name: file for file in now.files}
    found = []
    for name in dict.fromkeys([*after, *before]):
        file = after.get(name) if name in changed else before.get(name)
        if file is not None:
            found.append(file)
    return tuple(found)


def _mixed(old: CaseInputs, now: CaseInputs, picked: Sequence[Cause]) -> Settings:
    """The old settings with these causes. Raises SettingsError where they don't go together."""
    values: dict[str, Any] = {}
    for cause in picked:
        if cause.what != "setting":
            continue
        was = values.get(cause.name, getattr(old.settings, cause.name))
        wanted = getattr(now.settings, cause.name)
        values[cause.name] = wanted if cause.entry is None else _with(was, wanted, cause.entry)
    owned = old.settings.owned - values.keys() | now.settings.owned & values.keys()
    return replace(old.settings, **values, owned=owned)


def _with(was: Any, wanted: Any, entry: str) -> Any:
    """A mapping or a set with one entry as it is wanted."""
    if isinstance(wanted, Mapping):
        others = {name: value for name, value in was.items() if name != entry}
        return others | ({entry: wanted[entry]} if entry in wanted else {})
    kept = {*was} - {entry} | {*wanted} & {entry}
    return tuple(name for name in dict.fromkeys([*wanted, *was]) if name in kept)
