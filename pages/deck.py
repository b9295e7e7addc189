"""Take it to the leadership team."""

from cxcase.screen import downloads, method, parts
from cxcase.screen.deck import preview, telling
from cxcase.screen.moments import quotes

report = parts.open_page("deck")
if report and report.case.base:
    telling.choose(report)
    downloads.others(report)
    downloads.own_template()
    preview.show(report, downloads.deck_as_chosen())
    quotes.pinned(report)
    parts.findings(report, "deck", "export", "settings")
    method.deck(report)
    downloads.deck(report)
else:
    parts.no_figure("deck", report)
