"""What is one point of experience worth, and how sure are we?"""

from cxcase.screen import linked, moves, parts, pictures

report = parts.open_page("link")
link = report.link if report else None
if report and link:
    if link.refused is None:
        pictures.show("chain", report)
        linked.evidence(report)
        moves.what_if(report)
    parts.findings(report, "link")
    if link.refused is None:
        linked.in_force(report)
        linked.how(report)
if link and link.refused is None:
    parts.next_step("link", "moments")
else:
    parts.no_figure("link", report)
