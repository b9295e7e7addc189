"""The simulation study behind the intervals: companies with a known truth, and a rule written
beforehand.
"""

from cxcase.calibrate.page import draw_chart, write_page
from cxcase.calibrate.study import Study, run_study

__all__ = ["Study", "draw_chart", "run_study", "write_page"]
