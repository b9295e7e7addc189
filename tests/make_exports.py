"""Exports as survey tools write them, with questions of our own: rows of a sheet, ready for
`Sheet`.
"""

from __future__ import annotations

from typing import Any

Rows = list[list[Any]]
MARKS = ("Very satisfied", "Satisfied", "Neutral", "Dissatisfied", "Very dissatisfied")
N = 24
EASY = "How easy was it to get things done with us, from 1 = very difficult to 7 = very easy?"
LIKELY = "How likely are you to recommend us to a colleague?"
ASKED = "How satisfied were you with the following?"


def _day(i: int, hour: int = 9) -> str:
    return f"2025-05-{i + 1:02d} {hour:02d}:{i % 60:02d}:11"


def qualtrics(texts: dict[str, str] | None = None, legacy: bool = False) -> Rows:
    """A Qualtrics export of N responses, ids in External Reference; texts: other words for the
    tool's own columns.
    """
    own = [
        "StartDate",
        "EndDate",
        "Status",
        "IPAddress",
        "Progress",
        "Duration (in seconds)",
        "Finished",
    ]
    own += [
        "RecordedDate",
        "ResponseId",
        "RecipientLastName",
        "RecipientEmail",
        "ExternalReference",
    ]
    ids = ["startDate", "endDate", "status", "ipAddress", "progress", "duration", "finished"]
    ids += [
        "recordedDate",
        "_recordId",
        "recipientLastName",
        "recipientEmail",
        "externalDataReference",
    ]
    asked = {
        "Q1": ("QID1", f"<p>1. {EASY}</p>"),
        "Q2_1": ("QID2_1", f"{ASKED} - Billing"),
        "Q2_2": ("QID2_2", f"{ASKED} - Billing queries"),
        "Q2_3": ("QID2_3", f"{ASKED} - On-time delivery"),
        "Q3_NPS_GROUP": ("QID3_NPS_GROUP", f"{LIKELY} - Group"),
        "Q3": ("QID3", LIKELY),
        "Q4": ("QID4_TEXT", "Dear ${m://FirstName}, what else should we know &amp; change?"),
    }
    head = [
        own + list(asked),
        [(texts or {}).get(n, n) for n in own] + [t for _, t in asked.values()],
    ]
    if not legacy:
        head.append([f'{{"ImportId":"{i}"}}' for i in ids + [q for q, _ in asked.values()]])
    rows: Rows = []
    for i in range(N):
        status = "Survey Preview" if i == 0 else "Spam" if i == 1 else "IP Address"
        done = i != 5
        rows.append([
            _day(i), _day(i, 10), status, f"10.1.2.{i}", "100" if done else "40", str(60 + i),
            str(done), _day(i, 10), f"R_{i:05d}x", "Smith", f"s{i}@example.org", f"C{i:04d}",
            str(i % 7 + 1), MARKS[i % 5], MARKS[i % 3],
            "Not applicable" if i % 4 == 0 else MARKS[i % 2], "Passive", str(i % 11),
            "It was fine" if i % 3 else None,
        ])  # fmt: skip
    return head + rows


def qualtrics_oldest() -> Rows:
    """The oldest form: V1 to V10 above the tool's own names."""
    names = [
        "ResponseID",
        "ResponseSet",
        "Name",
        "ExternalDataReference",
        "EmailAddress",
        "IPAddress",
        "Status",
    ]
    names += ["StartDate", "EndDate", "Finished"]
    head: Rows = [
        [f"V{k}" for k in range(1, 11)] + ["Q1_1", "Q1_2"],
        [*names, f"{ASKED} (1-5)-Billing", f"{ASKED} (1-5)-Delivery"],
    ]
    rows = [
        [
            f"R_{i}",
            "Default",
            "Anonymous",
            f"C{i:04d}",
            None,
            None,
            "0",
            _day(i),
            _day(i),
            "1",
            i % 5 + 1,
            i % 4 + 1,
        ]
        for i in range(N)
    ]
    return head + rows


def surveymonkey() -> Rows:
    """Two rows of headings: a single choice over several columns, several choices, a matrix, a
    comment.
    """
    head: Rows = [
        ["Respondent ID", "Collector ID", "Date Created", "Date Modified", "IP Address",
         "Email Address", "First Name",
         "Last Name", "Custom Data 1", "Q1. How easy was it to order? (1-5)", None, None,
         "Which products do you use?",
         None, None, ASKED, None, "Anything else?", LIKELY],
        [None] * 9 + ["Hard", "So so", "Easy", "Paper", "Ink", "Other (please specify)", "Billing",
                      "Delivery",
                      "Open-Ended Response", "Response"],
    ]  # fmt: skip
    rows: Rows = []
    for i in range(N):
        ease = ["Hard", "So so", "Easy"]
        chosen = [ease[k] if i % 3 == k else None for k in range(3)]
        uses = [
            "Paper" if i % 2 else None,
            "Ink" if i % 4 < 3 else None,
            "Glue" if i == 7 else None,
        ]
        rows.append([
            f"1187{i:06d}", "401", f"05/{i + 1:02d}/2025 10:00:00 AM",
            f"05/{i + 1:02d}/2025 10:05:00 AM", "10.0.0.1", "a@b.org", "Ann", "Lee", f"C{i:04d}",
            *chosen, *uses, MARKS[i % 5], MARKS[i % 4], "No" if i % 2 else None, i % 11,
        ])  # fmt: skip
    return head + rows


def google_forms(stamp: str = "Timestamp") -> Rows:
    """A time stamp, a grid, checkboxes, a customer number."""
    head: Rows = [[
        stamp, "Email Address", "Your customer number",
        "1. How easy is it to do business with us? (1-7)", f"{ASKED} [Billing]",
        f"{ASKED} [Delivery]", "Which channels did you use?", "Any comments?",
    ]]  # fmt: skip
    rows = [
        [f"{i + 1}/5/2025 10:00:{i:02d}", "a@b.org", f"C{i:04d}", i % 7 + 1, MARKS[i % 5],
         MARKS[i % 4],
         "Phone, Chat" if i % 2 else "Phone", None]
        for i in range(N)
    ]  # fmt: skip
    return head + rows


def microsoft_forms(
    names: tuple[str, ...] = ("ID", "Start time", "Completion time", "Email", "Name"),
) -> Rows:
    """The tool's five columns, then questions; several choices end with a semicolon each."""
    head: Rows = [
        [
            *names,
            "What is your customer number?",
            "How easy was it to reach us? (1-5)",
            "Which channels?",
        ]
    ]
    rows = [
        [
            i + 1,
            f"5/{i + 1}/25 9:00:00",
            f"5/{i + 1}/25 9:04:00",
            "anonymous",
            None,
            f"C{i:04d}",
            i % 5 + 1,
            "Web;Phone;",
        ]
        for i in range(N)
    ]
    return head + rows


def typeform() -> Rows:
    """A hash, one column a choice, dates and a network id at the end."""
    head: Rows = [["#", "How easy was it to order? (1-7)", "Hard going", "Just right", "Other",
                   "Billing (0-10)",
                   "customer_id", "Response Type", "Start Date (UTC)", "Stage Date (UTC)",
                   "Submit Date (UTC)",
                   "Network ID", "Tags"]]  # fmt: skip
    rows = [
        [f"k{i}x9q", i % 7 + 1, "Hard going" if i % 2 else None, None if i % 2 else "Just right",
         None, i % 11,
         f"C{i:04d}", "partial" if i == 3 else "completed", _day(i), None, _day(i, 10),
         f"9f{i:08x}", None]
        for i in range(N)
    ]  # fmt: skip
    return head + rows


def limesurvey(kind: str = "both", german: bool = False) -> Rows:
    """Headings as "code", "full" or "both"; two sub-questions with codes, one list question."""
    own = [
        ("id", "Response ID", "Antwort ID"),
        ("submitdate", "Date submitted", "Datum Abgeschickt"),
        ("lastpage", "Last page", "Letzte Seite"),
        ("startlanguage", "Start language", "Start-Sprache"),
        ("seed", "Seed", "Zufallsstartwert"),
        ("ipaddr", "IP address", "IP-Adresse"),
        ("refurl", "Referrer URL", "Weiterleitungs-URL"),
    ]
    asked = [
        ("G01Q01", "Customer number", "Kundennummer"),
        ("G01Q02[SQ001]", f"{ASKED} [Billing]", "Wie war es? [Rechnung]"),
        ("G01Q02[SQ002]", f"{ASKED} [Delivery]", "Wie war es? [Lieferung]"),
        ("G02Q03", LIKELY, "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?"),
    ]
    texts = [c[2] if german else c[1] for c in own + asked]
    codes = [c[0] for c in own + asked]
    both = [f"{c}. {t}" for c, t in zip(codes, texts, strict=True)]
    head: Rows = [{"code": codes, "full": texts, "both": both}[kind]]
    rows: Rows = [
        [i + 1, _day(i) if i != 4 else None, 3, "de", 123456 + i, "10.0.0.1", None, f"C{i:04d}",
         f"A{i % 5 + 1}",
         f"AO0{i % 4 + 1}", i % 11]
        for i in range(N)
    ]  # fmt: skip
    return head + rows


def delighted(kind: str = "nps") -> Rows:
    """One score a row, properties of the person as JSON, times as seconds."""
    head: Rows = [["id", "person", "survey_type", "score", "comment", "permalink", "created_at",
                   "updated_at",
                   "person_properties", "tags"]]  # fmt: skip
    rows = [
        [str(9000 + i), f"p{i}@example.org", kind, i % 5 + 1 if kind != "nps" else i % 11,
         "Good" if i % 2 else None,
         f"https://x.example/r/{i}", 1746093600 + 86400 * i, 1746093600 + 86400 * i,
         f'{{"customer_id": "C{i:04d}", "Depot": "Leeds", "Full Name": "Ann Lee"}}', None]
        for i in range(N)
    ]  # fmt: skip
    return head + rows


def medallia() -> Rows:
    """An agent's contacts and the stars given for them."""
    head: Rows = [["request_id", "request_sent_at", "response_received_at", "star_rating",
                   "comments", "channel",
                   "brand", "employee_first_name", "employee_email", "team_leader",
                   "customer_id"]]  # fmt: skip
    rows = [
        [f"q{i}", _day(i), _day(i, 12) if i % 6 else None, i % 5 + 1 if i % 6 else None, None,
         "chat", "Main", "Bo",
         "bo@x.org", f"Team {i % 3}", f"C{i:04d}"]
        for i in range(N)
    ]  # fmt: skip
    return head + rows


def culture_amp(style: str = "percent") -> Rows:
    """Groups by their share of favourable answers, small ones hidden, everybody on top."""

    def score(k: int) -> Any:
        return {"percent": f"{k}%", "fraction": k / 100, "number": k}[style]

    head: Rows = [
        ["Engagement survey, % favourable"],
        [],
        ["Department", "Respondents", "Engagement", "Leadership", "Enablement"],
    ]
    rows: Rows = [["Company overall", 410, score(71), score(64), score(58)]]
    rows += [[f"Depot {k}", 10 + k, score(60 + k), score(55 + k), score(50 + k)] for k in range(12)]
    rows += [["Depot 98", "< 5", "-", "-", "-"], ["Depot 99", None, "N/A", "N/A", "N/A"]]
    return head + rows
