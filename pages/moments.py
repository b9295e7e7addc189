"""Which moments carry it?"""

from cxcase.screen import lived, method, parts, voices

report = parts.open_page("moments")
moments = report.moments if report else None
if report and moments:
    priced = moments.refused is None
    if priced and moments.moments:
        lived.overview(report)
        lived.aim(report)
        lived.views(report)
    elif moments.moments:
        lived.without_money(report)
    moment = lived.choose(report)
    if moment is not None:
        if priced:
            lived.section(report, moment)
        voices.show(report, moment.name)
    parts.findings(report, "moments")
    if moments.moments:
        method.moments(report)
if moments and moments.refused is None:
    parts.next_step("moments", "recommendations")
else:
    parts.no_figure("moments", report)
