"""Where does the case stand, and what is the ask?"""

from cxcase.screen import method, parts, start, voices

if start.is_empty():
    start.welcome()
else:
    report = parts.open_page("home")
    if report:
        start.where_it_stands(report)
        voices.pinned_lines(report)
        if report.plan and report.plan.chosen:
            parts.findings(report, "link", "moments", "recommendations", "budget", "settings", "data")
            method.home(report)
    start.after(report)
