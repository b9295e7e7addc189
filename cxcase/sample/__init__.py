"""The sample company: an invented business whose spreadsheets hide a known answer."""

from cxcase.sample.company import Company, draw_company
from cxcase.sample.design import BUDGET, COMPANY, SEED
from cxcase.sample.truth import Known, true_effects, truth_document
from cxcase.sample.workbooks import write_company, write_sample

__all__ = [
    "BUDGET",
    "COMPANY",
    "SEED",
    "Company",
    "Known",
    "draw_company",
    "true_effects",
    "truth_document",
    "write_company",
    "write_sample",
]
