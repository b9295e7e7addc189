"""What each step returns, month by month."""

from cxcase.roi.flow_formulas import Flows
from cxcase.roi.gates import Decision, Gate
from cxcase.roi.margins import Margins
from cxcase.roi.pnl_lines import BenefitLine, Benefits, benefit_lines
from cxcase.roi.result import Npv, Returns, StepReturn
from cxcase.roi.risk_adjustment import RiskAdjusted, Single
from cxcase.roi.sensitivity import Driver, Sensitivity, Swing, Switch, sensitivity
from cxcase.roi.step_flows import Model
from cxcase.roi.value import value_steps
from cxcase.roi.what_would import Alone, WhatWould
from cxcase.roi.yearly_benefits import YearlyBenefits

__all__ = [
    "Alone",
    "BenefitLine",
    "Benefits",
    "Decision",
    "Driver",
    "Flows",
    "Gate",
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
    "WhatWould",
    "YearlyBenefits",
    "benefit_lines",
    "sensitivity",
    "value_steps",
]
