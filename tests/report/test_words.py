"""Every text is used and every code has its text: both ways round, read from the syntax trees.

A text is used where the source names its whole path. Where a path is put together with a code, the
code must stand in the source as a string of its own, so that a search for it finds its text and
whoever says it; families whose paths are put together in two steps stand below with what may follow
their codes. Settings, decisions and their options are read from where they are declared.
"""

from __future__ import annotations

import ast
import dataclasses
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from cxcase.moments.breakdowns import TENURE
from cxcase.report import words
from cxcase.screen.parts import PAGES
from cxcase.settings import DECISIONS, Settings

ROOT = Path(__file__).resolve().parents[2]
# the words' own lookups put paths together; what they say stands in no other source
LOOKUPS = ROOT / "cxcase" / "report" / "words"
# folders whose texts stand below one path, which their functions put before what they are asked for
BELOW = {
    "cxcase/screen": "pages",
    "pages": "pages",
    "cxcase/export/deck": "export.deck",
    "cxcase/export/workbook": "export.workbook",
}
# family -> what follows a code, after a dot or, where it begins so, after "_"; () where the text
# stands at the code itself
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "finding": ("what", "do"),
    "error": ("text",),
    "reason": ("text", "unlock"),
    "set_aside": ("text",),
    "verdict": ("question", "can", "weak", "cannot", "nothing", "unlock"),
    "method": ("text", "brief", "source"),
    "check": ("text",),
    "metric": ("name", "title"),
    "variable": ("name",),
    "moment_kind": ("name",),
    "ledger_line": ("text",),
    "group": ("kind",),
    "change": (),
    "change.about": (),
    "change.in": (),
    "change.out": (),
    "chart.chain": ("", "_range", "_per"),
    "figure": (),
    "path": (),
    "path_per": (),
    "claim": (),
    "status": (),
    "leftout": (),
    "clash": (),
    "input": (),
    "suggestion.rule": (),
    "suggestion.rows": (),
    "voice.mark": (),
    "export.role": (),
    "export.deck.audience": ("opening", "title", "title_one", "subtitle"),
    "export.deck.notes": ("say", "derived", "question", "answer"),
    "template": ("", "_one"),
    "export.estimate": (),
    "export.acts_on": (),
    "pages.progress": (),
    "pages.asks.answers": (),
    "pages.history.sections": (),
    "pages.roles": (),
    "pages.formats": (),
    "pages.fields": ("", "_named"),
    "pages.joins": (),
    "chart.joins.out": (),
    "chart.joins.less": (),
    "chart.joins_answers.out": (),
    "chart.joins_answers.less": (),
    "chart.worth_range.row": (),
    "chart.readings": (),
    "factor_form": (),
}


def leaves(texts: Mapping[str, object], path: str = "") -> Iterator[str]:
    for name, value in texts.items():
        at = f"{path}.{name}" if path else name
        if isinstance(value, Mapping):
            yield from leaves(value, at)
        else:
            yield at


SETTINGS = frozenset(field.name for field in dataclasses.fields(Settings))
_HEADINGS = ROOT / "cxcase" / "intake" / "vocabulary" / "headings.toml"
# canonical fields of all tables, as the vocabulary declares them
FIELDS = frozenset(
    name
    for table in tomllib.loads(_HEADINGS.read_text(encoding="utf-8")).values()
    if isinstance(table, Mapping)
    for name in table
)
TENURES = frozenset(f"{low}-{'' if high is None else high}" for low, high in TENURE)
ALL = frozenset(leaves(words.all_texts()))


def sources() -> Iterator[Path]:
    yield ROOT / "app.py"
    yield from sorted((ROOT / "pages").glob("*.py"))
    yield from sorted((ROOT / "cxcase").rglob("*.py"))


@cache
def constants(file: Path) -> Mapping[str, str]:
    """Names of a module that stand for one string, its own and those it imports of ours."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    imported = {
        alias.asname or alias.name: text
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cxcase")
        for alias in node.names
        if alias.name.isupper() and (text := imported_constant(node.module or "", alias.name))
    }
    return imported | {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def whole(node: ast.expr, names: Mapping[str, str]) -> str | None:
    """The string an expression is, where the source says it in full."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.FormattedValue):
        return whole(node.value, names)
    parts: list[ast.expr] = []
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [node.left, node.right]
    if isinstance(node, ast.JoinedStr):
        parts = node.values
    found = [whole(part, names) for part in parts]
    if not found or None in found:
        return None
    return "".join(part for part in found if part is not None)


def imported_constant(module: str, name: str) -> str | None:
    file = (ROOT / module.replace(".", "/")).with_suffix(".py")
    if not file.exists():
        return None
    return constants(file).get(name)


def docstrings(tree: ast.Module) -> set[int]:
    """Lines on which a string is only said to a reader."""
    return {
        node.value.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def expressions(file: Path) -> Iterator[tuple[ast.expr, Mapping[str, str], tuple[str, ...]]]:
    """(expression, the module's constants, what its folder puts before a path) of all that is no
    docstring.
    """
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = constants(file)
    place = file.relative_to(ROOT).as_posix()
    before = tuple(f"{path}." for folder, path in BELOW.items() if place.startswith(f"{folder}/"))
    silent = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and node.lineno not in silent:
            yield node, names, ("", *before)


@cache
def said() -> frozenset[str]:
    """Every string that the source says in full, also below its folder's path."""
    found: set[str] = set()
    for file in sources():
        for node, names, before in expressions(file):
            text = whole(node, names)
            if text is not None:
                found.update(f"{path}{text}" for path in before)
    return frozenset(found)


def ends_of(node: ast.expr, names: Mapping[str, str]) -> tuple[str, str] | None:
    """What stands before and behind the one code that a path is put together with."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [whole(node.left, names), whole(node.right, names)]
    elif isinstance(node, ast.JoinedStr):
        parts = [whole(part, names) for part in node.values]
    else:
        return None
    if parts.count(None) != 1:
        return None
    hole = parts.index(None)
    return "".join(map(str, parts[:hole])), "".join(map(str, parts[hole + 1 :]))


@cache
def put_together() -> frozenset[tuple[str, str]]:
    """The ends of every path that is put together with one code; none without a beginning."""
    found = set()
    for file in sources():
        if file.is_relative_to(LOOKUPS):
            continue
        for node, names, before in expressions(file):
            ends = ends_of(node, names)
            if ends is not None:
                found.update((f"{path}{ends[0]}", ends[1]) for path in before)
    return frozenset((first, last) for first, last in found if "." in first)


def with_a_code(path: str) -> bool:
    """True when a path is put together somewhere with a code that the source says."""
    return any(
        path.startswith(first)
        and path.endswith(last)
        and path[len(first) : len(path) - len(last)] in said()
        for first, last in put_together()
    )


def of_data(path: str) -> bool:
    """True when the path is of a setting, a decision or an option, as they are declared."""
    kind, _, rest = path.partition(".")
    name, _, part = rest.partition(".")
    if kind == "decision" and name in DECISIONS:
        return part in ("label", "what", *DECISIONS[name])
    if kind == "decision" and name in SETTINGS:
        return part == "label" or part in said()
    if kind == "assumption" and name in SETTINGS:
        return part in ("label", "shown", "unset") or part in said()
    if path.startswith("group.tenure."):
        return path.removeprefix("group.tenure.") in TENURES
    if path.startswith("pages.fields."):
        return path.removeprefix("pages.fields.") in FIELDS
    return False


def of_two_codes(path: str) -> bool:
    """True for the few texts whose path is put together with two codes, both said."""
    parts = path.split(".")
    if path.startswith("pages.one_of."):
        return all(part in said() for part in parts[2:])
    if path.startswith("export.workbook."):  # a sheet's own texts stand at its name
        return parts[2].capitalize() in said() and parts[-1] in ("title", "lead")
    label = parts[-1].removesuffix("_note")
    page = parts[1] if parts[0] == "pages" else ""
    return page in PAGES and label.startswith("next") and label in said()


def sections() -> set[str]:
    """Paths that are read with all that is below them."""
    found = set()
    for file in sources():
        tree = ast.parse(file.read_text(encoding="utf-8"))
        names = constants(file)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("section"):
                found.update(path for arg in node.args if (path := whole(arg, names)))
    return found


def of_family(path: str) -> bool:
    """True when the path is a family's, with a code that is said and a part that is read."""
    family = next((name for name in families() if path.startswith(f"{name}.")), None)
    if family is None:
        return False
    rest = path.removeprefix(f"{family}.")
    code, _, part = rest.rpartition(".")
    if code in said() and part in FAMILIES[family]:
        return True
    endings = [part for part in FAMILIES[family] if not part or part.startswith("_")] or [""]
    return any(rest.endswith(end) and rest.removesuffix(end) in said() for end in endings)


@cache
def families() -> tuple[str, ...]:
    """The families, the longest first."""
    return tuple(sorted(FAMILIES, key=len, reverse=True))


def test_every_text_is_used() -> None:
    read = tuple(f"{path}." for path in sections())
    unused = [
        path
        for path in sorted(ALL)
        if path not in said()
        and not path.startswith(read)
        and not of_family(path)
        and not of_data(path)
        and not of_two_codes(path)
        and not with_a_code(path)
    ]
    assert not unused, f"{len(unused)}\n" + "\n".join(unused)


def asked() -> Iterator[tuple[str, str]]:
    """(place, path) of every text that a call asks for by its whole path."""
    for file in sources():
        names = constants(file)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            if ast.unparse(node.func) not in ("words.say", "words.template", "words.section"):
                continue
            for path in alternatives(node.args[0], names):
                yield f"{file.relative_to(ROOT)}:{node.lineno}", path


def alternatives(node: ast.expr, names: Mapping[str, str]) -> Iterator[str]:
    """The strings an expression may be, where the source says them in full."""
    if isinstance(node, ast.IfExp):
        yield from alternatives(node.body, names)
        yield from alternatives(node.orelse, names)
    elif (text := whole(node, names)) is not None:
        yield text


def test_every_text_that_is_asked_for_is_there() -> None:
    found = list(asked())
    assert len(found) > 100
    assert not [f"{place}: {path}" for place, path in found if not words.has(path)]


def test_a_text_nobody_uses_is_found() -> None:
    for path in ("finding.nobody_says_this.what", "pages.budget.nobody_says_this", "chart.none"):
        assert path not in said()
        assert not of_family(path)
        assert not of_data(path)
        assert not of_two_codes(path)
        assert not with_a_code(path)
