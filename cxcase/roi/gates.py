"""Gates between the parts of a step: what a pilot's result can show, and what it is worth to be
able to stop.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cxcase.estimate import Bools, Floats, Ints
from cxcase.moments import Moments
from cxcase.recommend import Step
from cxcase.roi.step_flows import Model
from cxcase.stats.draws import normals
from cxcase.stats.pilot_power import Comparison
from cxcase.stats.teams import intraclass


@dataclass(frozen=True)
class Decision:
    """When to go on, and what it is worth that one may stop.

    threshold   the result from which going on is worth more than stopping; None where every result
                means the same: `passes` is 1 or 0 then
    passes      chance that the result is as good
    worth       expected NPV of what follows where one goes on from the threshold only
    always      the same where one goes on whatever comes out
    """

    threshold: float | None
    passes: float
    worth: float
    always: float

    @property
    def stopping(self) -> float:
        """What it is worth to be able to stop."""
        return self.worth - self.always


@dataclass(frozen=True)
class Gate:
    """What is read out after a part, and what hangs on it.

    step, rest   the part, and those that are only begun if its result is good enough
    moment       whose rating is read ("" the score of all), in `teams`, in month `month` of the
                 part's plan, beside the other teams
    detectable   the least lift that comparison can show; se: its standard error, points
    without      expected NPV of all parts begun at once; waiting: what it costs to begin the rest
                 after the result
    """

    step: str
    parent: str
    rest: tuple[str, ...]
    moment: str
    teams: tuple[str, ...]
    others: int
    month: int
    se: float
    detectable: float
    decision: Decision
    without: float
    waiting: float

    @property
    def value(self) -> float:
        """Expected NPV with the gate less without it."""
        return self.decision.stopping - self.waiting

    @property
    def seen(self) -> bool:
        """True where there are teams and answers enough to compare at all."""
        return math.isfinite(self.se)


def decide(readout: Floats, follows: Floats) -> Decision:
    """The best threshold on what is read out. Both (n_draws,): the result as it would be seen, with
    its error, and the NPV of what follows.
    """
    order = np.argsort(-readout, kind="stable")
    gained = np.cumsum(follows[order]) / len(follows)
    always = float(gained[-1])
    best = int(np.argmax(gained))
    if gained[best] <= 0:
        return Decision(None, 0.0, 0.0, always)
    if best == len(gained) - 1:
        return Decision(None, 1.0, always, always)
    threshold = float(readout[order[best]])
    return Decision(threshold, (best + 1) / len(gained), float(gained[best]), always)


def gates_of(model: Model, moments: Moments) -> tuple[Gate, ...]:
    """A gate after each part, held to teams, that other parts of the same step need."""
    found = []
    for id, step in model.steps.items():
        rest = _rest(step, model.steps)
        if not rest or not step.teams or not model.moves[id]:
            continue
        before = _before(step, model.steps)
        found.append(_gate(model, moments, step, before, rest))
    return tuple(found)


def _siblings(step: Step, steps: Mapping[str, Step]) -> list[Step]:
    """The other parts of the same step that have their lift from it too."""
    if step.inherits is None:
        return []
    alike = (s for s in steps.values() if s.inherits and s.part_of == step.part_of)
    return [other for other in alike if other.id != step.id]


def _rest(step: Step, steps: Mapping[str, Step]) -> tuple[str, ...]:
    """The parts that are begun only after this one, those that need them too."""
    siblings = {other.id: other for other in _siblings(step, steps)}
    found = {step.id}
    while True:
        more = {id for id, s in siblings.items() if id not in found and found & set(s.needs)}
        if not more:
            return tuple(id for id in siblings if id in found)
        found |= more


def _before(step: Step, steps: Mapping[str, Step]) -> tuple[str, ...]:
    """The parts that this one needs, theirs too."""
    siblings = {other.id: other for other in _siblings(step, steps)}
    found: list[str] = []
    waiting = [id for id in step.needs if id in siblings]
    while waiting:
        id = waiting.pop()
        if id not in found:
            found.append(id)
            waiting += [need for need in siblings[id].needs if need in siblings]
    return tuple(reversed(found))


def _gate(
    model: Model, moments: Moments, step: Step, before: Sequence[str], rest: tuple[str, ...]
) -> Gate:
    starts = {}
    month = 1
    for id in (*before, step.id):
        starts[id] = month
        month += model.steps[id].months_to_deliver + model.settings.gate_months
    teams = {team for id in starts for team in model.steps[id].teams}
    moment, compared = _compared(model, moments, step, teams)
    begun = starts[step.id]
    piloted = model.npv_draws(starts)
    follows = model.npv_draws({**starts, **dict.fromkeys(rest, month)}) - piloted
    at_once = model.npv_draws({**starts, **dict.fromkeys(rest, begun)})
    seen = model.lifts(step.id)
    if math.isfinite(compared.se):
        seen = seen + compared.se * normals(f"gate:{step.id}", model.settings.seed)
        decision = decide(seen, follows)
    else:
        decision = _blind(follows)
    return Gate(
        step=step.id,
        parent=step.part_of or "",
        rest=rest,
        moment=moment,
        teams=tuple(sorted(teams)),
        others=compared.teams - compared.treated,
        month=month - 1,
        se=compared.se,
        detectable=compared.least,
        decision=decision,
        without=float(at_once.mean()),
        waiting=float((at_once - piloted - follows).mean()),
    )


def _blind(follows: Floats) -> Decision:
    """Nothing is seen: one goes on or not by what is expected beforehand."""
    always = float(follows.mean())
    return Decision(None, 1.0 if always > 0 else 0.0, max(0.0, always), always)


def _compared(
    model: Model, moments: Moments, step: Step, teams: Iterable[str]
) -> tuple[str, Comparison]:
    """(the moment whose rating shows most, the comparison of its rating between teams)."""
    nothing = Comparison(0, 0, 0.0, 0.0, 0.0)
    fit = moments.counterfactual
    if fit is None or fit.team is None or step.acts_on == "ex":
        return step.moments[0] if step.moments else "", nothing
    share = model.settings.gate_months / 12.0
    inside = fit.inside(list(teams))
    found = {}
    for name in step.moments or ("",):
        if name and name not in fit.names:
            continue
        column = fit.metric_rating if not name else fit.rating[:, fit.names.index(name)]
        rated = np.isfinite(column) & (fit.team >= 0)
        if name:
            rated &= fit.lived[:, fit.names.index(name)]
        found[name] = _comparison(column[rated], fit.team[rated], inside[rated], share)
    best = min(found, key=lambda name: found[name].se, default="")
    return best, found.get(best, nothing)


def _comparison(rating: Floats, team: Ints, inside: Bools, share: float) -> Comparison:
    """The teams of these answers beside each other, with so large a share of a year's answers."""
    there, codes = np.unique(team, return_inverse=True)
    treated = len(np.unique(codes[inside])) if len(codes) else 0
    if len(there) < 3:
        return Comparison(len(there), treated, 0.0, 0.0, 0.0)
    icc = intraclass(rating, codes, len(there)) or 0.0
    answers = share * len(rating) / len(there)
    variance = float(np.var(rating, ddof=1))
    return Comparison(len(there), treated, answers, variance, min(1.0, max(0.0, icc)))
