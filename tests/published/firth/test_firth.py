"""Firth's logit of a saturated 2 x 2 table is the table with one half added to every cell.

Derivation: with one parameter a cell, each leverage is 1, so that the penalised score is y - n p +
(1/2 - p), which is the score of a table with half an event and half a non-event more in each row
(Haldane 1956; Firth 1993, section 3.3). 0 of 10 against 5 of 10: log((5.5 / 5.5) / (0.5 / 10.5)) =
log 21 = 3.04452.
"""

import numpy as np
import pytest

from cxcase.stats.logit import fit_logit, row_pass


def test_zero_of_ten_against_five_of_ten():
    x = np.column_stack([np.ones(20), np.r_[np.zeros(10), np.ones(10)]])
    y = np.r_[np.zeros(15), np.ones(5)]
    data = row_pass(x, y, np.ones(20), np.zeros(20, int), 1)
    assert fit_logit(data, 2).separated
    fit = fit_logit(data, 2, firth=True)
    assert fit.converged
    assert fit.beta[1] == pytest.approx(np.log(21), abs=1e-8)
    assert fit.beta[1] == pytest.approx(3.04452, abs=5e-6)
    assert fit.beta[0] == pytest.approx(np.log(0.5 / 10.5), abs=1e-8)
