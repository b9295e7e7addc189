"""A table recognised by what other files hold: the key and the teams that its headings hide."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from cxcase.checks import Finding
from cxcase.intake.key_question import KeyMatch, KeyQuestion
from cxcase.intake.recognition.column_profile import Profile
from cxcase.intake.recognition.comparable import Comparable, columns_to_compare
from cxcase.intake.recognition.guess import NOT_USED, Guess
from cxcase.intake.recognition.key_by_values import (
    TELLS_APART,
    as_match,
    find_key,
    question_of,
)
from cxcase.intake.recognition.part_roles import of_staff, without_its_key
from cxcase.intake.recognition.recognise import WITHOUT_A_PERSON, recognise
from cxcase.intake.recognition.team_by_values import (
    Names,
    find_team,
    team_columns,
    team_match,
    team_question,
)
from cxcase.intake.schema import Role
from cxcase.intake.tables.find_table import Table
from cxcase.intake.vocabulary.headings import fields_of, fit_by_meaning, personal

ID = "customer_id"
TEAM = "team"
# said of a table that only lacks its key, by what it is
KEY_OPEN = {
    "customers": "customer_key_open",
    "cx": "survey_key_open",
    "ex": "team_open",
    "subscriptions": "rows_key_open",
    "churn_events": "rows_key_open",
}
_OF_NOBODY: tuple[Role, ...] = ("recommendations", "case_studies")
BY_VALUES = "by_values"  # the decision that keys are not to be told by values: "no"
OF_CUSTOMERS: tuple[Role, ...] = (
    "customers",
    "customer_facts",
    "subscriptions",
    "churn_events",
    "revenue_periods",
    "cx",
)
_OF_TEAMS: tuple[Role, ...] = ("ex", "units")
_WAITING: Mapping[Role, tuple[str, ...]] = {
    "customers": (ID,),
    "cx": (ID,),
    "ex": (TEAM,),
    "subscriptions": (ID,),
    "churn_events": (ID,),
}
# fields whose columns may as well hold the customer's id
_OF_ROWS = (ID, "respondent_id", "id", "subscription_id", "event_id")


@dataclass(frozen=True)
class Known:
    """What one table of the other files holds that tells customers and teams.

    table: as people know it; row_a_customer: it holds each customer once; place: its file and
    sheet.
    """

    table: str
    keys: tuple[Comparable, ...] = ()
    teams: tuple[Names, ...] = ()
    row_a_customer: bool = False
    place: tuple[str, str] = ("", "")

    def told(self) -> dict[str, Any]:
        """The same as JSON holds it."""
        return {
            "table": self.table,
            "keys": [[k.heading, list(k.values), _packed(k)] for k in self.keys],
            "teams": [[t.heading, sorted(t.names)] for t in self.teams],
            "row_a_customer": self.row_a_customer,
            "place": list(self.place),
        }


def _packed(column: Comparable) -> str:
    return base64.b64encode(column.codes.astype("<i4").tobytes()).decode()


def known_from(told: Mapping[str, Any] | None) -> Known | None:
    """What `Known.told` gave; None without it."""
    if told is None:
        return None
    return Known(
        told["table"],
        tuple(_unpacked(*key) for key in told["keys"]),
        tuple(Names(heading, frozenset(names)) for heading, names in told["teams"]),
        told["row_a_customer"],
        tuple(told["place"]),
    )


def _unpacked(heading: str, values: Sequence[str], codes: str) -> Comparable:
    rows = np.frombuffer(base64.b64decode(codes), dtype="<i4")
    return Comparable(heading, tuple(values), rows.astype(np.int64))


def by_values(
    table: Table,
    guess: Guess,
    role: Role | None,
    mapping: Mapping[str, Any] | None,
    known: Known | None,
) -> Guess:
    """The guess with the key and the team told by their values, or with the question which column
    is the key where that is all that is missing. role, mapping: as for `recognise`.
    """
    if role is None:
        guess = _or_part_without_key(table, guess)
    if NOT_USED in guess.missing or BY_VALUES in guess.decisions:
        return asking(table, guess)
    if known is not None:
        guess = _with_key(table, guess, role, mapping, known)
        guess = _with_team(table, guess, role, mapping, known)
    return asking(table, guess)


def _or_part_without_key(table: Table, guess: Guess) -> Guess:
    """The guess, or the part of a customer list that a table not recognised is but for its key."""
    if guess.role is not None or guess.candidates or guess.missing == (NOT_USED,):
        return guess
    if ID in guess.columns or is_waiting(guess) or guess.nearly in _OF_NOBODY:
        return guess
    profiles = [Profile(h, table.column(h)) for h in table.headings if not personal(h)]
    part = without_its_key(profiles)
    if part is None:
        return guess
    role, columns = part
    return replace(guess, columns=columns, nearly=role, missing=(ID,))


def _with_key(
    table: Table, guess: Guess, role: Role | None, mapping: Mapping[str, Any] | None, known: Known
) -> Guess:
    """The guess with the column that holds the customers of the known table."""
    if not known.keys or not _may_hold_customers(guess):
        return guess
    own = _columns(table, guess)
    verdict = find_key(own, known.keys, known.row_a_customer)
    if verdict.key is None:
        if guess.role is not None or not is_waiting(guess):
            return guess
        apart = [column for column in own if column.varied >= TELLS_APART]
        return replace(guess, question=question_of(apart, verdict.asked, known.table))
    match = as_match(verdict.key, known.table)
    if match.column == guess.columns.get(ID):
        return guess
    found = recognise(table, role, mapping, {ID: match.column})
    if found.role not in OF_CUSTOMERS or found.columns.get(ID) != match.column:
        return guess
    return replace(found, matched=(match,))


def _may_hold_customers(guess: Guess) -> bool:
    """True unless the table is one of employees, teams or steps."""
    if guess.role is not None:
        return guess.role in OF_CUSTOMERS
    return guess.nearly is None or guess.nearly in OF_CUSTOMERS


def _columns(table: Table, guess: Guess) -> list[Comparable]:
    return list(columns_to_compare(table, taken_by(guess)))


def taken_by(guess: Guess) -> set[str]:
    """Headings that mean something else than whose row it is."""
    return {heading for field, heading in guess.columns.items() if field not in _OF_ROWS}


def _with_team(
    table: Table, guess: Guess, role: Role | None, mapping: Mapping[str, Any] | None, known: Known
) -> Guess:
    """The guess with the column that holds the teams of the known table."""
    if not known.teams or TEAM in guess.columns or not _may_name_teams(guess):
        return guess
    match = find_team(list(team_columns(table, set())), known.teams)
    if match is None:
        return guess
    named = {TEAM: match.own.heading}
    if ID in guess.columns and guess.role is not None:
        named[ID] = guess.columns[ID]
    found = recognise(table, role or guess.role, mapping, named)
    if found.role != (guess.role or found.role) or found.columns.get(TEAM) != match.own.heading:
        return guess
    if guess.role is None and found.role not in _OF_TEAMS:
        return guess
    told: tuple[KeyMatch, ...] = (*guess.matched, team_match(match, known.table))
    return replace(found, matched=told, decisions=guess.decisions)


def _may_name_teams(guess: Guess) -> bool:
    """True for tables of employees and units, of customers, and for those not recognised."""
    if guess.role is not None:
        return guess.role in (*_OF_TEAMS, "customers", "cx", "customer_facts")
    return guess.nearly in (None, *_OF_TEAMS) or is_waiting(guess)


def is_waiting(guess: Guess) -> bool:
    """True where the key is all that is missing."""
    return guess.role is None and _lacks_key_alone(guess)


def _lacks_key_alone(guess: Guess) -> bool:
    return guess.nearly is not None and _WAITING.get(guess.nearly) == tuple(guess.missing)


def asking(table: Table, guess: Guess) -> Guess:
    """The guess with the question which column is the key, where that is all that is missing."""
    if guess.question is not None or not is_waiting(guess):
        return guess
    return replace(guess, question=_question(table, guess))


def _question(table: Table, guess: Guess) -> KeyQuestion | None:
    if guess.nearly == "ex":
        return team_question(list(team_columns(table, taken_by(guess))))
    if guess.nearly == "customers" and of_staff(table.headings):
        return None
    own = [column for column in _columns(table, guess) if column.varied >= TELLS_APART]
    return question_of(own, (), "")


# ---- what is said of it --------------------------------------------------------------------------


def kept_decisions(guess: Guess) -> dict[str, Any]:
    """What was said of the key, which typing the rows does not need."""
    return {name: guess.decisions[name] for name in (BY_VALUES,) if name in guess.decisions}


def told_by_values(table: Table, file: str, guess: Guess) -> list[Finding]:
    """What the values of other files told."""
    place = {"file": file, "sheet": table.sheet or ""}
    return [
        Finding("review", "taken_for_key", "data", {**place, **asdict(match)})
        for match in guess.matched
    ]


def sureness(guess: Guess) -> float:
    """How sure the role of a table is that only lacks its key: the mean fit of its headings."""
    fields = fields_of(guess.nearly or "")
    known = ((fields[name], heading) for name, heading in guess.columns.items() if name in fields)
    fits = [fit_by_meaning(heading, field) for field, heading in known]
    return round(min(WITHOUT_A_PERSON, float(np.mean(fits or [0.0]))), 2)


def asked_for_key(table: Table, file: str, guess: Guess, question: KeyQuestion) -> Finding:
    """The question which column is the key."""
    told = {"file": file, "sheet": table.sheet or "", **asdict(question)}
    return Finding("fail", KEY_OPEN[guess.nearly or ""], "data", told)
