"""What should we fund within this budget, and when?"""

from cxcase.screen import asking, assumptions, funding, method, parts, refused, snap

report = parts.open_page("budget", waiting=snap.solved)
if report and report.plan and report.returns and any(s.npv for s in report.returns.steps):
    asking.choice(report)
    asking.rules(report)
    refused.clashes(report)
    report = parts.further(report, "beside")
    funding.tabs(report)
    parts.findings(report, "budget")
    assumptions.editor(report)
    method.budget(report)
    parts.next_step("budget", "deck")
else:
    if report:
        parts.findings(report, "budget")
    parts.next_step("budget", "data", "next_missing", "next_missing_note")
