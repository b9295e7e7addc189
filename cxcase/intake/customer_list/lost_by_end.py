"""Who was lost, where no column says so: those who pay nothing any more at the end of the year."""

from __future__ import annotations

import pandas as pd

from cxcase.checks import Finding
from cxcase.intake.customer_list.docket import data_finding

END = "revenue_end"


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
    said = data_finding("review", code, count=int(lost.sum()))
    return customers.assign(churned=lost), (said,)
