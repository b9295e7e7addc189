"""The HiGHS solver as this package wants it: silent, one thread, the same answer every time."""

from __future__ import annotations

import highspy

_OPTIONS = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "mip_feasibility_tolerance": 1e-9,
    "primal_feasibility_tolerance": 1e-9,
}


class _Highs(highspy.Highs):
    """HiGHS that prints nothing; the public constructor greets before it can be told not to."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()
        for name, value in _OPTIONS.items():
            self.setOptionValue(name, value)


def quiet() -> highspy.Highs:
    """A solver without columns that prints nothing and gives the same answer every time."""
    return _Highs()


def answered(solver: highspy.Highs) -> bool:
    """True when the last run found a plan: the best, or one that is possible when time ran out."""
    feasible = (
        solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    )
    return feasible or solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
