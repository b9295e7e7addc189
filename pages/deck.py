"""Take it to the leadership team."""

from cxcase.screen import downloads, parts

report = parts.open_page("deck")
if report and report.link and report.link.refused is None:
    downloads.others(report)
    parts.findings(report, "deck", "export", "settings")
    parts.how("deck", key=report.short_key)
    downloads.deck(report)
else:
    parts.next_step("deck", "data", "next_missing", "next_missing_note")
