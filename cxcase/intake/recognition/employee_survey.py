"""Whether a table is an employee survey at all, and which of its columns are questions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from cxcase.estimate import Floats, Ints
from cxcase.intake.recognition.column_profile import Profile
from cxcase.intake.schema import COMMENT, ENGAGEMENT, ITEM
from cxcase.intake.tables.find_table import Table
from cxcase.intake.values.cells import read_numbers
from cxcase.intake.values.column import Column
from cxcase.intake.vocabulary.headings import STRONG, clean, fields_of, fit

# tables of tickets, orders, products, reviews and polls, told by what one of their columns holds
_OF_OTHERS = re.compile(
    r"^(tickets?|cases?|incidents?|conversations?|interactions?|orders?|invoices?|bookings?"
    r"|reservations?|claims?|requests?|projects?|projekte?)"
    r" ?(ids?|no|nr|number|ref|key|status|type|priority)$"
    r"|^ticket(nummer|s)?$|^(issue|ticket) (type|priority|subject)$"
    r"|^(products?|sku|asin|brand|movie|book|hotel|restaurant|app)"
    r"( (id|name|code|number|category|title))?$"
    r"|^(courses?|trainers?|trainings?|instructors?|seminare?|canteen|kantine|cafeteria)"
    r"( (id|name|title|rating|score|date|food|price))?$"
    r"|^review(er)?s?( (id|title|text|body|date|score|rating|count))?$"
    r"|^(pollster|candidate|party|voters?|constituency|poll id)\b"
    r"|^(customers?|clients?|guests?|patients?|passengers?|shoppers?|compan(y|ies)|kunden?|cliente)"
    r" ?(id|no|number|ref|code|name|type|segment|satisfaction|rating|score|effort|feedback|nps)$"
)
# what a company runs for its employees: marks of it are none of their work
_OF_SERVICES = re.compile(
    r"\b(help ?desk|service ?desk|it support|canteen|kantine|cafeteria|trainings?|courses?"
    r"|trainers?|seminars?|workshops?|schulung(en)?|car park|gym)\b"
)
_SPOKEN = re.compile(r"\b(i|my|me|we|our|ich|mein\w*|wir|uns\w*|je|mon|ma|mes)\b")
_OF_APPRAISAL = re.compile(
    r"^(performance|potential|appraisal)( review)? (rating|score|grade)s?$", re.IGNORECASE
)
_ASKED = re.compile(r"satisf|engage|balance|zufrieden|recommend", re.IGNORECASE)
_OF_CUSTOMERS = re.compile(r"\b(csat|ces|nps)\b|customer (satisfaction|effort)")
_OF_EMPLOYEES = re.compile(
    r"\b(employees?|staff|colleagues?|workforce|workplace|managers?|supervisors?|leaders?"
    r"|leadership|engagement|enps|engaged|job|department|i|my|me|we|our"
    r"|mitarbeiter\w*|abteilung|ich|mein\w*|wir|uns\w*|vorgesetzt\w*|je|mon|ma|mes|nous|notre"
    r"|service|d[ée]partement|yo|mi|mis|nosotros|nuestr\w+|departamento|empleados?|ik|mijn|wij"
    r"|afdeling|io|mio|mia|noi|dipartimento|reparto|eu|meu|minha|n[óo]s|jag|min|mitt|vi|avdelning)\b"
)
_AGREES = re.compile(r"agree|zustimm|trifft|d.accord|acuerdo|eens|concord|instäm|enig", re.I)
# of a person, and no answer of theirs
_FACT = re.compile(
    r"\b(number|num|hours?|evaluations?|performance|education|levels?|grades?|overtime|trainings?"
    r"|promotions?|promoted|salary|hike|income|rates?|commute|absences?|band|attrition|left|gender"
    r"|married|children|projects?|accidents?|companies|stock|option|stunden|gehalt)\b"
)
_FEELING = re.compile(
    r"satisf|engage|involve|balance|happ|mood|motivat|morale|wellbeing|well being|zufrieden"
    r"|stimmung|satisfa|ánimo|tevreden|soddisf|nöjd"
)
_FEWEST_ANSWERS = 3  # columns headed by numbers from which these are the answers
_SENTENCE = 20  # characters from which a repeated text is a statement
_MOST_STATEMENTS = 200
_UNEVEN = 1.25  # most over fewest answers of a team to a statement, where all were asked all
_SAME = 0.9  # share of answers that numbers and words beside them have to agree on


def of_others(profiles: Sequence[Profile]) -> bool:
    """True for a table of tickets, orders, products, reviews or polls, of appraisals where nobody
    was asked anything, of services to employees, or of customers' marks with nothing that speaks of
    employees.
    """
    headings = [clean(p.heading) for p in profiles]
    if any(_OF_OTHERS.search(words) for words in headings):
        return True
    if any(map(_OF_APPRAISAL.search, headings)) and not any(map(_ASKED.search, headings)):
        return True
    if any(map(_OF_SERVICES.search, headings)) and _of_services_alone(profiles):
        return True
    return any(map(_OF_CUSTOMERS.search, headings)) and not speaks_of_employees(profiles)


def _of_services_alone(profiles: Sequence[Profile]) -> bool:
    """True where all marks are of what a company runs for its employees."""
    rated = [clean(p.heading) for p in profiles if p.likert]
    alone = all(_OF_SERVICES.search(words) and not _SPOKEN.search(words) for words in rated)
    return bool(rated) and alone


def speaks_of_employees(profiles: Sequence[Profile]) -> bool:
    """True where a heading speaks of employees or as one of them, or answers agree or disagree."""
    if any(_OF_EMPLOYEES.search(clean(p.heading)) for p in profiles):
        return True
    return any(p.likert and _AGREES.search(str(p.sample[0])) for p in profiles if p.sample)


def employee_columns(profiles: Sequence[Profile], columns: Mapping[str, str]) -> dict[str, str]:
    """Field -> heading of an employee survey: its questions, or of a row a person and statement
    the statement and its rating.
    """
    known = _by_heading(profiles)
    found = {name: heading for name, heading in columns.items() if not name.startswith(ITEM)}
    questions = _questions(profiles, columns)
    statement = _statement(known, found, questions)
    if statement is None:
        found = {n: h for n, h in found.items() if n not in ("statement", "rating")}
        whole = {ENGAGEMENT, "mean"} & set(found)
        items = [h for h in questions if h not in found.values() and not whole]
        return found | {f"{ITEM}{k}": heading for k, heading in enumerate(items, start=1)}
    if "n" in found and {ENGAGEMENT, "mean"} & set(found):
        return {**found, "statement": statement}
    rating = _rating(known, found, questions)
    if rating is None:
        return {n: h for n, h in found.items() if n not in ("statement", "rating")}
    found = {name: h for name, h in found.items() if h not in (statement, rating)}
    found |= {"statement": statement, "rating": rating}
    if "respondent_id" not in found and (key := _form_key(known, found)) is not None:
        found["respondent_id"] = key
    return found


def _by_heading(profiles: Sequence[Profile]) -> dict[str, Profile]:
    return {p.heading: p for p in profiles}


def _questions(profiles: Sequence[Profile], columns: Mapping[str, str]) -> list[str]:
    """The rating columns that may be questions, without facts of a person, with feelings that are
    written as shares.
    """
    items = {heading for name, heading in columns.items() if name.startswith(ITEM)}
    named = {h for n, h in columns.items() if n in ("rating", "statement", COMMENT)}
    taken = {h for n, h in columns.items() if not n.startswith(ITEM)} - named
    found = []
    for profile in profiles:
        words = clean(profile.heading)
        feeling = bool(_FEELING.search(words))
        fact = profile.numbers >= 0.5 and bool(_FACT.search(words)) and not feeling
        named_so = profile.heading in named and profile.likert
        asked = profile.heading in items or named_so or (feeling and _in_shares(profile))
        if asked and not fact and profile.heading not in taken:
            found.append(profile.heading)
    return found


def _in_shares(profile: Profile) -> bool:
    """True for numbers between 0 and 1, with decimals."""
    numbers: Floats = read_numbers(profile.sample).values
    if not len(numbers) or np.isnan(numbers).any():
        return False
    return bool(((numbers >= 0) & (numbers <= 1)).all() and (numbers % 1 != 0).any())


# ---- a row a person and statement ----------------------------------------------------------------


def _statement(
    known: Mapping[str, Profile], columns: Mapping[str, str], questions: Sequence[str]
) -> str | None:
    """The column that names the statement a row answers: by its heading, else by its cells."""
    heading = columns.get("statement")
    if heading is not None and _names_statement(known[heading]):
        return heading
    rated = [h for h in questions if h != heading]
    rated += [columns[n] for n in (ENGAGEMENT, "enps", "mean") if n in columns]
    if not rated or "team" not in columns:
        return None
    team = Column.of(known[columns["team"]].cells)
    kept = ("rating", "statement")
    taken = {*questions, *(h for n, h in columns.items() if n not in kept)}
    for profile in known.values():
        if profile.heading not in taken and _crosses(profile, team):
            return profile.heading
    return None


def _names_statement(profile: Profile) -> bool:
    """True for the heading of statements above texts that repeat, which are no answers."""
    cells = Column.of(profile.cells)
    repeated = 2 * cells.different <= int(cells.filled.sum())
    exact = fit(profile.heading, fields_of("ex")["statement"]) == 1.0
    return repeated and (exact or not profile.likert)


def _crosses(profile: Profile, team: Column) -> bool:
    """True for texts that every team's rows go through: sentences, or each about equally often."""
    cells = Column.of(profile.cells)
    texts = 2 <= cells.different <= _MOST_STATEMENTS
    if not texts or profile.numbers > 0.5 or profile.dates > 0.5 or profile.likert:
        return False
    rows = cells.filled & team.filled
    counts = np.zeros((team.different, cells.different), dtype=np.int64)
    np.add.at(counts, (team.codes[rows], cells.codes[rows]), 1)
    counts = counts[counts.sum(axis=1) > 0]
    if not len(counts):  # texts stand only where no team does
        return False
    asked = (counts > 0).mean()
    if profile.length >= _SENTENCE:
        return bool(asked > 0.5 and counts.sum() >= 2 * cells.different)
    even = counts.max(axis=1) <= _UNEVEN * np.maximum(counts.min(axis=1), 1)
    return bool(asked == 1 and even.all() and counts.sum() >= 4 * cells.different)


def _rating(
    known: Mapping[str, Profile], columns: Mapping[str, str], questions: Sequence[str]
) -> str | None:
    """The column of answers: of several the one in words, as they say which end is good."""
    statement = columns.get("statement")
    counted = _counts_of_answers(list(known))
    ratings = [h for h in questions if h != statement and h not in counted]
    ratings += [columns[n] for n in (ENGAGEMENT, "enps", "mean") if n in columns]
    if not ratings:
        return None
    named = columns.get("rating", "")
    field = fields_of("ex")["rating"]
    return max(
        ratings,
        key=lambda h: (
            fit(h, field) >= STRONG and known[h].numbers < 0.5,
            h == named,
            fit(h, field),
        ),
    )


def _counts_of_answers(headings: Sequence[str]) -> set[str]:
    """Headings that are the answers themselves, 1 to 5: below them stands how many gave each."""
    numbered = [h for h in headings if h.strip().isdecimal()]
    figures = sorted(int(h) for h in numbered)
    follow = figures == list(range(figures[0], figures[0] + len(figures))) if figures else False
    return set(numbered) if follow and len(numbered) >= _FEWEST_ANSWERS else set()


def _form_key(known: Mapping[str, Profile], columns: Mapping[str, str]) -> str | None:
    """A column whose cells each answer several statements, none twice: who filled a form."""
    statement = Column.of(known[columns["statement"]].cells).codes.astype(np.int64)
    waves = np.zeros(len(statement), dtype=np.int64)
    if "wave" in columns:
        waves = Column.of(known[columns["wave"]].cells).codes.astype(np.int64)
    for profile in known.values():
        if profile.heading in columns.values() or profile.dates > 0.5:
            continue
        if _names_forms(Column.of(profile.cells), statement, waves):
            return profile.heading
    return None


def _names_forms(cells: Column, statement: Ints, wave: Ints) -> bool:
    rows = cells.filled & (statement >= 0)
    if cells.different < 3 or not rows.any():
        return False
    key = np.column_stack([cells.codes.astype(np.int64), wave, statement])[rows]
    _, count = np.unique(key[:, :2], axis=0, return_counts=True)
    once = len(np.unique(key, axis=0)) == len(key)
    return bool(once and (count > 1).mean() > 0.5 and rows.sum() >= 0.9 * len(statement))


def differing_answers(table: Table, columns: Mapping[str, str]) -> str | None:
    """A column of numbers beside the answers in words that says otherwise; None where none does."""
    if not {"statement", "rating"} <= set(columns):
        return None
    words = table.column(columns["rating"])
    if Profile(columns["rating"], words).numbers > 0.5:
        return None
    field = fields_of("ex")["rating"]
    free = (h for h in table.headings if h not in columns.values() and fit(h, field) >= STRONG)
    for heading in free:
        profile = Profile(heading, table.column(heading))
        if profile.likert and profile.numbers > 0.5 and _differ(words, table.column(heading)):
            return heading
    return None


def _differ(words: Column, numbers: Column) -> bool:
    """True where a number often stands beside different words."""
    rows = words.filled & numbers.filled
    counts = np.zeros((numbers.different, words.different), dtype=np.int64)
    np.add.at(counts, (numbers.codes[rows], words.codes[rows]), 1)
    return bool(counts.max(axis=1).sum() < _SAME * counts.sum())
