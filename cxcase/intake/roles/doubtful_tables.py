"""What is said of a table that was recognised with doubts, or not quite."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cxcase.checks import Finding
from cxcase.intake.ratings.parse import nps_groups, read_answers
from cxcase.intake.recognition.contract_ends import runs_out
from cxcase.intake.recognition.employee_survey import differing_answers
from cxcase.intake.recognition.guess import Guess
from cxcase.intake.recognition.recognise import is_bare_id
from cxcase.intake.recognition.scores_of_parts import of_parts
from cxcase.intake.roles.units import team_figures
from cxcase.intake.schema import MOMENT
from cxcase.intake.tables.find_table import Table
from cxcase.intake.values.cells import blank
from cxcase.intake.values.heading_waves import earlier_waves, without_wave
from cxcase.intake.vocabulary.headings import STRONG, fields_of, fit, fit_by_meaning, personal
from cxcase.intake.vocabulary.money_headings import no_actual_money
from cxcase.settings import METRICS

_E_MAIL = re.compile(r"mail|courriel|correo", re.IGNORECASE)
_ALMOST = 0.75 * STRONG  # how well a heading must name a score to be thought of for it
_LISTS = ("customers", "customer_facts")


def doubts(table: Table, guess: Guess) -> list[Finding]:
    """What may have been taken for something else, and earlier waves that are not used."""
    found = []
    heading = guess.columns.get("customer_id", "")
    if guess.confidence < 1 and heading and is_bare_id(heading):
        found.append(Finding("review", "id_taken_for_customer", "data", {"column": heading}))
    if guess.role == "ex" and (figures := team_figures(table, guess.columns["team"])):
        found.append(Finding("review", "unit_figures_in_ex_table", "data", {"columns": figures}))
    if guess.role == "ex" and (numbers := differing_answers(table, guess.columns)):
        told = {"words": guess.columns["rating"], "numbers": numbers}
        found.append(Finding("review", "ex_words_and_numbers_differ", "data", told))
    if guess.role == "cx" and guess.confidence < 1:
        found += [*_ties(guess), *_no_whole(guess)]
    found += [*_not_earned(table, guess), *_running_ends(guess)]
    return [*found, *_waves_beside(table, guess)]


def _ties(guess: Guess) -> Iterator[Finding]:
    """Says which questions would have been a score about as well as the one that was taken for it:
    the best, of equal ones the first, by name is, and the others are moments.
    """
    for metric in METRICS:
        column = guess.columns.get(metric)
        if column is None:
            continue
        field = fields_of("cx")[metric]
        named = fit_by_meaning(without_wave(column), field)
        least = named if named == 1 else min(named, _ALMOST)
        moments = (h for name, h in guess.columns.items() if name.startswith(MOMENT))
        as_well = [h for h in moments if fit_by_meaning(without_wave(h), field) >= least]
        if as_well:
            params = {"metric": metric, "column": column, "others": as_well}
            yield Finding("review", "rating_tie", "data", params)


def _no_whole(guess: Guess) -> Iterator[Finding]:
    """Says which scores of a kind are moments because each asks about a part."""
    moments = [heading for name, heading in guess.columns.items() if name.startswith(MOMENT)]
    for metric in METRICS:
        if metric in guess.columns:
            continue
        parts = next(filter(None, (of_parts(metric, h, moments) for h in moments)), [])
        if parts:
            params = {"metric": metric, "columns": parts}
            yield Finding("review", "no_score_of_the_whole", "data", params)


def _not_earned(table: Table, guess: Guess) -> list[Finding]:
    """Says which columns of a list of customers are planned amounts or those of a lifetime."""
    columns = [heading for heading in table.headings if no_actual_money(heading)]
    if not columns or guess.role not in _LISTS:
        return []
    return [Finding("review", "money_not_earned", "data", {"columns": columns})]


def _running_ends(guess: Guess) -> list[Finding]:
    """Says where the end of each contract was not taken for a day of leaving."""
    heading = guess.columns.get("renewal_date")
    if guess.role not in _LISTS or heading is None or not runs_out(heading):
        return []
    return [Finding("review", "ends_of_all_contracts", "data", {"column": heading})]


def _waves_beside(table: Table, guess: Guess) -> list[Finding]:
    """Says which columns of earlier waves stand beside those that are used."""
    used = set(guess.columns.values())
    told = earlier_waves(table.headings)
    earlier = [h for h, newest in told.items() if newest in used and h not in used]
    if not earlier or guess.role != "ex":  # a customer survey keeps them
        return []
    newest = sorted({told[heading] for heading in earlier})
    params = {"columns": earlier, "newest": newest}
    return [Finding("review", "earlier_waves", "data", params)]


def lacking(table: Table, file: str, guess: Guess) -> list[Finding]:
    """What a table that was nearly recognised holds in place of what it lacks."""
    if guess.nearly != "cx":
        return []
    return [*_only_email(table, file, guess), *_only_groups(table)]


def _only_email(table: Table, file: str, guess: Guess) -> list[Finding]:
    """Said where a survey names its customers by e-mail address alone: addresses are not read."""
    if "customer_id" not in guess.missing:
        return []
    addresses = (h for h in table.headings if personal(h) and _E_MAIL.search(h))
    filled = (h for h in addresses if not all(map(blank, table.column(h))))
    heading = table.fields.get("email") or next(filled, None)
    if not heading:
        return []
    params = {"file": file, "sheet": table.sheet or "", "column": heading}
    return [Finding("review", "only_email_as_key", "data", params)]


def _only_groups(table: Table) -> list[Finding]:
    """Said where the one rating of a survey is given as promoters, passives and detractors."""
    asked = fields_of("cx")["nps"]
    return [
        Finding("review", "nps_groups", "data", {"column": heading})
        for heading in table.headings
        if fit(heading, asked) >= STRONG and nps_groups(read_answers(table.column(heading)))
    ]
