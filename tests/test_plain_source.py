"""What keeps the source easy to read: sizes, names, and one rule in one place."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath

import pytest
from source_files import PACKAGE, ROOT, core, inside, place_of, tree_of

FILES_A_FOLDER = 24
LINES_A_FILE = 400
LINES_A_FUNCTION = 60
PARAMETERS = 7
CHARACTERS_A_LINE = 100
NAMES_NO_IDEA = {"utils", "helpers", "common", "misc"}
STEMS_OF_EVERY_FOLDER = {"__init__", "result"}
# a folder named after a page may hold files of the names that other such folders hold
PAGES = {path.stem for path in (ROOT / "pages").glob("*.py")}
SMALL_GROUPS = "intake/privacy/small_groups.py"
CLOCKS = {"datetime.now", "datetime.datetime.now", "dt.datetime.now", "date.today"}
CLOCKS |= {"dt.date.today", "time.time"}
GLOBAL_DRAWS = {"np.random.seed", "np.random.rand", "np.random.normal", "np.random.choice"}
GLOBAL_DRAWS |= {"random.random", "random.seed"}
HEARS_AND_SPEAKS = ("__main__", "screen")  # prints and looks at the clock, as a program must
FRONT_DOORS = (*HEARS_AND_SPEAKS, "notebook")  # where the time that outputs carry comes in

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def nested_conditions(tree: ast.Module) -> Iterator[int]:
    """Lines with a conditional expression inside another."""
    for node in ast.walk(tree):
        if isinstance(node, ast.IfExp):
            inner = (part for part in ast.walk(node) if part is not node)
            if any(isinstance(part, ast.IfExp) for part in inner):
                yield node.lineno


def long_functions(tree: ast.Module) -> Iterator[int]:
    """Lines of functions whose body, without its docstring, is too long."""
    for function in _functions(tree):
        body = function.body[1:] if ast.get_docstring(function) else function.body
        if body and (body[-1].end_lineno or 0) - body[0].lineno + 1 > LINES_A_FUNCTION:
            yield function.lineno


def smallest_group_compared(tree: ast.Module) -> Iterator[int]:
    """Lines that compare something with the fewest people a group may have."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(map(_is_k_min, ast.walk(node))):
            yield node.lineno


def _is_k_min(node: ast.AST) -> bool:
    return "k_min" in (getattr(node, "id", None), getattr(node, "attr", None))


def catches_everything(tree: ast.Module) -> Iterator[int]:
    """Lines with a handler of every error there is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            kind = ast.unparse(node.type) if node.type else "Exception"
            if kind in ("Exception", "BaseException"):
                yield node.lineno


def _calls(*names: str) -> Callable[[ast.Module], Iterator[int]]:
    def found(tree: ast.Module) -> Iterator[int]:
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
        return (call.lineno for call in calls if ast.unparse(call.func) in names)

    return found


Rule = tuple[Callable[[ast.Module], Iterator[int]], Iterable[str], str]
# what is found -> (where it is looked for, files in which it may be, a fault that must be found)
RULES: dict[str, Rule] = {
    "condition in a condition": (nested_conditions, (), "a = 1 if x else 2 if y else 3"),
    "long function": (long_functions, (), "def f():\n" + "    x = 1\n" * (LINES_A_FUNCTION + 1)),
    "smallest group": (smallest_group_compared, (SMALL_GROUPS,), "f = settings.k_min - 1 < n"),
    "catches everything": (catches_everything, (), "try:\n    f()\nexcept Exception:\n    g()"),
    "prints": (_calls("print"), HEARS_AND_SPEAKS, "print(1)"),
    "reads the clock": (_calls(*CLOCKS), FRONT_DOORS, "dt.date.today()"),
    "global random state": (_calls(*GLOBAL_DRAWS), HEARS_AND_SPEAKS, "np.random.seed(1)"),
}


@pytest.mark.parametrize("rule", RULES)
def test_the_package_keeps(rule: str) -> None:
    find, but_in, _ = RULES[rule]
    asked = [p for p in core() if inside(p) not in but_in and place_of(p) not in but_in]
    faults = [f"{inside(path)}:{line}" for path in asked for line in find(tree_of(path))]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("rule", RULES)
def test_a_planted_fault_is_found(rule: str) -> None:
    find, _, fault = RULES[rule]
    assert len(list(find(ast.parse(fault)))) == 1
    assert not list(find(ast.parse("def f(self, a, b):\n    return a if b else k_min\n")))


def test_the_smallest_group_has_its_one_place() -> None:
    assert list(smallest_group_compared(tree_of(PACKAGE / SMALL_GROUPS)))


# ---- files and folders ---------------------------------------------------------------------------


def long_lines(text: str) -> list[int]:
    """Numbers of the lines that are too long."""
    lines = enumerate(text.splitlines(), 1)
    return [number for number, line in lines if len(line) > CHARACTERS_A_LINE]


def crowded_folders(paths: Iterable[PurePosixPath]) -> list[str]:
    """Folders with more modules than the eye takes in."""
    folders = Counter(str(path.parent) for path in paths)
    return [folder for folder, count in folders.items() if count > FILES_A_FOLDER]


def repeated_stems(paths: Iterable[PurePosixPath]) -> list[str]:
    """ "stage: stem" of modules of one name within a stage, but for those that may."""
    seen: dict[tuple[str, str], list[PurePosixPath]] = defaultdict(list)
    for path in paths:
        below = set(path.parts[1:-1])
        if len(path.parts) > 1 and not below & PAGES and path.stem not in STEMS_OF_EVERY_FOLDER:
            seen[path.parts[0], path.stem].append(path)
    return [f"{stage}: {stem}" for (stage, stem), found in seen.items() if len(found) > 1]


def _below() -> list[PurePosixPath]:
    return [PurePosixPath(inside(path)) for path in core()]


def test_files_name_an_idea_and_stay_small() -> None:
    for path in core():
        assert path.stem not in NAMES_NO_IDEA, path
        assert path.read_text("utf-8").count("\n") <= LINES_A_FILE, inside(path)


def test_no_folder_is_crowded() -> None:
    assert not crowded_folders(_below())


def test_a_stage_has_no_two_modules_of_one_name() -> None:
    assert not repeated_stems(_below())


def test_faults_of_files_and_folders_are_found() -> None:
    assert long_lines("short\n" + "x" * 101 + "\n" + "x" * 100) == [2]
    crowd = [PurePosixPath(f"roi/f{k}.py") for k in range(25)]
    assert crowded_folders(crowd) == ["roi"]
    assert not crowded_folders(crowd[1:])
    twice = ["intake/a/parse.py", "intake/b/parse.py", "roi/parse.py", "intake/a/result.py"]
    may = [
        "intake/result.py",
        "link/a/units.py",
        "link/units.py",
        "screen/data/x.py",
        "screen/x.py",
    ]
    assert repeated_stems(map(PurePosixPath, [*twice, *may])) == ["intake: parse", "link: units"]


# ---- what CONTRIBUTING says ----------------------------------------------------------------------


def folders_named(text: str) -> set[str]:
    """Folders that a text names in backquotes by their path from the root, as `cxcase/roi/`."""
    return {name.rstrip("/") for name in re.findall(r"`([\w./-]+/)`", text)}


def _package_folders() -> set[str]:
    return {path.parent.relative_to(ROOT).as_posix() for path in core()}


def test_contributing_names_every_folder_and_no_other() -> None:
    named = folders_named((ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    assert not {name for name in named if not (ROOT / name).is_dir()}
    assert not _package_folders() - named


def test_paths_in_contributing_are_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    files = re.findall(r"`((?:[\w.-]+/)+[\w-]+\.\w+)`", text)
    assert len(files) > 5
    assert not [name for name in files if not (ROOT / name).exists()]


def test_a_folder_that_is_named_is_read_as_one() -> None:
    assert folders_named("`cxcase/roi/` and `a/b.py`, `tests/`") == {"cxcase/roi", "tests"}
