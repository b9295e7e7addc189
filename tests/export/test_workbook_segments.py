"""A workbook with margins by segment and steps held to teams: LibreOffice comes to what the app
comes to.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from make_company import case_of, make
from workbook_cells import EXACT, XLSX, changed, named, opened, step_cell

from cxcase.budget import FixedBudget, fit_budget
from cxcase.export import make_workbook, write_case
from cxcase.export.workbook.segments import parts_of, segments_of
from cxcase.intake import Case
from cxcase.link import Link, fit_link
from cxcase.moments import Moments, rank_moments
from cxcase.recommend import Steps, plan_steps
from cxcase.report import Report, Results, gather
from cxcase.roi import Returns, value_steps
from cxcase.settings import Settings

OWN = {"Public": 0.2, "SME": 0.55}  # Corporate has the margin of all
ROWS = (
    ("R1", "Call back", "ease", 0.5, "Team 1; Team 2; Team 3"),
    ("R2", "Visit", "ease", 0.4, "Team 3; Team 7"),
    ("R3", "Plain letters", "ease", 0.3, None),
    ("R4", "Huddles", "ex", 0.2, "Team 2; Team 9"),
    ("R5", "Elsewhere", "ease", 0.3, "Atlantis"),
)


@dataclasses.dataclass(frozen=True, eq=False)
class Made:
    case: Case
    link: Link
    moments: Moments
    steps: Steps

    def returns(self, settings: Settings) -> Returns:
        return value_steps(self.steps, self.link, self.moments, self.case.base, settings)

    def report(self, settings: Settings) -> Report:
        returns = self.returns(settings)
        plan = fit_budget(returns, FixedBudget(60_000.0), self.moments)
        when = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        return gather(
            Results(
                self.case,
                link=self.link,
                moments=self.moments,
                steps=self.steps,
                returns=returns,
                plan=plan,
            ),
            settings,
            made_at=when,
            company="X",
        )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    frames = make(4).frames
    frames["recommendations"] = pd.DataFrame(
        [
            {
                "id": id,
                "title": title,
                "acts_on": acts_on,
                "lift_likely": lift,
                "teams": teams,
                "one_off_cost": 9000.0,
                "yearly_cost": 3000.0,
                "months_to_deliver": 2.0,
                "effort_days": 12.0,
            }
            for id, title, acts_on, lift, teams in ROWS
        ]
    )
    settings = Settings()
    case = case_of(frames, tmp_path_factory.mktemp("case"), settings)
    fitted = fit_link(case, settings)
    link = fitted.published
    moments = rank_moments(case, fitted, settings)
    return Made(case, link, moments, plan_steps(case, link, moments, settings))


@pytest.fixture(scope="module")
def report(made: Made) -> Report:
    return made.report(Settings(segment_margins=OWN))


def test_a_team_that_is_nowhere_is_named(made: Made) -> None:
    [finding] = [f for f in made.steps.findings if f.code.startswith("step_team")]
    assert (finding.status, finding.params["id"], finding.params["team"]) == (
        "fail",
        "R5",
        "Atlantis",
    )
    assert [s.id for s in made.steps.steps] == ["R1", "R2", "R3", "R4"]


def test_case_json_says_which_teams_and_which_margins(report: Report) -> None:
    found = json.loads(write_case(report))
    assert {s["id"]: s.get("teams") for s in found["steps"]} == {
        "R1": ["Team 1", "Team 2", "Team 3"],
        "R2": ["Team 3", "Team 7"],
        "R3": None,
        "R4": ["Team 2", "Team 9"],
    }
    assert found["settings"]["segment_margins"] == OWN


def test_before_recalculation(report: Report) -> None:
    book = opened(make_workbook(report), values=True)
    assert report.plan is not None
    assert report.plan.npv is not None
    assert len(report.plan.chosen) > 1
    assert book["Plan"]["B5"].value == pytest.approx(report.plan.npv.base, rel=EXACT)
    assert step_cell(book, "R1", "teams").value == "Team 1, Team 2, Team 3"
    assert step_cell(book, "R3", "teams").value == "all"
    labels = {
        str(c.value)
        for row in book["Curves"].iter_rows(min_row=4, max_row=4)
        for c in row
        if c.value
    }
    assert any("(Team 3)" in label for label in labels)
    assert any("other teams" in label for label in labels)


def test_a_segment_without_its_own_margin_follows_that_of_all(report: Report) -> None:
    book = opened(make_workbook(report))
    cells = {
        name: named(book, f"segment_margin_{k}").value
        for k, name in enumerate(("SME", "Corporate", "Public"), 1)
    }
    assert cells == {"SME": 0.55, "Corporate": "=margin", "Public": 0.2}


@pytest.mark.office
@pytest.mark.parametrize("own", [OWN, {}], ids=["own margins", "one margin"])
def test_a_changed_segment_margin_is_followed(
    made: Made, soffice: Any, tmp_path: Path, own: dict[str, float]
) -> None:
    """Recalculated as it is, and with other margins typed in, it equals the app with the same
    margins.
    """
    report = made.report(Settings(segment_margins=own))
    data = make_workbook(report)
    assert report.plan is not None
    assert report.plan.npv is not None
    starts = dict(report.plan.start_month)
    same = opened(soffice(changed(data, tmp_path / "same.xlsx", {}, {}), XLSX), values=True)
    assert same["Plan"]["B5"].value == pytest.approx(report.plan.npv.base, rel=EXACT)
    typed = {"segment_margin_1": 0.61, "margin": 0.33, "revenue_lost": 60_000.0}
    book = opened(soffice(changed(data, tmp_path / "other.xlsx", typed, {}), XLSX), values=True)
    settings = Settings(margin=0.33, segment_margins={**own, "SME": 0.61})
    model = made.returns(settings).model
    assert model is not None
    model = dataclasses.replace(model, churned_revenue=60_000.0)
    assert book["Plan"]["B5"].value == pytest.approx(model.flows(starts).npv, rel=EXACT)
    assert abs(book["Plan"]["B5"].value - same["Plan"]["B5"].value) > 1000
    for id in ("R1", "R2", "R3", "R4"):
        assert step_cell(book, id, "npv").value == pytest.approx(
            model.flows({id: 1}).npv, rel=EXACT, abs=1e-6
        ), id
    assert not [
        c.coordinate
        for ws in book
        for row in ws.iter_rows()
        for c in row
        if str(c.value).startswith("#")
    ]


def test_an_ex_step_on_a_team_whose_answers_are_hidden_tells_nothing_of_them(
    tmp_path: Path,
) -> None:
    """Whatever the few employees of a team said, everything printed is the same."""
    printed = []
    for k, (n, mean) in enumerate(((3, 1.2), (3, 4.9), (9, 4.9))):
        frames = make(4).frames
        few = frames["ex"]["team"] == "Team 2"
        frames["ex"].loc[few, ["n", "mean"]] = [n, mean]
        frames["recommendations"] = pd.DataFrame(
            [
                {
                    "id": "R1",
                    "title": "Huddles",
                    "acts_on": "ex",
                    "lift_likely": 0.2,
                    "teams": "Team 2",
                    "one_off_cost": 900.0,
                    "months_to_deliver": 2.0,
                }
            ]
        )
        folder = tmp_path / str(k)
        folder.mkdir()
        case = case_of(frames, folder)
        fitted = fit_link(case, Settings())
        link = fitted.published
        moments = rank_moments(case, fitted, Settings())
        steps = plan_steps(case, link, moments, Settings())
        found = Made(case, link, moments, steps).report(Settings())
        body = json.loads(write_case(found))
        assert body["steps"][0]["npv"] is not None
        printed.append({name: body[name] for name in ("steps", "plan", "link", "findings")})
    assert printed[0] == printed[1]
    assert printed[1] != printed[2]  # of enough employees it counts


def test_every_margin_of_its_own_has_a_cell_however_many_there_are() -> None:
    """A segment whose margin differs may not share the cell of the rest: the sheet would come to
    another NPV.
    """
    names = [f"S{k:02}" for k in range(16)]
    base = SimpleNamespace(segments=[SimpleNamespace(name=name) for name in names])
    curve = SimpleNamespace(by_segment=lambda: (tuple(names), np.ones((2, len(names)))))
    for differ, rows in ((14, 15), (3, 13)):
        settings = Settings(segment_margins=dict.fromkeys(names[:differ], 0.3))
        report: Any = SimpleNamespace(case=SimpleNamespace(base=base), settings=settings)
        found = segments_of(report, [curve])
        assert len(found) == rows
        assert [row.name for row in found if row.own] == names[:differ]
        assert found[-1].name == ""
        assert parts_of(curve, found)[0].sum() == len(names)
