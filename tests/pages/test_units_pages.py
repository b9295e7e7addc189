"""A company of units alone, page by page: no page breaks, and each says what it rests on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from make_units import ALWAYS, make_units
from moves import PAGES, App

from cxcase.report import words

NAMES = {
    "team": "Branch",
    "period": "Quarter",
    "ex": "Engagement (1-5)",
    "ex_n": "EX responses",
    "ex_sd": "EX sd",
    "ease": "Ease (0-10)",
    "cx_n": "CX responses",
    "cx_sd": "CX sd",
    "churn_rate": "Churn rate",
    "customers": "Customers",
    "revenue_start": "Revenue start",
    "revenue_end": "Revenue end",
}


@pytest.mark.parametrize(("units", "periods"), [(20, 4), (4, 1)])
def test_every_page_carries_units_alone(app: App, units: int, periods: int, tmp_path: Path) -> None:
    frame = make_units(1, g=units, periods=periods, always=ALWAYS).frame
    frame = frame.drop(columns=["churn_months", "period_months"], errors="ignore").rename(
        columns=NAMES
    )
    if "Quarter" in frame:
        frame["Quarter"] = frame["Quarter"].dt.to_period("Q").astype(str)
    app.bring({"units.csv": frame.round(4).to_csv(index=False).encode()}).fine()
    for page in PAGES:
        app.go(page).fine()
        assert "{" not in app.text, page
        assert "no sentence for" not in app.text.lower(), page
    text = app.go("link").fine().text
    if units == 20:
        assert "One more point of ease" in text or "can't tell yet" in text
        assert f"All figures come from {units} units" in text
    else:
        assert "Fewer than six units" in text
        return
    # readings side by side, the believed one marked, and why
    assert "Each unit against itself" in text
    assert text.count("this one counts") >= 2
    assert "Believed:" in text
    assert "The two kinds of reading disagree" in text
    # the total, the first units, the rest by number, and the limits
    assert "All units together" in text
    assert "The other 8 units stand in case.json" in text
    assert "not what a customer with a higher score does" in text


def test_units_of_one_period_say_that_they_compare_each_other(app: App) -> None:
    frame = make_units(1, g=14, periods=1, always=ALWAYS).frame
    frame = frame.drop(columns=["churn_months", "period_months"], errors="ignore").rename(
        columns=NAMES
    )
    app.bring({"units.csv": frame.round(4).to_csv(index=False).encode()}).go("link").fine()
    assert "There is one period only" in app.text
    assert "Fewer than twelve units can be followed" not in app.text
    assert "The other 2 units stand in case.json" in app.text


@pytest.mark.parametrize("told", ["sales", "kept"])
def test_units_that_tell_no_customers_lost_have_their_readings_drawn(app: App, told: str) -> None:
    frame = make_units(5, g=20, periods=4 if told == "sales" else 1).frame
    frame = frame.drop(columns=["churn_months", "period_months", "churn_rate"], errors="ignore")
    if told == "sales":
        frame["Sales"] = frame.pop("revenue_start") / 4 * np.exp(0.02 * (frame["ease"] - 6.5))
    frame = frame.rename(columns=NAMES)
    if "Quarter" in frame:
        frame["Quarter"] = frame["Quarter"].dt.to_period("Q").astype(str)
    app.bring({"units.csv": frame.round(4).to_csv(index=False).encode()}).go("link").fine()
    assert words.say("pages.part.not_yet") not in app.text
    figure = app.at.get("plotly_chart")
    assert any(
        ("Sales, %" if told == "sales" else "Revenue kept and grown, %") in str(chart.proto)
        for chart in figure
    )
