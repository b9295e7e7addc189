"""docs/case.md names every key that case.json has."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from make_report import make_report

from cxcase.estimate import Estimate
from cxcase.export import write_case
from cxcase.moments import CommonFactor

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "case.md").read_text(encoding="utf-8")


def named(section: str) -> set[str]:
    """What stands in code marks in a section."""
    return set(
        re.findall("`([a-z_0-9]+)`", PAGE.split(f"## {section}\n", 1)[1].split("\n## ", 1)[0])
    )


@pytest.fixture(scope="module")
def case() -> dict:
    return json.loads(write_case(make_report()))


def test_every_key_of_the_file(case: dict) -> None:
    assert set(case) <= named("The file")


@pytest.mark.parametrize("section", ["sources", "link", "moments", "steps", "plan"])
def test_every_key_of_a_part(case: dict, section: str) -> None:
    part = case[section]
    keys = set(part) if isinstance(part, dict) else {key for row in part for key in row}
    assert len(keys) > 8
    assert keys <= named(section)


def test_every_key_of_the_joint_figure(case: dict) -> None:
    assert set(case["moments_joint"]) <= named("moments")


def test_every_key_of_what_moments_have_in_common() -> None:
    report = make_report()
    share = Estimate(0.6, 0.5, 0.7, "share")
    general = CommonFactor({"Invoice": 0.7}, share, share, share)
    told = replace(report, moments=replace(report.moments, common_factor=general))
    found = json.loads(write_case(told))
    assert set(found) <= named("The file")
    assert (
        set(found["moments_general"])
        == {"shares", "variation", "common", "specific"}
        <= named("moments")
    )
    assert set(found["moments_change"][0]) - {"moment"} <= named("moments")
