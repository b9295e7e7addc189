"""What each step returns, month by month."""

from cxcase.roi.flow_formulas import Flows
from cxcase.roi.margins import Margins
from cxcase.roi.pnl_lines import BenefitLine, Benefits, benefit_lines
from cxcase.roi.result import Npv, Returns, StepReturn
from cxcase.roi.risk_adjustment import RiskAdjusted, Single
from cxcase.roi.sensitivity import Driver, Sensitivity, Swing, Switch, sensitivity
from cxcase.roi.step_flows import Model
from cxcase.roi.value import value_steps

__all__ = [
    "BenefitLine",
    "Benefits",
    "Driver",
    "Flows",
    "Margins",
    "Model",
    "Npv",
    "Returns",
    "RiskAdjusted",
    "Sensitivity",
    "Single",
    "StepReturn",
    "Swing",
    "Switch",
    "benefit_lines",
    "sensitivity",
    "value_steps",
]
