"""The verdict says before anything is estimated what the stages then really do: refused exactly
where it says no.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from make_company import SCALE, make

from cxcase.intake import Case, Scale, Verdict, case_from_frames
from cxcase.link import Link, fit_link
from cxcase.moments import Moments, rank_moments
from cxcase.recommend import plan_steps
from cxcase.report import words
from cxcase.roi import value_steps
from cxcase.settings import Settings

Frames = dict[str, pd.DataFrame]
MOMENTS = {"Billing": Scale(0, 10), "Visit": Scale(0, 10)}


def _company(teams: int = 14, customers: int = 900, seed: int = 3) -> Frames:
    """A company with two moments, one of them rare, a step and a case study."""
    frames = make(seed, teams=teams, customers=customers).frames
    draw = np.random.default_rng(seed)
    cx = frames["cx"]
    for name, share in (("Billing", 0.9), ("Visit", 0.5)):
        lived = draw.random(len(cx)) < share
        rating = np.clip(np.round(cx["ease"] + draw.normal(0, 2, len(cx))), 0, 10)
        cx = cx.assign(
            **{f"rating:{name}": np.where(lived, rating, np.nan), f"lived:{name}": lived}
        )
    frames["cx"] = cx
    frames["recommendations"] = pd.DataFrame(
        {
            "id": ["R1"],
            "title": ["Call back"],
            "acts_on": ["ease"],
            "moment": [None],
            "one_off_cost": [1000.0],
            "lift_likely": [0.2],
        }
    )
    frames["case_studies"] = pd.DataFrame({"source": ["Own pilot"], "effect": [0.3]})
    return frames


def _without(*names: str) -> Callable[[Frames], Frames]:
    return lambda frames: {name: frame for name, frame in frames.items() if name not in names}


def _customers(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Frames], Frames]:
    return lambda frames: frames | {"customers": change(frames["customers"])}


def _cx(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Frames], Frames]:
    return lambda frames: frames | {"cx": change(frames["cx"])}


def _leavers_in_one_team(customers: pd.DataFrame) -> pd.DataFrame:
    largest = customers["team"].value_counts().index[0]
    return customers.assign(churned=(customers["team"] == largest) & (customers.index % 2 == 0))


def _few_of(outcome: bool, n: int) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(customers: pd.DataFrame) -> pd.DataFrame:
        kept = customers["churned"] & (np.cumsum(customers["churned"]) <= n)
        return customers.assign(churned=kept if outcome else ~kept)

    return change


COMPANIES: dict[str, tuple[int, Callable[[Frames], Frames]]] = {
    "whole": (14, lambda frames: frames),
    "nine teams": (9, lambda frames: frames),
    "five teams": (5, lambda frames: frames),
    "three teams": (3, lambda frames: frames),
    "one team": (14, _customers(lambda c: c.assign(team="Only"))),
    "no teams": (14, _customers(lambda c: c.drop(columns="team"))),
    "teams known for some": (
        14,
        _customers(lambda c: c.assign(team=c["team"].where(c.index % 3 == 0))),
    ),
    "teams known for most": (
        14,
        _customers(lambda c: c.assign(team=c["team"].where(c.index % 10 != 0))),
    ),
    "nobody left": (14, _customers(lambda c: c.assign(churned=False))),
    "everybody left": (14, _customers(lambda c: c.assign(churned=True))),
    "few left": (14, _customers(_few_of(True, 12))),
    "few stayed": (14, _customers(_few_of(False, 12))),
    "leavers in one team": (14, _customers(_leavers_in_one_team)),
    "no revenue at the end": (14, _customers(lambda c: c.drop(columns="revenue_end"))),
    "nothing grows": (
        14,
        _customers(lambda c: c.assign(revenue_end=np.where(c["churned"], 0.0, c["revenue_start"]))),
    ),
    "no base": (14, _customers(lambda c: c.assign(revenue_start=0.0))),
    "no survey": (14, _without("cx")),
    "no employees": (14, _without("ex")),
    "no list of steps": (14, _without("recommendations")),
    "other team names": (
        14,
        lambda frames: frames | {"ex": frames["ex"].assign(team="Z" + frames["ex"]["team"])},
    ),
    "employees of four teams": (14, lambda frames: frames | {"ex": frames["ex"].head(4)}),
    "employees alike": (14, lambda frames: frames | {"ex": frames["ex"].assign(mean=4.0)}),
    "small employee groups": (14, lambda frames: frames | {"ex": frames["ex"].assign(n=3)}),
    "everybody gave the same": (14, _cx(lambda c: c.assign(ease=7.0))),
    "nobody gave a score": (14, _cx(lambda c: c.assign(ease=np.nan))),
    "ids of another list": (14, _cx(lambda c: c.assign(customer_id="Q" + c["customer_id"] + "Q"))),
    "few answers": (14, _cx(lambda c: c.head(60))),
    "no moments": (14, _cx(lambda c: c[["customer_id", "responded_at", "ease"]])),
    "a moment rated alike": (
        14,
        _cx(lambda c: c.assign(**{"rating:Visit": 5.0, "lived:Visit": True})),
    ),
    "moments nobody lived": (
        14,
        _cx(
            lambda c: c.assign(
                **{f"rating:{m}": np.nan for m in MOMENTS} | {f"lived:{m}": False for m in MOMENTS}
            )
        ),
    ),
}


@pytest.fixture(scope="module", params=list(COMPANIES))
def told(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Case, Link, Moments]:
    """One company's case, and what the stages make of it."""
    teams, change = COMPANIES[request.param]
    frames = change(_company(teams))
    moments = {} if request.param in ("no moments", "no survey") else MOMENTS
    case = case_from_frames(
        frames,
        Settings(),
        tmp_path_factory.mktemp("case"),
        scales={"ease": SCALE},
        ex_scale=Scale(1, 5),
        moment_scales=moments,
    )
    fitted = fit_link(case, Settings())
    return case, fitted.link, rank_moments(case, fitted, Settings())


def _verdict(case: Case, code: str) -> Verdict:
    return next(v for v in case.verdict if v.code == code)


def test_the_worth_of_a_point(told: tuple[Case, Link, Moments]) -> None:
    case, link, _ = told
    verdict = _verdict(case, "worth")
    assert (verdict.status == "cannot", verdict.reason if verdict.status == "cannot" else None) == (
        link.refused is not None,
        link.refused,
    )


def test_expansion(told: tuple[Case, Link, Moments]) -> None:
    case, link, _ = told
    worth = next(w.estimate for w in link.worth if w.id == "one_point_of_cx_expansion")
    verdict = _verdict(case, "expansion")
    assert (verdict.status == "cannot") == worth.refused
    assert not worth.refused or verdict.reason == worth.reason


def test_the_way_from_employees_to_experience(told: tuple[Case, Link, Moments]) -> None:
    case, link, _ = told
    effect = next(e.estimate for e in link.effects if e.id == "ex_to_cx")
    verdict = _verdict(case, "ex_link")
    assert (verdict.status == "cannot") == effect.refused
    assert not effect.refused or verdict.reason == effect.reason
    assert (verdict.status == "weak") == ("ex_directional" in {f.code for f in link.findings})


def test_moments(told: tuple[Case, Link, Moments]) -> None:
    case, _, moments = told
    verdict = _verdict(case, "moments")
    assert (verdict.status == "cannot") == (moments.refused is not None)
    priced = [m for m in moments.moments if not m.slope.refused]
    assert verdict.params["usable"] == len(priced)
    if verdict.status == "weak" and verdict.reason != "target_few_teams":
        assert verdict.reason in {m.slope.reason for m in moments.moments}


def test_steps(told: tuple[Case, Link, Moments]) -> None:
    case, link, moments = told
    steps = plan_steps(case, link, moments, Settings())
    returns = value_steps(steps, link, moments, case.base, Settings())
    assert (_verdict(case, "steps").status != "cannot") == any(
        step.npv is not None for step in returns.steps
    )


def test_weighting(told: tuple[Case, Link, Moments]) -> None:
    case, link, _ = told
    said = {f.code for f in link.findings}
    if link.responder_table:
        assert (_verdict(case, "weighting").status == "cannot") == ("weights_off" in said)
    else:
        assert _verdict(case, "weighting").status == "cannot"


def test_every_verdict_has_its_words(told: tuple[Case, Link, Moments]) -> None:
    for verdict in told[0].verdict:
        row = words.verdict(verdict)
        assert "—" not in row.text, row
        assert row.question
        assert verdict.reason is None or words.has(f"reason.{verdict.reason}"), verdict
        assert (row.unlock == "") == (verdict.status == "can")


def _told(frames: Frames, folder: Path) -> dict[str, tuple[str, str | None]]:
    case = case_from_frames(
        frames,
        Settings(),
        folder,
        scales={"ease": SCALE},
        ex_scale=Scale(1, 5),
        moment_scales=MOMENTS,
    )
    return {v.code: (v.status, v.reason) for v in case.verdict}


def test_what_needs_dates(tmp_path: Path) -> None:
    frames = _company()
    plain = _told(frames, tmp_path)
    assert plain["time_order"] == ("weak", "losses_not_dated")
    assert plain["when_they_leave"] == ("cannot", "losses_not_dated")
    assert plain["trend"] == ("cannot", "one_wave")
    day = pd.Series(pd.Timestamp("2025-06-01"), index=frames["customers"].index)
    dated = frames["customers"].assign(churn_date=day.where(frames["customers"]["churned"]))
    earlier = frames["ex"].assign(wave=pd.Timestamp("2024-06-15"))
    full = _told(
        frames | {"customers": dated, "ex": pd.concat([earlier, frames["ex"]], ignore_index=True)},
        tmp_path,
    )
    assert full["time_order"] == full["when_they_leave"] == full["trend"] == ("can", None)
    some = dated.assign(churn_date=dated["churn_date"].where(dated.index % 2 == 0))
    assert _told(frames | {"customers": some}, tmp_path)["when_they_leave"] == (
        "weak",
        "losses_partly_dated",
    )
    undated = frames | {"customers": dated, "cx": frames["cx"].drop(columns="responded_at")}
    assert _told(undated, tmp_path)["time_order"] == ("cannot", "answers_not_dated")
    late = frames | {"customers": dated, "ex": frames["ex"].assign(wave=pd.Timestamp("2025-05-01"))}
    assert _told(late, tmp_path)["time_order"] == ("weak", "ex_not_before")


def test_segments_and_evidence(tmp_path: Path) -> None:
    frames = _company()
    assert _told(frames, tmp_path)["segments"][0] == "can"
    assert _told(frames, tmp_path)["evidence"] == ("can", None)
    rare = frames["customers"]["segment"].where(frames["customers"].index > 5, "Rare")
    assert (
        _told(_customers(lambda c: c.assign(segment=rare))(frames), tmp_path)["segments"][0]
        == "weak"
    )
    none = _customers(lambda c: c.drop(columns="segment"))(frames)
    assert _told(none, tmp_path)["segments"] == ("cannot", "no_segments")
    assert _told(_without("case_studies")(frames), tmp_path)["evidence"] == (
        "cannot",
        "no_case_studies",
    )


def test_no_team_of_a_hidden_size_is_named(tmp_path: Path) -> None:
    frames = _company() | {"ex": _company()["ex"].assign(n=3)}
    assert _told(frames, tmp_path)["ex_link"] == ("cannot", "ex_no_overlap")


def test_without_a_customer_list_every_question_says_what_it_waits_for(tmp_path: Path) -> None:
    whole = case_from_frames(
        _company(), Settings(), tmp_path / "whole", scales={"ease": SCALE}, moment_scales=MOMENTS
    )
    frames = _without("customers")(_company())
    case = case_from_frames(
        frames, Settings(), tmp_path, scales={"ease": SCALE}, moment_scales=MOMENTS
    )
    assert [v.code for v in case.verdict] == [v.code for v in whole.verdict]
    assert {v.code for v in case.verdict if v.status != "cannot"} == {"evidence"}
    assert {v.reason for v in case.verdict if v.status == "cannot"} == {"no_customers"}
    assert all("0" not in words.verdict(v).text for v in case.verdict)
