"""Which moments carry it?"""

from cxcase.screen import method, parts
from cxcase.screen.moments import moment_section, moments_page, quotes

report = parts.open_page("moments")
moments = report.moments if report else None
if report and moments:
    priced = moments.refused is None
    if priced and moments.moments:
        moments_page.overview(report)
        moments_page.aim(report)
    elif moments.moments:
        moments_page.without_money(report)
    moment = moment_section.choose(report)
    if moment is not None:
        if priced:
            moment_section.section(report, moment)
        quotes.show(report, moment.name)
    if priced and moments.moments:
        moments_page.views(report)
    parts.findings(report, "moments")
    if moments.moments:
        method.moments(report)
if moments and moments.refused is None:
    parts.next_step("moments", "recommendations")
else:
    parts.no_figure("moments", report)
