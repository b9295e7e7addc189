"""The sample company: an invented business whose spreadsheets hide a known answer."""

from cxcase.sample.company import Company, draw_company
from cxcase.sample.design import COMPANY, SEED
from cxcase.sample.truth import Known, true_effects, truth_document

__all__ = ["COMPANY", "SEED", "Company", "Known", "draw_company", "true_effects", "truth_document"]
