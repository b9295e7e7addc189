"""The settings of a case: checked as they are made, recalled, and listed as a register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from cxcase.errors import SettingsError
from cxcase.fixed import Fixed
from cxcase.settings.assumptions import UNITS, Assumption, in_force
from cxcase.settings.check_settings import check_settings
from cxcase.settings.chosen import Chosen
from cxcase.settings.known_choices import (
    DECISIONS,
    ID_RULES,
)

_MAPPINGS = (  # fields that are mappings, made unchangeable
    "decisions",
    "same_teams",
    "same_questions",
    "currency_rates",
    "target_ratings",
    "team_days",
    "phase_most",
    "phase_tags",
    "asked",
    "segment_margins",
    "step_answers",
    "step_cells",
    "step_reasons",
    "evidence_cells",
    "frozen_steps",
    "study_shares",
    "slide_titles",
)
OF_DECK = ("deck", "audience", "slide_order", "slides_dropped", "slide_titles")


@dataclass(frozen=True)
class Settings(Chosen):
    """What a person chose, within its limits, and what follows from it."""

    def __post_init__(self) -> None:
        for name in _MAPPINGS:
            object.__setattr__(self, name, Fixed(getattr(self, name)))
        check_settings(self)

    @property
    def before(self) -> Settings:
        """These settings as they were when the earlier ask was made."""
        return replace(self, **{**self.asked, "asked": Fixed()})

    def margin_of(self, segment: str) -> float:
        """A segment's margin, a share of revenue: its own if it has one, else that of all."""
        folded = segment.casefold().strip()
        own = (
            margin
            for name, margin in self.segment_margins.items()
            if name.casefold().strip() == folded
        )
        return next(own, self.margin)

    def check_segments(self, known: Collection[str]) -> None:
        """Raises SettingsError where a margin is for a segment that the data do not have."""
        there = {name.casefold().strip() for name in known if name}
        for name in self.segment_margins:
            if name.casefold().strip() not in there:
                code = "unknown_segment" if there else "no_segments"
                raise SettingsError(
                    code, name="segment_margin", found=name, expected=", ".join(filter(None, known))
                )

    def option(self, decision: str) -> str:
        """The option in force for a decision: the one somebody chose, else the default."""
        return self.decisions.get(decision, DECISIONS[decision][0])

    def question(self, name: str) -> str:
        """The moment meant by a question of one wave, through others that it was called first."""
        passed = {name}
        while (after := self.same_questions.get(name)) is not None and after not in passed:
            passed.add(after)
            name = after
        return name

    def currency_of(self, shown: str | None) -> str:
        """The currency of a case's figures: as chosen, as its tables show, or the default."""
        if "currency" in self.owned or not shown:
            return self.currency
        return shown

    def in_currency_of(self, shown: str | None) -> Settings:
        """The same settings with `currency_of` as their currency; it stays as chosen or not."""
        return replace(self, currency=self.currency_of(shown))

    def planned_on(self, day: dt.date) -> Settings:
        """These settings with the day on which the plan is asked for, unless it is settled."""
        if self.plan_start is not None or self.plan_after is not None:
            return self
        return replace(self, plan_after=dt.date(day.year, day.month - (day.month - 1) % 3, 1))

    @property
    def behind_figures(self) -> Settings:
        """These settings without the choices that only say how the deck is told."""
        plain = Settings()
        as_ever = {name: getattr(plain, name) for name in OF_DECK}
        return replace(self, **as_ever, owned=self.owned - set(OF_DECK))

    def deciding(self, decision: str, option: str) -> Settings:
        """These settings with one decision made."""
        return replace(self, decisions={**self.decisions, decision: option})

    def saved(self) -> dict[str, Any]:
        """The choices about the data as mapping.json keeps them beside its tables.

        Defaults nobody owns are not.
        """
        same_as = {
            "team": dict(self.same_teams),
            "customer_id": list(self.same_ids),
            "moment": dict(self.same_questions),
        }
        return {
            "decisions": dict(self.decisions),
            "same_as": same_as,
            "currency_rates": dict(self.currency_rates),
            "steps": dict(self.step_answers),
        }

    def recall(self, saved: Mapping[str, Any] | None) -> Settings:
        """These settings with the choices of a mapping.json wherever none was made here.

        Raises SettingsError.
        """
        saved = saved or {}
        same_as = _mapping("same_as", saved.get("same_as"))
        rules = same_as.get("customer_id") or ()
        if not isinstance(rules, list | tuple):
            raise SettingsError(
                "unknown_choice", name="same_as", found=rules, expected=", ".join(ID_RULES)
            )
        return replace(
            self,
            decisions=_mapping("decisions", saved.get("decisions")) | dict(self.decisions),
            same_teams=_mapping("same_as", same_as.get("team")) | dict(self.same_teams),
            same_questions=_mapping("same_as", same_as.get("moment")) | dict(self.same_questions),
            same_ids=self.same_ids or tuple(rules),
            currency_rates=_mapping("currency_rates", saved.get("currency_rates"))
            | dict(self.currency_rates),
            step_answers=_mapping("steps", saved.get("steps")) | dict(self.step_answers),
        )

    def register(self, came_up: Collection[str] = ()) -> Iterator[Assumption]:
        """Every assumption with its unit, in the order people read them.

        came_up: the decisions this data calls for.
        """
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        for field in fields(self):
            if field.name in UNITS and in_force(field.name, values):
                yield Assumption(
                    field.name,
                    getattr(self, field.name),
                    UNITS[field.name],
                    field.name in self.owned,
                )
        if self.target_ratings:
            named = "; ".join(f"{name} {rating:g}" for name, rating in self.target_ratings.items())
            yield Assumption("target_ratings", named, "points", True)
        for code in DECISIONS:
            if code in came_up:
                yield Assumption(code, self.option(code), "choice", code in self.decisions)
        if "responses_before_window" in came_up:
            name = "oldest_response_months"
            yield Assumption(
                name, self.oldest_response_months, "months before the start", name in self.owned
            )


def _mapping(name: str, found: Any) -> dict[str, Any]:
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise SettingsError(
            "unknown_choice", name=name, found=found, expected="names with their values"
        )
    return dict(found)
