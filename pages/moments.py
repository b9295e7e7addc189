"""Which moments carry it?"""

from cxcase.screen import lived, method, parts

report = parts.open_page("moments")
moments = report.moments if report else None
if report and moments:
    if moments.refused is None and moments.moments:
        lived.overview(report)
        lived.aim(report)
        lived.views(report)
        moment = lived.choose(report)
        if moment is not None:
            lived.section(report, moment)
    elif moments.moments:
        lived.without_money(report)
    parts.findings(report, "moments")
    method.moments(report)
if moments and moments.refused is None:
    parts.next_step("moments", "recommendations")
else:
    parts.next_step("moments", "data", "next_missing", "next_missing_note")
