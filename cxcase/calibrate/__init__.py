"""The simulation study behind the intervals: companies with a known truth, and a rule written
beforehand.
"""

from cxcase.calibrate.study import Study, run_study

__all__ = ["Study", "run_study"]
