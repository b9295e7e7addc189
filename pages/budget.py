"""What should we fund within this budget, and when?"""

from cxcase.screen import assumptions, method, parts
from cxcase.screen.budget import plan_tabs, solving

report = solving.ask(parts.Opening("budget"))
if report and solving.plannable(report):
    plan_tabs.tabs(report)
    parts.findings(report, "budget")
    assumptions.editor(report)
    method.budget(report)
    solving.next_step(report)
else:
    if report:
        parts.findings(report, "budget")
    parts.no_figure("budget", report)
