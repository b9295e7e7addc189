"""docs/files.md lists what the code reads: kinds of file, survey tools, roles, decisions, keys and
options.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import get_args

from cxcase import options
from cxcase.intake import ROLES
from cxcase.intake.files.containers import MAX_MEMBERS
from cxcase.intake.files.file_kind import Kind
from cxcase.intake.ratings.choices import _FORMS
from cxcase.intake.vocabulary.headings import fields_of, personal
from cxcase.report import words
from cxcase.settings import DECISIONS, ID_RULES, Settings

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "files.md").read_text(encoding="utf-8")


def table(section: str) -> list[list[str]]:
    """The cells of the first table of a section, without its head."""
    text = PAGE.split(f"## {section}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def codes(cell: str) -> list[str]:
    """What stands in code marks."""
    return re.findall("`([^`]+)`", cell)


def test_the_kinds_of_file() -> None:
    assert [codes(row[0])[0] for row in table("Kinds of file")] == list(get_args(Kind))
    assert f"up to {MAX_MEMBERS} files" in PAGE


def test_the_survey_tools() -> None:
    rows = {codes(row[0])[0]: row[1] for row in table("Survey tools")}
    names = words.section("pages.formats")
    assert list(rows) == list(names)
    assert all(rows[code].startswith(name) for code, name in names.items())


def test_the_roles_and_what_each_needs() -> None:
    rows = table("What a table can be")
    assert [codes(row[0])[0] for row in rows] == list(ROLES)
    for row in rows:
        role = codes(row[0])[0]
        assert row[1] == words.say(f"pages.roles.{role}")
        fields = fields_of(role)
        assert (
            {name for name, field in fields.items() if field.needed}
            <= set(codes(row[3]))
            <= set(fields)
        )


def test_what_is_dropped() -> None:
    for said, heading in (
        ("names", "Last name"),
        ("e-mail and IP addresses", "E-Mail"),
        ("IP addresses", "IP Address"),
        ("telephone numbers", "Telephone"),
        ("postcodes", "Zip code"),
        ("coordinates", "Longitude"),
        ("addresses", "Street address"),
        ("dates of birth", "Date of birth"),
    ):
        assert said in PAGE.replace("\n", " ")
        assert personal(heading)
    assert not personal("Customer id")


def test_why_rows_are_set_aside() -> None:
    said = {codes(row[0])[0]: row[1] for row in table("Why rows are set aside")}
    assert said == {
        code: words.say(f"set_aside.{code}.text") for code in words.section("set_aside")
    }
    assert {"outside_table", "other_table", "above_headings"} <= set(said)


def test_the_decisions_with_their_default_first() -> None:
    rows = table("What rows leave open")
    assert {codes(row[0])[0]: tuple(codes(row[2])) for row in rows} == dict(DECISIONS)
    for row in rows:
        code = codes(row[0])[0]
        assert row[1] == words.say(f"decision.{code}.label")
        told = [words.say(f"decision.{code}.{option}") for option in DECISIONS[code]]
        assert row[2] == " · ".join(
            f"`{option}` {text}" for option, text in zip(DECISIONS[code], told, strict=True)
        )


def test_the_keys_of_a_mapping() -> None:
    keys = [codes(row[0])[0] for row in table("mapping.json")]
    assert keys == ["version", "tables", *Settings().saved()]
    said = PAGE.split("## mapping.json", 1)[1].split("\n## ", 1)[0]
    assert all(f"`{name}`" in said for name in (*_FORMS, *ID_RULES))


def test_the_options_of_the_command_line() -> None:
    commands = next(
        a for a in options.parser()._actions if isinstance(a, argparse._SubParsersAction)
    )
    there = {
        option for action in commands.choices["build"]._actions for option in action.option_strings
    }
    listed = [option for row in table("The command line") for option in codes(row[0])]
    assert set(listed) <= there
    assert listed[: len(ROLES)] == [f"--{role.replace('_', '-')}" for role in ROLES]
    assert options.PASSWORD in PAGE
