"""Where does the case stand, and what is the ask?"""

from cxcase.screen import home, method, parts
from cxcase.screen.moments import quotes

if home.is_empty():
    home.welcome()
else:
    report = parts.open_page("home")
    if report:
        home.where_it_stands(report)
        quotes.pinned_lines(report)
        if report.plan and report.plan.chosen:
            parts.findings(
                report, "link", "moments", "recommendations", "budget", "settings", "data"
            )
            method.home(report)
    home.after(report)
