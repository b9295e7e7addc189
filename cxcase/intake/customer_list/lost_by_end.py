"""Who was lost, where no column says so: those who pay nothing any more at the end of the year; and
where its words say neither, which is asked.
"""

from __future__ import annotations

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.customer_list.docket import Docket, data_finding, decide
from cxcase.intake.schema import STATE_OPEN
from cxcase.intake.values.yes_no import states_named
from cxcase.settings import UNDECIDED, Settings

END = "revenue_end"
STATES = "unknown_states"


def lost_by_end(customers: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """(the rows with `churned`, what is said): lost are those with 0 at the end, or, where nobody
    has 0, those with a blank there. Nobody can say without an end.
    """
    if END not in customers:
        return customers, (data_finding("fail", "no_fate_anywhere"),)
    end = customers[END].astype(float)
    blank = not bool((end == 0).any())
    lost = end.isna() if blank else end == 0
    code = "lost_by_blank_end" if blank else "lost_by_revenue_end"
    whole = lost.groupby(customers["customer_id"].to_numpy()).all()  # several contracts of one
    said = data_finding("review", code, count=int(whole.sum()))
    return customers.assign(churned=lost), (said,)


def settle_states(
    customers: pd.DataFrame, settings: Settings
) -> tuple[pd.DataFrame, pd.DataFrame, Docket]:
    """(the rows, those set aside, what is asked of customers whose state is a word that says
    neither lost nor kept).
    """
    if STATE_OPEN not in customers:
        return customers, customers.iloc[:0], Docket()
    rows = customers.drop(columns=STATE_OPEN)
    words = customers[STATE_OPEN]
    unknown = words.notna()
    count = int(unknown.sum())
    said = data_finding("fail", STATES, count=count, words=states_named(words[unknown]))
    chosen, docket = decide(settings, STATES, count, said)
    if chosen == "set_aside":
        return rows.loc[~unknown], rows.loc[unknown], docket
    if chosen != UNDECIDED:
        told = rows["churned"] if "churned" in rows else rows["churn_date"].notna()
        lost = told.astype("boolean").mask(unknown, chosen == "lost")
        rows = rows.assign(churned=lost.fillna(False).astype(bool))
    return rows, rows.iloc[:0], docket
