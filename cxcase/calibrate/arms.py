"""The scenarios of the study: what differs between them is in `Arm`."""

from __future__ import annotations

from dataclasses import replace

from cxcase.calibrate.company import Arm

ARMS = (
    Arm("12 teams", 12),
    Arm("12 uneven teams", 12, size_sd=1.1),
    Arm("30 teams", 30),
    Arm("60 teams", 60),
    Arm("30 teams, leavers quiet", 30, leavers_quiet=1.0),
    Arm("30 teams, tenure by its logarithm", 30, tenure="log"),
    Arm("30 teams, tenure as a hump", 30, tenure="hump"),
    Arm(
        "30 teams, model wrong",
        30,
        leavers_quiet=1.0,
        threshold=True,
        noisy=True,
        heavy=True,
        specified=False,
    ),
)
NULL = Arm("nothing there, 30 teams", 30, ex_to_cx=0.0, cx_to_churn=0.0, growth=0.0)
NULLS = (
    NULL,
    replace(NULL, name="nothing there, tenure by its logarithm", tenure="log"),
    replace(NULL, name="nothing there, tenure as a hump", tenure="hump"),
)
