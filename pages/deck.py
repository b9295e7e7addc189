"""Take it to the leadership team."""

from cxcase.screen import downloads, method, parts
from cxcase.screen.deck import telling
from cxcase.screen.moments import quotes

report = parts.open_page("deck")
if report and report.case.base:
    telling.choose(report)
    downloads.others(report)
    downloads.own_template()
    quotes.pinned(report)
    parts.findings(report, "deck", "export", "settings")
    method.deck(report)
    downloads.deck(report)
else:
    parts.no_figure("deck", report)
