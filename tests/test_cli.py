"""build, read and sample as people and scripts call them: files, exit codes, one message, nothing
half-written.
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

import make_uploads
import pytest

from cxcase.__main__ import main
from cxcase.errors import SettingsError
from cxcase.options import parser, settings_of
from cxcase.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "samples"
SHEETS = sorted(str(path) for path in SAMPLE.iterdir() if path.suffix in (".xlsx", ".csv"))


def started(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The command as it is typed: a process of its own, with a browser for its images."""
    command = [sys.executable, "-m", "cxcase", *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )


def cxcase(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The finished command, run in this process and without a browser, which saves time."""
    given = [*map(str, arguments)]
    out = io.StringIO()
    err = io.StringIO()
    no_browser = mock.patch.dict(os.environ, {"BROWSER_PATH": str(ROOT / "nowhere")})
    with no_browser, redirect_stdout(out), redirect_stderr(err):
        try:
            code = main(given)
        except SystemExit as end:
            code = int(end.code or 0)
    return subprocess.CompletedProcess(given, code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The sample company's case, built once."""
    out = tmp_path_factory.mktemp("case")
    asked = ("--budget", 150_000, "--company", "Thornbeck")
    return out, started("build", *SHEETS, *asked, "--out", out)


def test_build_writes_everything(built: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    out, run = built
    assert run.returncode == 0, run.stderr
    assert {"case.json", "deck.pptx", "workbook.xlsx", "set_aside.xlsx"} <= {
        path.name for path in out.iterdir()
    }
    assert not [path for path in out.iterdir() if path.name.startswith(".")]
    case = json.loads((out / "case.json").read_text())
    truth = {t["id"]: t["value"] for t in json.loads((SAMPLE / "truth.json").read_text())["truths"]}
    assert case["version"] == 1
    assert case["base"]["customers"] == truth["base:customers"]
    assert case["base"]["churned_revenue"] == pytest.approx(truth["base:churned_revenue"], abs=0.01)
    worth = next(w for w in case["link"]["worth"] if w["id"] == "one_point_of_cx")
    assert worth["low"] < worth["value"] < worth["high"]
    assert case["plan"]["spend"] <= case["plan"]["budget"] == 150_000
    assert case["plan"]["chosen"]


def test_a_deck_is_told_as_asked_and_images_are_left_out_where_nobody_wants_them() -> None:
    asked = ("--deck", "short", "--audience", "cfo", "--locale", "de_DE", "--no-images")
    options = parser().parse_args(["build", *SHEETS, *asked, "--out", "nowhere"])
    settings = settings_of(options, None)
    assert (settings.deck, settings.audience, settings.locale) == ("short", "cfo", "de_DE")
    assert options.no_images


def test_same_inputs_same_bytes_but_for_the_time(
    built: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    out, _ = built
    assert (
        cxcase(
            "build", *SHEETS, "--budget", 150_000, "--company", "Thornbeck", "--out", tmp_path
        ).returncode
        == 0
    )
    first, second = (json.loads((folder / "case.json").read_text()) for folder in (out, tmp_path))
    assert first.pop("made_at") != second.pop("made_at")
    assert json.dumps(first) == json.dumps(second)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("build", "--out", "nowhere"),
        ("build", "no-such-file.xlsx", "--out", "nowhere"),
        ("build", *SHEETS, "--margin", "1.4", "--out", "nowhere"),
        ("build", *SHEETS, "--segment-margin", "Nobody=0.3", "--out", "nowhere"),
        ("build", *SHEETS, "--segment-margin", "Nobody", "--out", "nowhere"),
        ("build", *SHEETS, "--segment-margin", "Nobody=3", "--out", "nowhere"),
        ("build", *SHEETS, "--start", "yesterday", "--out", "nowhere"),
        ("build", *SHEETS, "--budget", "plenty", "--out", "nowhere"),
        ("build", *SHEETS, "--currency", "pounds", "--out", "nowhere"),
        ("read", "no-such-file.csv"),
        ("frobnicate",),
    ],
)
def test_bad_usage_is_one_message_and_2(arguments: tuple[str, ...], tmp_path: Path) -> None:
    arguments = tuple(str(tmp_path / "nowhere") if a == "nowhere" else a for a in arguments)
    run = cxcase(*arguments)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
    assert run.stderr.startswith("cxcase: ")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02 not a spreadsheet", b"PK\x03\x04 but torn"]
)
def test_an_unreadable_file_is_one_message_and_2(content: bytes, tmp_path: Path) -> None:
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(content)
    run = cxcase("build", SAMPLE / "case_studies.xlsx", bad, "--out", tmp_path / "out")
    assert run.returncode == 2
    assert "bad.xlsx" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "out").exists()


def test_read_says_what_it_understood_and_changes_nothing() -> None:
    before = {path.name: path.stat().st_mtime_ns for path in SAMPLE.iterdir()}
    run = cxcase("read", *SHEETS, "--json")
    assert run.returncode == 0, run.stderr
    entries = json.loads(run.stdout)
    assert {entry["role"] for entry in entries} >= {
        "customers",
        "cx",
        "ex",
        "recommendations",
        "case_studies",
    }
    for entry in entries:
        assert entry["rows_read"] == entry["rows_accepted"] + entry["rows_set_aside"]
        assert sum(entry["reasons"].values()) == entry["rows_set_aside"]
    assert before == {path.name: path.stat().st_mtime_ns for path in SAMPLE.iterdir()}


def test_sample_writes_the_spreadsheets(tmp_path: Path) -> None:
    run = cxcase("sample", tmp_path / "company")
    assert run.returncode == 0, run.stderr
    assert {path.name for path in (tmp_path / "company").iterdir()} == {
        path.name for path in SAMPLE.iterdir()
    } - {"README.md"} or {path.name for path in (tmp_path / "company").iterdir()} == {
        path.name for path in SAMPLE.iterdir()
    }


def _table(path: Path, rows: list[dict[str, object]]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def _small_company(
    folder: Path, *, churned: str | None = None, prefix: str = "C", team: str | None = None
) -> list[Path]:
    """Customers and answers of a small company; what is wrong with it is the caller's choice."""
    customers = [
        {
            "Customer ID": f"C{i:04d}",
            "Branch": team or f"Branch {i % 8}",
            "Revenue start": 1000 + 7 * i,
            "Revenue end": 1000 + 7 * i,
            "Churned": churned or ("yes" if i % 9 == 0 else "no"),
        }
        for i in range(600)
    ]
    answers = [
        {
            "Customer ID": f"{prefix}{i:04d}",
            "Date": "2025-05-01",
            "Ease of doing business (1-7)": 1 + (i * 5 + i % 7) % 7,
            "Delivery (0-10)": (i * 3) % 11,
        }
        for i in range(400)
    ]
    return [_table(folder / "customers.csv", customers), _table(folder / "survey.csv", answers)]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"churned": "yes"}, 1),
        ({"churned": "no"}, 1),
        ({"prefix": "X"}, 1),
        ({"team": "The only one"}, 0),
        ({}, 0),
    ],
    ids=[
        "everybody churned",
        "nobody churned",
        "no overlap of ids",
        "one team",
        "no EX, no recommendations",
    ],
)
def test_weak_data_says_why_and_keeps_what_it_can(
    wrong: dict[str, str], code: int, tmp_path: Path
) -> None:
    run = cxcase(
        "build",
        *_small_company(tmp_path, **wrong),
        "--start",
        "2025-06-01",
        "--out",
        tmp_path / "out",
    )
    assert run.returncode == code, run.stdout + run.stderr
    assert "Traceback" not in run.stderr
    case = json.loads((tmp_path / "out" / "case.json").read_text())
    assert case["base"]["customers"] == 600
    assert "plan" not in case
    if code == 1:
        assert run.stderr.startswith("cxcase: ")
        assert all(w["status"] == "refused" and w["reason"] for w in case["link"]["worth"])


def test_a_budget_below_the_cheapest_step_is_an_empty_plan(tmp_path: Path) -> None:
    sheets = [tmp_path / name for name in make_uploads.files()]
    for path, data in zip(sheets, make_uploads.files().values(), strict=True):
        path.write_bytes(data)
    run = cxcase("build", *sheets, "--budget", 100, "--out", tmp_path / "out")
    assert run.returncode == 0, run.stderr
    case = json.loads((tmp_path / "out" / "case.json").read_text())
    assert case["plan"]["chosen"] == []
    assert case["plan"]["spend"] == 0
    assert any(f["where"] == "budget" for f in case["findings"])


def _asked(*arguments: str) -> Settings:
    options = parser().parse_args(["build", "customers.csv", "--out", "x", *arguments])
    return settings_of(options, None)


def test_every_way_to_ask_for_a_plan_is_an_option() -> None:
    periods = _asked(
        "--periods", "40,000", "20000", "--fiscal-start", "4", "--no-roll-over", "--every", "year"
    )
    assert (periods.budget_kind, periods.period_budgets) == ("periods", (40000.0, 20000.0))
    assert (periods.fiscal_start, periods.roll_over, periods.budget_every) == (4, False, "year")
    assert {"period_budgets", "roll_over", "budget_kind"} <= periods.owned
    assert _asked("--target-return", "0.5").budget_kind == "return"
    assert _asked("--target-npv", "9000").budget_kind == "smallest"
    assert _asked("--aversion", "0.7", "--budget", "9").budget_kind == "certain"
    assert _asked("--budget", "9").budget_kind == "total"
    assert _asked().roll_over is True


def test_every_rule_is_an_option() -> None:
    rules = _asked(
        "--team-days", "Ops=4", "--team-days", "everyone=9", "--early-win", "180", "--unlock", "2",
        "--phase-most", "crawl=3", "--phase", "R1=walk", "--must", "R1", "R2", "--never", "R3",
        "--own", "R4", "--plan-start", "2026-10-05", "--risk", "adjusted", "--benefit-cut", "0.3",
        "--pilot-cost", "500", "--refused", "90000",
    )  # fmt: skip
    assert dict(rules.team_days) == {"Ops": 4.0, "everyone": 9.0}
    assert (rules.early_win_days, rules.phase_unlock, dict(rules.phase_most)) == (
        180,
        2,
        {"crawl": 3.0},
    )
    assert dict(rules.phase_tags) == {"R1": "walk"}
    assert (rules.mandatory, rules.barred, rules.own_steps) == (("R1", "R2"), ("R3",), ("R4",))
    assert (rules.risk_mode, rules.benefit_cut, rules.pilot_cost) == ("adjusted", 0.3, 500.0)
    assert rules.before.budget == 90000.0
    assert rules.before.risk_mode == "adjusted"


@pytest.mark.parametrize(
    "wrong",
    [
        ("--target-npv", "5", "--periods", "4"),
        ("--phase", "R1=sprint"),
        ("--fiscal-start", "0"),
        ("--aversion", "2"),
    ],
)
def test_an_ask_that_cannot_be_is_one_message_and_2(wrong: tuple[str, ...], tmp_path: Path) -> None:
    done = cxcase("build", SAMPLE / "customers.xlsx", "--out", tmp_path / "none", *wrong)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_what_a_list_of_steps_leaves_open_is_answered_on_the_line() -> None:
    line = ["build", "a.csv", "--out", "x", "--step", "R03:lift=0.3"]
    given = parser().parse_args([*line, "--step", "Bills: plain:where=Billing; ease"])
    assert dict(settings_of(given, None).step_answers) == {
        "R03:lift": 0.3,
        "Bills: plain:where": "Billing; ease",
    }
    saved = {"steps": {"R03:lift": 0.1, "R04:months": 6}}
    kept = settings_of(parser().parse_args(line), saved).step_answers
    assert dict(kept) == {"R03:lift": 0.3, "R04:months": 6}


@pytest.mark.parametrize("said", ["R03=0.3", "R03:lift=much", ":lift=1", "R03:lift"])
def test_an_answer_in_another_form_is_bad_usage(said: str) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["build", "a.csv", "--out", "x", "--step", said])


def test_an_answer_to_nothing_is_refused() -> None:
    given = parser().parse_args(["build", "a.csv", "--out", "x", "--step", "R03:colour=3"])
    with pytest.raises(SettingsError):
        settings_of(given, None)
