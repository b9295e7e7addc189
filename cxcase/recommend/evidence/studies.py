"""The evidence register's rows as studies: what each found, and how much of that is counted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from cxcase.intake import Scale
from cxcase.recommend.cells import Row, folded
from cxcase.recommend.evidence.kinds import GRADES, share_of, strength_of
from cxcase.recommend.evidence.units import misfit
from cxcase.recommend.places import find_place
from cxcase.recommend.result import Evidence
from cxcase.settings import Settings

_NO = {"", "n", "no", "false", "0", "none", "nein", "non"}


class CaseStudies:
    """The studies of a register, each with what it speaks about.

    moments: plain name -> moment.
    """

    def __init__(
        self, rows: Iterable[Row], moments: Mapping[str, str], settings: Settings | None = None
    ) -> None:
        settings = settings or Settings()
        rows = tuple(rows)
        self._studies = [(_about(row, moments), _evidence(row, settings)) for row in rows]
        self._said = [_said(row) for row in rows]

    @property
    def all(self) -> tuple[tuple[Evidence, str | None], ...]:
        """Every row of the register in its order, with what it says that it is about."""
        return tuple(
            (study, said) for (_, study), said in zip(self._studies, self._said, strict=True)
        )

    def speaking_for(
        self,
        step: str,
        places: Iterable[str],
        scales: Sequence[Scale],
        inherits: str | None = None,
    ) -> tuple[Evidence, ...]:
        """The studies on a step itself, on the one that it `inherits` its lift from, or on what it
        acts on, strongest first.

        Each says how it is used, on the scales of what the step acts on.
        """
        wanted = {*places, _step(step), _step(inherits or step)}
        found = [_on(study, scales) for names, study in self._studies if names & wanted]
        return tuple(sorted(found, key=lambda study: GRADES.index(study.grade)))


def _about(row: Row, moments: Mapping[str, str]) -> frozenset[str]:
    """The moments, "ease", "ex" or the step that a study names without doubt."""
    step = row.text("step")
    if step is not None:
        return frozenset({_step(step)})
    text = row.text("moment") or row.text("acts_on")
    place = find_place(text, moments).place if text else None
    if place is None:
        return frozenset()
    return frozenset(place.moments or (place.acts_on,))


def _said(row: Row) -> str | None:
    """What a row is about, as it is written."""
    return row.text("step") or row.text("moment") or row.text("acts_on")


def _step(id: str) -> str:
    return f"step: {folded(id)}"


def _evidence(row: Row, settings: Settings) -> Evidence:
    """One row: its effect, how uncertain it is, and what is left of it once discounted."""
    said = row.text("kind") or ""
    vendor = (row.text("vendor") or "").casefold() not in _NO
    n = row.number_of("n")
    strength = strength_of(said, row.yes("controlled"), vendor, n is not None)
    year = row.number_of("year")
    study = Evidence(
        source=row.text("source") or "",
        kind=said,
        grade=strength.grade,
        effect=row.number_of("effect"),
        unit=row.text("unit"),
        year=int(year) if year is not None else None,
        link=row.text("link"),
        code=strength.kind,
        controlled=strength.controlled,
        n=n,
        estimate=_estimate(row),
        department=row.text("department"),
        person=row.text("person"),
        row=row.number,
    )
    return _discounted(study, row.number_of("se"), row.number_of("sd"), settings)


def _estimate(row: Row) -> tuple[float, float, float] | None:
    """A person's P10, likely and P90, in order; None where not all three are given."""
    low, likely, high = (row.number_of(name) for name in ("low", "likely", "high"))
    if low is None or likely is None or high is None or not low <= likely <= high:
        return None
    return low, likely, high


def _discounted(
    study: Evidence, se: float | None, sd: float | None, settings: Settings
) -> Evidence:
    """The study with its standard error, and with what is counted of both.

    Source: Turner et al. 2009, JRSS A 172, 21-47: the effect times a share, whose own uncertainty
    widens the error.
    """
    if study.effect is None or study.code == "estimate":
        return study
    error, how = _error_of(study, se, sd)
    share = share_of(study.code, study.controlled, settings.study_shares)
    return replace(
        study,
        se=error,
        se_from=how,
        share=share,
        discounted=share * study.effect,
        discounted_se=math.hypot(share * error, study.effect * settings.study_spread),
    )


def _error_of(study: Evidence, se: float | None, sd: float | None) -> tuple[float, str]:
    """(standard error, where it is from): given, of n in two halves, or the effect itself."""
    if se is not None and se > 0:
        return se, "given"
    if sd is not None and sd > 0 and study.n is not None and study.n >= 2:
        return 2.0 * sd / math.sqrt(study.n), "n_and_sd"
    return abs(study.effect or 0.0), "assumed"


def _on(study: Evidence, scales: Sequence[Scale]) -> Evidence:
    """The study with how it is used for a step that acts on these scales."""
    if study.code == "estimate" and study.estimate is not None:
        why = misfit(study.unit, scales) if study.unit else None
        return replace(study, use="told" if why else "expert", why=why)
    if study.effect is None:
        return replace(study, why="study_without_effect")
    if study.discounted_se == 0:
        return replace(study, why="study_without_error")
    why = misfit(study.unit, scales)
    if why is not None:
        return replace(study, why=why)
    if study.code == "own_pilot" and study.controlled:
        return replace(study, use="pilot")
    return replace(study, use="pooled")
