"""The simulation study behind the intervals: companies of known truth, a rule written before."""

from cxcase.calibrate.arms import arms_of
from cxcase.calibrate.page import draw_chart, write_page
from cxcase.calibrate.study import Study, run_study

__all__ = ["Study", "arms_of", "draw_chart", "run_study", "write_page"]
