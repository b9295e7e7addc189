"""Which slides a deck has, in which order: short or full, for whom, and as somebody chose."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cxcase.export.deck import (
    agreed,
    asked,
    drivers,
    first_slides,
    funding,
    link,
    periods,
    reasons,
    roadmap,
    waiting,
    what_would,
)
from cxcase.export.deck.canvas import Deck
from cxcase.export.deck.proof import (
    appendix,
    choices,
    evidence_slide,
    governance,
    moments_slides,
    risks,
    strategy_slide,
)
from cxcase.export.deck.short import gate_owners, reach, waves, yearly_cash
from cxcase.export.deck.voices import voices
from cxcase.report.result import Report
from cxcase.settings import Settings

Make = Callable[[Deck, Report], None]
ASK = "ask"  # what every deck begins with
# code -> how it is made; one that has nothing to say makes no slide
MAKERS: Mapping[str, Make] = {
    ASK: first_slides.ask,
    "reach": reach.within_reach,
    "waves": waves.waves,
    "cash": yearly_cash.yearly_cash,
    "gates": gate_owners.gate_owners,
    "unfunded": what_would.nothing_funded,
    "waiting": waiting.doing_nothing,
    "stake": first_slides.stake,
    "map": moments_slides.moments_map,
    "dose": moments_slides.dose,
    "chain": link.chain,
    "no_ex": what_would.no_engagement,
    "voices": voices,
    "steps": funding.steps,
    "one_step": what_would.one_step,
    "strategy": strategy_slide.strategy,
    "evidence": evidence_slide.evidence,
    "lines": drivers.lines,
    "roadmap": roadmap.roadmap,
    "periods": periods.periods,
    "budget": funding.budget,
    "recut": drivers.recut,
    "options": choices.options,
    "robust": choices.robust,
    "decides": funding.decides,
    "tornado": drivers.tornado,
    "risks": risks.risks,
    "pilot": risks.pilot,
    "segments": moments_slides.segments,
    "ninety": governance.ninety_days,
    "wrong": reasons.wrong,
    "rests": reasons.rests_on,
    "agreed": agreed.agreed,
    "data": appendix.data,
    "asked": asked.asked,
    "book": reasons.workbook,
    "figures": link.figures,
    "checked": link.checked,
}
# six slides: what decides it has one form for a single step and one for several
SHORT = (ASK, "reach", "unfunded", "waves", "cash", "decides", "one_step", "gates")
FULL = (
    *(ASK, "unfunded", "waiting", "stake", "map", "voices", "dose", "chain", "no_ex"),
    *("steps", "one_step", "strategy", "evidence", "lines", "roadmap", "periods", "cash"),
    *("budget", "recut"),
    *("options", "decides", "tornado", "robust", "risks", "pilot", "segments", "ninety", "gates"),
    *("wrong", "rests", "agreed", "data", "asked", "book", "figures", "checked"),
)
# what each audience wants to see first after the ask; all else follows in its usual order
_FIRST: Mapping[str | None, tuple[str, ...]] = {
    None: (),
    "ceo": ("waiting", "reach", "stake", "voices", "decides", "waves"),
    "cfo": ("cash", "options", "decides", "tornado", "lines", "waiting"),
    "coo": ("waves", "roadmap", "ninety", "gates", "steps"),
    "people": ("chain", "no_ex", "voices", "ninety", "waves"),
    "board": ("risks", "robust", "gates", "options", "decides", "reach"),
}


def slides_of(settings: Settings) -> tuple[str, ...]:
    """The codes of the slides that these settings ask for, in their order.

    Those that somebody ordered come first after the ask, then what the audience asks about first.
    """
    usual = SHORT if settings.deck == "short" else FULL
    dropped = set(settings.slides_dropped)
    wanted = (ASK, *settings.slide_order, *_FIRST[settings.audience], *usual)
    known = [code for code in dict.fromkeys(wanted) if code in usual]
    return tuple(code for code in known if code not in dropped)


_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "ask": (ASK, "reach", "unfunded", "waiting", "stake", "map", "voices"),
    "holds": (
        *("dose", "chain", "no_ex", "evidence", "decides", "tornado", "robust", "risks"),
        *("pilot", "segments", "wrong"),
    ),
    "appendix": ("rests", "agreed", "data", "asked", "book", "figures", "checked"),
}


def section_of(code: str) -> str:
    """The section that a slide opens: "ask", "plan", "holds" or "appendix"."""
    return next((name for name, codes in _SECTIONS.items() if code in codes), "plan")
