"""What should we fund within this budget, and when?"""

from cxcase.screen import assumptions, funding, method, parts, snap

report = snap.ask(parts.Opening("budget"))
if report and snap.plannable(report):
    funding.tabs(report)
    parts.findings(report, "budget")
    assumptions.editor(report)
    method.budget(report)
    parts.next_step("budget", "deck")
else:
    if report:
        parts.findings(report, "budget")
    parts.next_step("budget", "data", "next_missing", "next_missing_note")
