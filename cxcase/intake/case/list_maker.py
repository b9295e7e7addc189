"""The customer list made from its tables as settings decide, and what each option would make."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.case.decision_effects import list_under
from cxcase.intake.case.swapped_dates import say_swapped
from cxcase.intake.customer_list.churn_sources import SOURCES
from cxcase.intake.customer_list.data_window import list_reaches
from cxcase.intake.customer_list.docket import data_finding, decide
from cxcase.intake.customer_list.from_parts import OneList, make_one_list
from cxcase.intake.customer_list.lost_by_end import lost_by_end
from cxcase.intake.customer_list.merge_parts import Part
from cxcase.intake.customer_list.settle_money import SettledMoney, settle_money
from cxcase.intake.customer_list.start_date import day_after_last
from cxcase.intake.customer_list.years.revenue_years import CODE as YEARS
from cxcase.intake.result import OF_TABLES, Case, Decision, Option, ParsedTable, why_no_list
from cxcase.intake.schema import Source
from cxcase.settings import DECISIONS, Settings

CHURN = "churn_source"
SILENT = "silent_at_end"


@dataclass(frozen=True, eq=False)
class ListMaker:
    """What a customer list is made from.

    parts        its tables under the settings in force
    parts_under  the same under others
    tables       every table, by the index that rows carry as `_source`
    cx           the survey's rows
    """

    parts: Sequence[Part]
    parts_under: Callable[[Settings], Sequence[Part]]
    tables: Sequence[ParsedTable]
    cx: pd.DataFrame | None

    def settle(self, settings: Settings, parts: Sequence[Part] | None = None) -> SettledMoney:
        """The tables with their money as these settings decide."""
        parts = self.parts if parts is None else parts
        columns = [self.tables[_index(part)].source.columns for part in parts]
        return settle_money(parts, columns, self.cx, settings)

    def make(self, settled: SettledMoney, settings: Settings) -> OneList:
        """One customer list: as it came where it came whole, else made from its parts; none while
        something about its money is asked.
        """
        parts = settled.parts
        found = (*settled.docket.findings, *say_swapped(self.tables, settings))
        if not parts or why_no_list(found) or any(map(_left_open, self.tables)):
            return OneList(None, settled.t0, (), {}, found)
        answered = pd.Series(dtype="M8[us]")
        if self.cx is not None and "responded_at" in self.cx:
            answered = pd.to_datetime(self.cx["responded_at"])
        t0 = settings.start or settled.t0 or day_after_last(self.cx)
        whole = [part.frame for part in parts if part.role == "customers"]
        if len(whole) == len(parts):
            return replace(_listed_whole(whole, t0, answered, found), left_out=settled.left_out)
        source = next((s for s in SOURCES if s == settings.option(CHURN)), None)
        silent_is_lost = settings.option(SILENT) == "lost"
        made = make_one_list(parts, t0, answered, source, silent_is_lost=silent_is_lost)
        count = len(made.silent)
        silent = data_finding("review", SILENT, count=count, revenue=sum(made.silent))
        _, docket = decide(settings, SILENT, count, silent)
        left_out = {**made.left_out, **settled.left_out}
        findings = (*found, *made.findings, *docket.findings)
        return replace(made, findings=findings, left_out=left_out)

    def as_settled(self, sources: Sequence[Source], settled: SettledMoney) -> tuple[Source, ...]:
        """The sources with the columns that count as revenue at the start and at the end."""
        found = list(sources)
        for place, named in settled.headings.items():
            index = _index(self.parts[place])
            others = {n: h for n, h in found[index].columns.items() if h not in named.values()}
            found[index] = replace(found[index], columns={**others, **named})
        return tuple(found)

    def decisions(
        self,
        settled: SettledMoney,
        made: OneList,
        read: Mapping[str, int],
        case: Case,
        settings: Settings,
    ) -> list[Decision]:
        """The decisions that came up while the list was made, with the totals under each option.
        read: decision that came up while its tables were read -> rows it touches.
        """
        found = []
        if made.disputed:
            found.append(self._who_was_lost(settled, made, case, settings))
        counts = {**read, **settled.docket.counts, SILENT: len(made.silent)}
        return found + [self._weighed(code, n, case, settings) for code, n in counts.items() if n]

    def _weighed(self, code: str, count: int, case: Case, settings: Settings) -> Decision:
        options = tuple(
            self._under(code, option, case, settings.deciding(code, option))
            for option in DECISIONS[code]
        )
        return Decision(code, count, settings.option(code), options, code in settings.decisions)

    def _under(self, code: str, option: str, case: Case, settings: Settings) -> Option:
        """What the customer list comes to under these settings, made anew from its tables."""
        settled = self.settle(settings, self.parts_under(settings))
        made = self.make(settled, settings)
        t0 = settings.start or settled.t0 or made.t0
        if t0 is None and case.base is not None and code != YEARS:
            t0 = case.base.t0
        return list_under(option, made, t0 or day_after_last(self.cx), settings)

    def _who_was_lost(
        self, settled: SettledMoney, made: OneList, case: Case, settings: Settings
    ) -> Decision:
        """What decides who was lost, where the tables disagree: the totals by each source that is
        there.
        """
        chosen = settings.option(CHURN)
        t0 = case.base.t0 if case.base else made.t0
        options = []
        for option in DECISIONS[CHURN]:
            if option not in (DECISIONS[CHURN][0], chosen, *made.sources):
                continue
            deciding = settings.deciding(CHURN, option)
            other = made if option == chosen else self.make(settled, deciding)
            options.append(list_under(option, other, t0, deciding))
        return Decision(CHURN, made.disputed, chosen, tuple(options), CHURN in settings.decisions)


def _left_open(table: ParsedTable) -> bool:
    """True where a question stood up while the table was read, so that it gives no figure."""
    return any(said.code in OF_TABLES for said in table.source.messages)


def _index(part: Part) -> int:
    """The place of the part's table among all."""
    return int(part.frame["_source"].iloc[0])


def _listed_whole(
    lists: Sequence[pd.DataFrame],
    t0: dt.date | None,
    answered: pd.Series,
    found: tuple[Finding, ...],
) -> OneList:
    """A list that came whole; none where it has no revenue, nothing says who was lost, or its days
    of leaving end before the year starts.
    """
    customers = lists[0] if len(lists) == 1 else pd.concat(lists, ignore_index=True)
    if "revenue_start" not in customers:
        return OneList(None, None, (), {}, (*found, data_finding("fail", "no_revenue_anywhere")))
    if not {"churned", "churn_date"} & set(customers):
        customers, said = lost_by_end(customers)
        found += said
    _, said_of_days = list_reaches(t0, customers, answered)
    found += tuple(said_of_days)
    if why_no_list(found):
        return OneList(None, t0, (), {}, found)
    return OneList(customers, None, (), {}, found)
