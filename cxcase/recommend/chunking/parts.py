"""What the parts of a step cost: by a stated rule, to the penny what the step costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cxcase.errors import SettingsError
from cxcase.recommend.edits.cell_texts import number_text
from cxcase.recommend.result import StepRow

_DIGITS = 2  # pennies
_INHERITED = (
    *("acts_on", "lift_low", "lift_likely", "lift_high", "months_to_deliver"),
    *("excludes", "owner", "pnl_line", "saving_kind", "cash_releasing", "goal"),
)


@dataclass(frozen=True)
class CostRule:
    """How a cost falls on parts: a share that the first part pays for all, a share by teams, and
    the rest by customers reached.
    """

    fixed: float = 0.0
    per_team: float = 0.0

    def __post_init__(self) -> None:
        shares = (self.fixed, self.per_team)
        if min(shares) < 0 or sum(shares) > 1:
            raise SettingsError(
                "out_of_range", name="cost_rule", found=sum(shares), expected="at most 100 %"
            )


@dataclass(frozen=True)
class Cost:
    """What a whole step costs: once, a year, and in internal days."""

    one_off: float
    yearly: float
    days: float | None = None


@dataclass(frozen=True)
class Slice:
    """What a part touches: its moments and teams (none: all), its customers, how many teams."""

    name: str
    moments: tuple[str, ...]
    teams: tuple[str, ...]
    customers: float
    n_teams: int


@dataclass(frozen=True)
class Part:
    """A part of a step: what it touches and its share of the cost and, where it is one of several
    components that work on the same customers, of the lift. after: the place of the part
    that it needs first.
    """

    name: str
    moments: tuple[str, ...]
    teams: tuple[str, ...]
    one_off_cost: float
    yearly_cost: float
    effort_days: float | None
    share: float
    after: int | None = None
    lifts: tuple[float, float, float] | None = None  # its own; None: the whole's

    def cells(self, parent: StepRow, ids: Sequence[str]) -> dict[str, str]:
        """The cells of the step that this part becomes; ids: of all parts, in their order. All but
        what it touches and costs is as its parent has it: its lift, its time, who delivers it.
        """
        like = {name: text for name, text in parent.cells.items() if name in _INHERITED}
        needs = [name for name in (parent.cells.get("needs"),) if name]
        if self.after is not None:
            needs.append(ids[self.after])
        likely = self.one_off_cost or self.yearly_cost
        ends = {
            name: number_text(end(likely, round(float(parent.cells[name]) * self.share, _DIGITS)))
            for name, end in (("cost_low", min), ("cost_high", max))
            if _is_number(parent.cells.get(name))
        }
        saving = parent.cells.get("saving_per_year")
        if _is_number(saving):
            ends["saving_per_year"] = number_text(float(saving or 0.0) * self.share)
        own = {
            "title": f"{parent.title}: {self.name}",
            "moment": "; ".join(self.moments),
            "teams": "; ".join(self.teams),
            "one_off_cost": number_text(self.one_off_cost),
            "yearly_cost": number_text(self.yearly_cost),
            "effort_days": "" if self.effort_days is None else number_text(self.effort_days),
            "needs": "; ".join(needs),
            "part_of": parent.id,
        }
        names = ("lift_low", "lift_likely", "lift_high")
        lifts = {name: number_text(x) for name, x in zip(names, self.lifts or (), strict=False)}
        return {name: text for name, text in {**like, **own, **ends, **lifts}.items() if text}


def parts_of(
    cost: Cost, slices: Sequence[Slice], rule: CostRule, in_turn: bool = False
) -> tuple[Part, ...]:
    """The parts in their order; none for fewer than two. Their costs add up to the step's.

    A fixed share is paid with the first part, which the others then need.
    """
    if len(slices) < 2:
        return ()
    shares = _shares(slices, rule)
    one_off = _split(cost.one_off, shares)
    yearly = _split(cost.yearly, shares)
    days = _split(cost.days or 0.0, shares)
    return tuple(
        Part(
            one.name,
            one.moments,
            one.teams,
            one_off[place],
            yearly[place],
            None if cost.days is None else days[place],
            shares[place],
            _after(place, rule, in_turn),
        )
        for place, one in enumerate(slices)
    )


def _after(place: int, rule: CostRule, in_turn: bool) -> int | None:
    """The part that one at this place needs first."""
    if place == 0:
        return None
    if in_turn:
        return place - 1
    return 0 if rule.fixed > 0 else None


def _shares(slices: Sequence[Slice], rule: CostRule) -> list[float]:
    """Each part's share of the cost; they add up to 1."""
    even = [1.0 / len(slices)] * len(slices)
    of_customers = _relative([one.customers for one in slices]) or even
    of_teams = _relative([float(one.n_teams) for one in slices]) or even
    rest = 1.0 - rule.fixed - rule.per_team
    shares = [
        rule.per_team * team + rest * customers
        for team, customers in zip(of_teams, of_customers, strict=True)
    ]
    shares[0] += rule.fixed
    return shares


def _relative(sizes: Sequence[float]) -> list[float]:
    whole = sum(sizes)
    return [size / whole for size in sizes] if whole > 0 else []


def _split(sum_: float, shares: Sequence[float]) -> list[float]:
    """The sum in pennies by shares; the last part has what rounding leaves."""
    found = [round(sum_ * share, _DIGITS) for share in shares[:-1]]
    return [*found, round(sum_ - sum(found), 10)]


def _is_number(text: str | None) -> bool:
    try:
        float(text or "")
    except ValueError:
        return False
    return True
