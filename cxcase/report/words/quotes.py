"""What stands below a quote: whose words it is, as far as anybody may know."""

from __future__ import annotations

from cxcase.report.words.texts import has, say
from cxcase.voice import Band, Pin, Quote


def about_quote(item: Quote | Pin, currency: str = "GBP", *, with_moment: bool = False) -> str:
    """The line below a quote: its moment where asked for, whose it is, the mark it came with."""
    parts = [_source(item, currency)]
    if with_moment and item.moment:
        parts.insert(0, item.moment)
    if has(f"voice.mark.{item.direction}"):
        parts.append(say(f"voice.mark.{item.direction}"))
    return " · ".join(parts)


def band(item: Band | None, currency: str = "GBP") -> str:
    """A customer in a band of revenue a year; only "a customer" where there is no band."""
    if item is None or (item.low is None and item.high is None):
        return say("voice.band.any")
    if item.low is None:
        return say("voice.band.below", currency, high=item.high)
    if item.high is None:
        return say("voice.band.above", currency, low=item.low)
    return say("voice.band.between", currency, both=(item.low, item.high))


def _source(item: Quote | Pin, currency: str) -> str:
    if isinstance(item, Pin) and item.kind == "clip":
        return say("voice.recording")
    return band(item.band, currency)
