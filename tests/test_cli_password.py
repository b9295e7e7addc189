"""A protected file on the command line: asked for at a terminal, else taken from the environment,
else one message.
"""

from __future__ import annotations

import getpass
import io
import sys
from pathlib import Path

import pytest
from make_books import encrypted
from make_files import customer_rows, xlsx

from cxcase.__main__ import BAD_USAGE, DONE, main


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def protected(tmp_path: Path) -> str:
    """A workbook that opens with "right"."""
    path = tmp_path / "customers.xlsx"
    path.write_bytes(encrypted(xlsx({"C": customer_rows(30)}), "right"))
    return str(path)


def _typing(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """What was asked; each question gets the next answer."""
    asked: list[str] = []
    left = list(answers)

    def ask(prompt: str = "") -> str:
        asked.append(prompt)
        return left.pop(0)

    monkeypatch.setattr(sys, "stdin", _Terminal())
    monkeypatch.setattr(getpass, "getpass", ask)
    monkeypatch.setenv("CXCASE_PASSWORD", "not used at a terminal")
    return asked


def test_at_a_terminal_it_is_asked_for_until_it_fits(
    protected: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = _typing(monkeypatch, "wrong", "right")
    assert main(["read", protected]) == DONE
    out, err = capsys.readouterr()
    assert "30 rows read, 30 accepted" in out
    assert len(asked) == 2
    assert all("customers.xlsx" in question for question in asked)
    assert "right" not in out + err


@pytest.mark.parametrize(("answers", "asks"), [(("a", "b", "c"), 3), (("",), 1)])
def test_it_is_not_asked_for_forever(
    answers: tuple[str, ...], asks: int, protected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _typing(monkeypatch, *answers)
    assert main(["read", protected]) == BAD_USAGE
    assert len(asked) == asks


def test_build_asks_too(protected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _typing(monkeypatch, "wrong", "wrong", "wrong")
    assert main(["build", protected, "--out", str(tmp_path / "out")]) == BAD_USAGE
    assert len(asked) == 3
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("given", "code"), [("right", DONE), ("wrong", BAD_USAGE), (None, BAD_USAGE)]
)
def test_without_a_terminal_it_comes_from_the_environment(
    given: str | None,
    code: int,
    protected: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.delenv("CXCASE_PASSWORD", raising=False)
    if given is not None:
        monkeypatch.setenv("CXCASE_PASSWORD", given)
    assert main(["read", protected]) == code
    err = capsys.readouterr().err
    assert err.count("customers.xlsx") == (0 if code == DONE else 1)
