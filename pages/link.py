"""What is one point of experience worth, and how sure are we?"""

from cxcase.screen import parts, pictures, window
from cxcase.screen.link import evidence, what_if

report = parts.open_page("link")
link = report.link if report else None
if report and link:
    if link.refused is None:
        small = window.size() == "narrow"
        pictures.show("chain", report, "down" if small else "", down=small)
        evidence.evidence(report)
        what_if.what_if(report)
    parts.findings(report, "link")
    if link.refused is None:
        evidence.in_force(report)
        evidence.how(report)
if link and link.refused is None:
    parts.next_step("link", "moments")
else:
    parts.no_figure("link", report)
