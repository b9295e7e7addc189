"""What `read` prints of open questions: the option taken, the others, and the flag of each."""

from __future__ import annotations

from pathlib import Path

from make_files import csv

from cxcase.intake import Case, Upload, read
from cxcase.report.console import read_entry, read_text
from cxcase.report.console_questions import decision_entries, questions_text
from cxcase.settings import Settings

_N = 40


def _case(folder: Path, **decided: str) -> Case:
    """A list with the halves of one year, of which one customer's amount is below nothing."""
    heads = ["Customer ID", "Revenue H1 2024", "Revenue H2 2024", "Churned"]
    rows = [[f"C{k}", 400 + k, 600 + k, "yes" if k % 8 == 0 else "no"] for k in range(_N)]
    rows[3][1] = rows[3][2] = -50
    upload = Upload("list.csv", csv([heads, *rows]))
    return read([upload], Settings(decisions=decided), folder)


def test_what_figures_wait_for_is_asked_with_each_answer_its_totals_and_its_flag(
    tmp_path: Path,
) -> None:
    said = questions_text(_case(tmp_path)).splitlines()
    assert said[0].startswith("? Whether revenue is of a whole year. ")
    assert said[1] == "  no figure until it is said:"
    flags = [line.split()[1] for line in said if "--decide revenue_period" in line]
    assert flags == ["revenue_period=as_year", "revenue_period=to_year", "revenue_period=leave_out"]
    assert "no revenue a year later" in said[3]
    assert "a year at the start" in said[2]


def test_a_default_in_force_is_said_with_the_flag_of_the_others(tmp_path: Path) -> None:
    case = _case(tmp_path, revenue_period="to_year")
    said = questions_text(case).splitlines()
    place = next(k for k, line in enumerate(said) if line.startswith("? Negative revenue"))
    assert said[place + 1].startswith("  taken: ")
    assert said[place + 2].startswith("  --decide negative_revenue=turn_sign  ")
    assert "revenue_period" not in "".join(said)  # somebody answered it
    (entry,) = [one for one in decision_entries(case) if one["code"] == "negative_revenue"]
    assert (entry["chosen"], entry["options"][1]["flag"]) == (
        "outside",
        "--decide negative_revenue=turn_sign",
    )


def test_what_is_read_says_when_the_year_starts_and_how_many_were_lost(tmp_path: Path) -> None:
    dated = _case(tmp_path, revenue_period="to_year")
    said = read_text([read_entry(dated.sources[0], dated)])
    assert dated.base is not None
    assert f"{dated.base.churned} lost" in said
    assert str(dated.base.t0 or "nobody can say when") in said
