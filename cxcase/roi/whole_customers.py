"""Customers that must stay, in whole customers: what is asked of people cannot be a part of one."""

from __future__ import annotations

import math

_NONE = 1e-9  # of a customer: less is what adding up leaves


def whole_customers(exact: float | None) -> int | None:
    """Rounded up, so that as many are enough; None stays None."""
    if exact is None:
        return None
    return math.ceil(exact - _NONE)
