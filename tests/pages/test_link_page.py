"""The link page's own controls: other moves, silent customers, segments; and what it says where
they can't be had.
"""

from __future__ import annotations

import re

import make_uploads
import numpy as np
import pandas as pd
import pytest
from moves import App

RANGE = r"90 % range [^)]*\d"


@pytest.fixture
def link(app: App, small: dict[str, bytes]) -> App:
    """The small company's link page."""
    return app.bring(small).go("link").fine()


def alts(app: App, part: str) -> list[str]:
    """The alt texts that hold these words."""
    return [chart.proto.alt for chart in app.at.get("plotly_chart") if part in chart.proto.alt]


def test_it_opens_with_the_answer_the_chain_and_three_moves(link: App) -> None:
    assert "One more point of ease goes with" in link.text
    assert len(alts(link, "weakest step")) == 1
    moves = alts(link, "for every customer")
    assert len(moves) == 1
    assert "Ease +0.5" in moves[0]
    assert "Engagement +0.2" in moves[0]
    assert "up to the median team" in moves[0]
    assert len(re.findall(r"more customers would stay", link.text)) >= 1


def test_every_move_has_a_range(link: App) -> None:
    for row in alts(link, "for every customer")[0].split(". ")[1].split("; "):
        assert re.search(r"\(.*\d.*\)", row), row


def test_moving_the_slider_changes_the_figure_and_the_picture(link: App) -> None:
    before = alts(link, "for every customer")[0]
    link.at.slider(key="move_score").set_value(1.0).run()
    after = alts(link.fine(), "for every customer")[0]
    assert "Ease +1 for every customer" in after
    assert after != before


def test_a_team_can_be_picked_and_left_out(link: App) -> None:
    box = link.at.selectbox(key="move_team")
    assert box.value.startswith("Branch")
    box.select_index(0).run()
    assert "up to the median team" not in alts(link.fine(), "for every customer")[0]


def test_silent_customers_are_asked_by_a_slider(link: App) -> None:
    assert "felt like those like them who did" in link.text
    slider = next(s for s in link.at.get("select_slider") if s.key == "silent")
    slider.set_value(-1.0).run()
    link.fine()
    assert re.search(r"felt −1 points against those like them.*" + RANGE, link.text)


def test_a_segment_is_shown_on_request(link: App) -> None:
    link.at.selectbox(key="segment").select("Trade").run()
    assert alts(link.fine(), "Trade: ")


def test_each_figure_is_traced_to_n_teams_df_method_and_source(link: App) -> None:
    lines = [
        str(m.value) for m in link.at.markdown if "degrees" in str(m.value) or "df " in str(m.value)
    ]
    assert sum("teams, df" in line for line in lines) >= 6
    assert any("MacKinnon, Nielsen" in line for line in lines)


def test_without_engagement_the_move_says_what_would_unlock_it(app: App) -> None:
    app.bring(make_uploads.files(ex=False)).go("link").fine()
    assert "Engagement: There is no employee survey yet." in app.text
    assert not [s for s in app.at.slider if s.key == "move_ex"]
    assert alts(app, "for every customer")


def test_with_few_teams_no_team_is_said_to_be_behind(app: App) -> None:
    ledger = make_uploads.customers(teams=4)
    files = {
        "customers.csv": make_uploads.as_csv(ledger),
        "cx.csv": make_uploads.as_csv(make_uploads.survey(ledger)),
    }
    app.bring(files).go("link").fine()
    assert "no team can be said to be behind" in app.text


def test_no_figure_no_controls(app: App) -> None:
    app.bring(make_uploads.files(churn="nobody")).go("link").fine()
    assert not app.at.slider
    assert "What if" not in app.text


def with_questions(teams: int) -> dict[str, bytes]:
    """The small company, whose employees answered four questions each; the first follows their
    customers' score.
    """
    ledger = make_uploads.customers(teams=teams)
    rng = np.random.default_rng(8)
    rows = []
    for team, mean in ledger.groupby("Branch")["score"].mean().items():
        for _ in range(8):
            noise = rng.normal(0, 0.9, 4)
            marks = np.clip(
                np.round(3 + np.array([1.2, 0.2, 0.1, 0.0]) * (mean - 4.6) + noise), 1, 5
            ).astype(int)
            named = zip(
                ("My tools work", "I know my goals", "I am listened to", "Pay is fair"),
                marks,
                strict=True,
            )
            rows.append(
                {
                    "Branch": team,
                    "Wave": "2025-03-01",
                    **{f"{name} (1-5)": mark for name, mark in named},
                }
            )
    files = {
        "customers.csv": ledger,
        "cx.csv": make_uploads.survey(ledger),
        "ex.csv": pd.DataFrame(rows),
    }
    return {name: make_uploads.as_csv(table) for name, table in files.items()}


def test_questions_to_employees_have_a_chart_and_a_sentence(app: App) -> None:
    app.bring(with_questions(14)).go("link").fine()
    drawn = alts(app, "My tools work")
    assert len(drawn) == 1
    assert drawn[0].count(" to ") >= 4, "every question has its range"
    assert "Branch" not in drawn[0], "never by team"
    assert "4 questions to employees" in app.text
    assert "Questions are never shown by team" in app.text


def test_too_few_teams_for_questions_is_said_in_words(app: App) -> None:
    app.bring(with_questions(9)).go("link").fine()
    assert "There is no chart of single questions. Fewer than 12 teams" in app.text
    assert not alts(app, "My tools work")


def test_what_the_team_mean_adds_is_a_row_like_the_others(link: App) -> None:
    assert (
        "from the mean of their team" in link.text
        or "one more point of the team's mean goes with" in link.text
    )


def test_what_prices_went_up_by_under_contract_is_said_beside_the_worth(app: App) -> None:
    """Price steps that rise with the score: the worth is net of them, and lower for it."""
    ledger = make_uploads.customers()
    step = 0.02 * ledger["score"]
    grown = ledger["Revenue start"] * (1.0 + 0.01 * ledger["score"] + step)
    ledger["Revenue end"] = np.where(ledger["Churned"] == "yes", 0.0, grown.round(2))
    ledger["Price increase"] = [f"{100 * share:.0f}%" for share in step]
    files = make_uploads.files() | {"customers.csv": make_uploads.as_csv(ledger)}
    app.bring(files).go("link").fine()
    said = re.search(
        r"With them in, a point would go with £([\d.]+ [km]) a year .* instead of £([\d.]+ [km])\.",
        app.text,
    )
    assert said is not None, app.text
    booked, net = (float(text[:-2]) * {"k": 1e3, "m": 1e6}[text[-1]] for text in said.groups())
    assert booked > 1.1 * net
