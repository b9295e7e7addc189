"""How long a year and a month are where days are turned into them: leap years counted in."""

from __future__ import annotations

YEAR_DAYS = 365.25
YEAR_MONTHS = 12
MONTH_DAYS = YEAR_DAYS / YEAR_MONTHS
