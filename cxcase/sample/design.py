"""The structure of the sample company: every constant it is drawn from.

Nothing here is tuned to an outcome of the seed. A true effect follows from these constants (see
`truth`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

COMPANY = "Thornbeck Site Services"
BUDGET = 150_000.0  # pounds that its leadership team has said it can find this year
CURRENCY = "GBP"
SEED = 20260101
T0 = dt.date(2025, 7, 1)  # the last survey answer came in on the day before
SURVEY_FIRST_DAY = dt.date(2025, 4, 1)
SURVEY_DAYS = 91
EX_WAVES = (dt.date(2024, 10, 14), dt.date(2025, 2, 10))  # both waves ask everyone

EASE_LOW = 1
EASE_HIGH = 7
MOMENT_LOW = 0
MOMENT_HIGH = 10
EX_LOW = 1
EX_HIGH = 5
NPS_HIGH = 10


@dataclass(frozen=True)
class MomentDesign:
    """One moment of truth.

    Ratings are 0 to 10, ease is 1 to 7, EX is 1 to 5, tenure is in years.
    """

    name: str
    lived_logit: float  # log-odds of living it at 5 years' tenure
    lived_tenure: float  # and their change per year
    mean: float  # latent rating at 5 years, in a team with EX at its mean
    ex: float  # rating points per EX point
    unseen: float  # rating points per sd of the unseen team factor
    team_sd: float  # team differences that nothing else explains
    happening: float  # ease points for having lived it at mean quality
    # ease points per rating point: the moment's whole effect on churn goes through here
    ease: float


MOMENTS: tuple[MomentDesign, ...] = (
    MomentDesign("Scheduled visit", 2.95, 0.0, 7.4, 1.6, 0.20, 0.30, 0.0, 0.20),
    MomentDesign("Invoice", 2.0, 0.0, 7.0, 0.3, 0.10, 0.35, 0.0, 0.12),
    MomentDesign("Online portal", 0.2, -0.05, 6.2, 0.0, 0.10, 0.25, 0.05, 0.10),
    MomentDesign("Getting a quote", -0.35, 0.0, 6.8, 1.0, 0.15, 0.30, 0.0, 0.12),
    MomentDesign("Renewal conversation", -0.85, 0.04, 6.6, 1.2, 0.15, 0.35, 0.0, 0.14),
    MomentDesign("First visit", -2.2, -0.80, 7.3, 1.4, 0.15, 0.30, 0.0, 0.20),
    MomentDesign("Complaint handling", -1.85, -0.03, 5.2, 2.0, 0.30, 0.45, -0.7, 0.30),
    MomentDesign("Contract change", -2.75, 0.0, 5.9, 1.0, 0.10, 0.35, -0.15, 0.22),
)
RATING_TENURE = 0.06  # rating points per year of tenure, every moment
HALO_SD = 0.8  # a customer's general mood, in every rating
RATING_SD = 1.5
SKIPPED = 0.03  # lived, but left blank
EASE_BLANK = 0.004


@dataclass(frozen=True)
class SegmentDesign:
    """One customer segment: share, log revenue at 5 years, its part in churn and answering."""

    name: str
    share: float
    log_revenue: float
    churn: float
    answers: float


SEGMENTS: tuple[SegmentDesign, ...] = (
    SegmentDesign("Single site", 0.46, 7.6, 0.0, 0.0),
    SegmentDesign("Multi-site", 0.24, 8.6, -0.10, 0.10),
    SegmentDesign("Public sector", 0.16, 8.3, -0.25, 0.15),
    SegmentDesign("Retail chain", 0.14, 9.0, 0.10, -0.10),
)
REVENUE_SD = 0.7
REVENUE_TENURE = 0.04
TENURE_SHAPE = 2.0
TENURE_SCALE = 2.4
TENURE_FIRST = 0.25
TENURE_LAST = 14.0
TENURE_CENTRE = 5.0
REVENUE_CENTRE = 8.2
EASE_CENTRE = 4.8

TEAM_SIZE_SD = 0.75  # of log size
EX_MEAN = 3.55
EX_SD = 0.40
EX_SPREAD_LIMIT = 1.0
STAFF_PER_CUSTOMER = 650 / 12_000
STAFF_SIZE_SD = 0.25
STAFF_ANSWER = 0.86
PERSON_SD = 0.55
ITEM_SD = 0.60
EX_ITEMS: tuple[tuple[str, float], ...] = (
    ("I am proud to work here", 0.20),
    ("I have what I need to do my job well", 0.0),
    ("My manager helps me when a job goes wrong", -0.15),
    ("People in my depot help each other out", 0.10),
    ("I would still like to be here in two years", -0.15),
)

EASE_LEVEL = 4.9
EASE_TENURE = 0.05
EASE_SD = 0.75
EASE_UNSEEN = 0.12
EASE_TEAM_SD = 0.12
CHURN_LEVEL = -1.96
CHURN_EASE = -0.45
CHURN_TENURE = -0.10
CHURN_REVENUE = -0.18
CHURN_UNSEEN = -0.15
CHURN_TEAM_SD = 0.15
CHURN_EX = -0.10
ANSWER_LEVEL = -0.20
ANSWER_TENURE = 0.05
ANSWER_REVENUE = 0.15
ANSWER_CHURNED = -0.45
GROWTH_LEVEL = 0.012
GROWTH_EASE = 0.016
GROWTH_TENURE = 0.0015
GROWTH_UNSEEN = 0.008
# share of stayers whose revenue changes at all, and how far
GROWTH_MOVES = 0.55
GROWTH_SD = 0.16
GROWTH_LIMIT = 0.70

_DEPOTS = (
    "Aberdeen, Ashford, Barnsley, Basildon, Bath, Blackburn, Bolton, Bournemouth, Bradford, "
    "Bristol, Burnley, Cambridge, Cardiff, Carlisle, Chelmsford, Coventry, Crawley, Croydon, "
    "Darlington, Derby, Doncaster, Dundee, Enfield, Exeter, Gateshead, Glasgow, Gloucester, "
    "Guildford, Hereford, Huddersfield, Hull, Ipswich, Kettering, Leeds, Leicester, Lincoln, "
    "Luton, Middlesbrough, Newport, Norwich, Nottingham, Peterborough, Plymouth, Preston, "
    "Reading, Sheffield, Swansea, Wakefield"
)
DEPOTS: tuple[str, ...] = tuple(_DEPOTS.split(", "))
