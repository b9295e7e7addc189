"""`open_case`: a folder or files in, a case out that is worked out as far as somebody looks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import Any

from cxcase.budget import Choice, Plan, PlanDetails, Rules
from cxcase.case_folder import CaseFolder
from cxcase.errors import InputError, UnknownIdError
from cxcase.intake import Case, Upload
from cxcase.link import FittedLink, Link
from cxcase.moments import Moments
from cxcase.output_folder import put_whole
from cxcase.pipeline import Chain, read_case, report_of, write_outputs
from cxcase.recommend import Steps
from cxcase.report import Report, words
from cxcase.roi import Returns
from cxcase.settings import Settings
from cxcase.voice import Voice

# the endings of spreadsheets that are taken from a folder; a file that is named is always read
READABLE = (".csv", ".ods", ".sav", ".tsv", ".txt", ".xls", ".xlsm", ".xlsx", ".zip", ".zsav")


def open_case(
    files: str | Path | Iterable[str | Path],
    *,
    company: str = "",
    mapping: Mapping[str, Any] | None = None,
    passwords: Mapping[str, str] | None = None,
    made_at: dt.datetime | None = None,
    **choices: Any,
) -> OpenCase:
    """The case that a folder's spreadsheets, or the files named, make together.

    company: the name that outputs carry. mapping: a saved mapping.json. passwords: file name -> its
    password. made_at: the time that outputs carry, now by default. choices: settings by their
    names, such as budget=150_000 or margin=0.35; what is not said is an assumption.

    Raises InputError for a file that cannot be read, SettingsError for a choice outside what is
    possible, UnknownIdError for a choice there is no setting for.
    """
    known = [field.name for field in fields(Settings) if field.name != "owned"]
    for name in choices:
        if name not in known:
            raise UnknownIdError.among("settings", name, known)
    settings = Settings(**choices, owned=frozenset(choices))
    passwords = passwords or {}
    uploads = [
        Upload(path.name, path.read_bytes(), password=passwords.get(path.name))
        for path in _paths(files)
    ]
    folder = CaseFolder()
    case = read_case(uploads, settings, folder.path, mapping)
    return OpenCase(Chain(case, settings.recall(mapping)), folder, company, made_at)


def _paths(files: str | Path | Iterable[str | Path]) -> list[Path]:
    """The files themselves, a folder's in name order. Raises InputError where there is none."""
    named = [files] if isinstance(files, str | Path) else list(files)
    found: list[Path] = []
    for path in map(Path, named):
        if path.is_dir():
            inside = sorted(path.iterdir())
            found += [p for p in inside if p.is_file() and p.suffix.lower() in READABLE]
        elif path.is_file():
            found.append(path)
        else:
            raise InputError("file_missing", file=str(path))
    if not found:
        raise InputError("no_files", found=", ".join(map(str, named)))
    return found


class OpenCase:
    """A case under one choice of settings; each stage is worked out when it is first looked at.

    Its tables lie in a folder of their own, which goes with it, or with `close()`.
    """

    def __init__(
        self, chain: Chain, folder: CaseFolder, company: str, made_at: dt.datetime | None
    ) -> None:
        self._chain = chain
        self._folder = folder
        self._company = company or words.say("pages.side.unnamed")
        self._made_at = made_at or dt.datetime.now(dt.UTC).replace(microsecond=0)

    def __enter__(self) -> OpenCase:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Removes the case's tables; what was worked out stays."""
        self._folder.remove()

    @property
    def settings(self) -> Settings:
        """Every choice and assumption the case rests on."""
        return self._chain.settings

    @property
    def case(self) -> Case:
        """What was read, and what was set aside."""
        return self._chain.case

    @property
    def link(self) -> Link:
        """What a point of experience is worth."""
        return self._chain.link

    @property
    def fitted_link(self) -> FittedLink:
        """The link with the models behind it, to be asked about other moves."""
        return self._chain.fitted_link

    @property
    def moments(self) -> Moments:
        """Which moments of truth carry it."""
        return self._chain.moments

    @property
    def voice(self) -> Voice:
        """What customers say, moment by moment."""
        return self._chain.voice

    @property
    def steps(self) -> Steps | None:
        """The steps of the sheet of recommendations; None without one."""
        return self._chain.steps

    @property
    def returns(self) -> Returns | None:
        """What each step returns; None without steps."""
        return self._chain.returns

    @property
    def plan(self) -> Plan | None:
        """The best set of steps for what the settings ask; None without steps."""
        return self._chain.plan

    @property
    def plan_details(self) -> PlanDetails | None:
        """Sensitivity, milestones and alternatives of the plan; None without one."""
        return self._chain.plan_details

    @cached_property
    def report(self) -> Report:
        """All stages as the one value that deck, workbook and case.json read."""
        return report_of(
            self._chain.results(), self.settings, made_at=self._made_at, company=self._company
        )

    def plan_for(self, choice: Choice, rules: Rules | None = None) -> Plan | None:
        """The best plan for another ask, such as TargetReturn(0.5); None without steps."""
        return self._chain.plan_for(choice, rules or Rules())

    def write(self, folder: str | Path) -> Path:
        """Writes case.json, deck, workbook, charts and what was set aside; returns the folder."""
        target = Path(folder)
        put_whole(target, lambda made: write_outputs(self.report, made))
        return target

    def __repr__(self) -> str:
        return f"{self._company}: {self.case!r}"

    def _repr_html_(self) -> str:
        return self.case._repr_html_()
