"""Who may import whom, and what the core may not do. One table; everything else follows from the
syntax trees.
"""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BASE = {"errors", "checks", "estimate", "gates", "settings", "time_units", "version"}
# what a place may import of ours; a stage gives its result classes only (capitalised names, from
# the package)
MAY = {
    "errors": set(),
    "version": set(),
    "gates": {"checks", "estimate"},
    "checks": {"errors"},
    "estimate": set(),
    "time_units": set(),
    "settings": {"errors", "checks", "estimate"},
    "options": BASE | {"intake"},
    "stage_settings": {"settings"},
    "pipeline": BASE
    | {
        "stage_settings",
        "intake",
        "link",
        "moments",
        "voice",
        "recommend",
        "roi",
        "budget",
        "report",
        "export",
    },
    "stats": {"errors", "checks", "estimate"},
    "intake": BASE | {"stats"},
    "link": BASE | {"stats", "intake"},
    "moments": BASE | {"stats", "intake", "link"},
    "voice": BASE | {"stats", "intake", "link", "moments"},
    "recommend": BASE | {"stats", "intake", "link", "moments"},
    "roi": BASE | {"stats", "intake", "link", "moments", "recommend"},
    "budget": BASE | {"stats", "intake", "link", "moments", "recommend", "roi"},
    "report": BASE | {"intake", "link", "moments", "voice", "recommend", "roi", "budget"},
    "export": BASE | {"report"},
    "screen": BASE
    | {
        "pipeline",
        "stage_settings",
        "intake",
        "link",
        "moments",
        "voice",
        "recommend",
        "roi",
        "budget",
        "report",
        "export",
        "sample",
    },
    "sample": BASE
    | {
        "stats",
        "intake",
        "link",
        "moments",
        "voice",
        "recommend",
        "roi",
        "budget",
        "report",
        "export",
    },
    "calibrate": BASE | {"stats", "intake", "link", "moments", "recommend", "roi", "sample"},
    "__main__": BASE
    | {
        "options",
        "pipeline",
        "intake",
        "link",
        "moments",
        "voice",
        "recommend",
        "roi",
        "budget",
        "report",
        "export",
        "sample",
        "calibrate",
    },
    "__init__": BASE
    | {"pipeline", "intake", "link", "moments", "voice", "recommend", "roi", "budget", "report", "export"},
}
STAGES = ("intake", "link", "moments", "voice", "recommend", "roi", "budget")
COMPOSERS = {
    "pipeline.py",
    "screen/state.py",
    "__main__.py",
    "__init__.py",
}  # the only places where stages' verbs meet
WHOLE = ("sample", "calibrate")  # run the stages as a person would
HEAVY = {"pandas", "numpy", "scipy", "plotly", "pyarrow", "openpyxl", "pptx"}
NAMES_NO_IDEA = {"utils", "helpers", "common", "misc"}


def _core() -> list[Path]:
    return sorted((ROOT / "cxcase").rglob("*.py"))


def _place(path: Path) -> str:
    return path.relative_to(ROOT / "cxcase").parts[0].removesuffix(".py")


def _imports(path: Path) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module, tuple(alias.name for alias in node.names)


def _ours(path: Path) -> Iterator[tuple[int, str, str, tuple[str, ...]]]:
    """(line, place imported, module, names) for every import of ours; `from cxcase import link`
    counts as link.
    """
    for line, module, names in _imports(path):
        parts = module.split(".")
        if parts[0] != "cxcase":
            continue
        if len(parts) == 1:
            places = [
                n
                for n in names
                if (ROOT / "cxcase" / n).is_dir() or (ROOT / "cxcase" / f"{n}.py").exists()
            ]
            yield from ((line, place, f"cxcase.{place}", ()) for place in places)
        else:
            yield line, parts[1], module, names


def _layer_faults(path: Path, place: str, relative: str) -> Iterator[str]:
    for line, target, module, names in _ours(path):
        if target == place:
            continue
        if target not in MAY[place]:
            yield f"{relative}:{line} {place} imports {module}"
        elif target in STAGES and relative not in COMPOSERS and place not in WHOLE:
            if module != f"cxcase.{target}":
                yield f"{relative}:{line} reaches into {module}; import from cxcase.{target}"
            lower = [n for n in names if not n[0].isupper()]
            if lower or not names:
                yield (
                    f"{relative}:{line} takes {', '.join(lower) or 'the module'} from {target}: "
                    f"result classes only"
                )


def test_imports_follow_the_table() -> None:
    faults = [
        fault
        for path in _core()
        for fault in _layer_faults(path, _place(path), str(path.relative_to(ROOT / "cxcase")))
    ]
    assert not faults, "\n".join(faults)


def test_the_table_catches_a_fault(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text(
        "from cxcase.link import estimate_link\nfrom cxcase.budget import Plan\nimport "
        "cxcase.report.gather_report\n"
    )
    faults = list(_layer_faults(bad, "moments", "moments/bad.py"))
    assert len(faults) == 3


def _at_run_time(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Every import, also within functions, but those for the type checker alone."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            yield from (
                found for other in child.orelse for found in _at_run_time(ast.Module([other], []))
            )
        elif isinstance(child, ast.Import | ast.ImportFrom):
            yield child
        else:
            yield from _at_run_time(child)


def _module(path: Path, root: Path) -> str:
    return ".".join(
        part for part in path.relative_to(root).with_suffix("").parts if part != "__init__"
    )


def _who_imports_whom(paths: Sequence[Path], root: Path) -> dict[str, set[str]]:
    """Module -> those of these modules that it imports at run time; a name from a package may be a
    module.
    """
    files = {_module(path, root): path for path in paths}
    graph: dict[str, set[str]] = {}
    for module, path in files.items():
        found: set[str] = set()
        for node in _at_run_time(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
            elif node.module:
                inside = (f"{node.module}.{alias.name}" for alias in node.names)
                found.update(name if name in files else node.module for name in inside)
        graph[module] = (found & set(files)) - {module}
    return graph


def test_no_imports_go_in_a_circle() -> None:
    graph = _who_imports_whom(_core(), ROOT)
    assert "cxcase.intake.tables.find_table" in graph["cxcase.intake.roles.type_table"]
    assert list(
        graphlib.TopologicalSorter(graph).static_order()
    )  # raises CycleError, which names the circle


def test_a_circle_is_found_within_functions_and_not_among_types(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def late():\n    from b import x\n")
    (tmp_path / "b.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\nelse:\n    import c\n"
    )
    (tmp_path / "c.py").write_text("")
    paths = sorted(tmp_path.glob("*.py"))
    assert _who_imports_whom(paths, tmp_path) == {"a": {"b"}, "b": {"c"}, "c": set()}
    (tmp_path / "c.py").write_text("import a\n")
    with pytest.raises(graphlib.CycleError):
        list(graphlib.TopologicalSorter(_who_imports_whom(paths, tmp_path)).static_order())


def test_every_place_is_in_the_table() -> None:
    assert {_place(path) for path in _core()} <= set(MAY)


def test_streamlit_stays_on_screen() -> None:
    faults = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in _core()
        if _place(path) != "screen"
        for line, module, _ in _imports(path)
        if module.split(".")[0] == "streamlit"
    ]
    assert not faults


def test_pages_only_draw() -> None:
    pages = [*sorted((ROOT / "pages").glob("*.py")), ROOT / "app.py"]
    assert len(pages) > 1
    for path in pages:
        assert path.read_text().count("\n") <= 120, path.name
        for line, module, _ in _imports(path):
            assert module.split(".")[0] not in HEAVY, f"{path.name}:{line} imports {module}"
        for line, target, module, _ in _ours(path):
            assert target == "screen", f"{path.name}:{line} imports {module}"


def _calls(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


@pytest.mark.parametrize(
    "forbidden",
    [
        ("print",),
        (
            "datetime.now",
            "dt.datetime.now",
            "date.today",
            "dt.date.today",
            "time.time",
            "datetime.datetime.now",
        ),
        (
            "np.random.seed",
            "np.random.rand",
            "np.random.normal",
            "np.random.choice",
            "random.random",
            "random.seed",
        ),
    ],
    ids=["prints nothing", "reads no clock", "no global random state"],
)
def test_the_core_is_quiet_and_pure(forbidden: tuple[str, ...]) -> None:
    faults = [
        f"{path.relative_to(ROOT)}:{line} {call}"
        for path in _core()
        if _place(path) not in ("__main__", "screen")
        for line, call in _calls(path)
        if call in forbidden
    ]
    assert not faults


def test_files_name_an_idea_and_stay_small() -> None:
    for path in _core():
        assert path.stem not in NAMES_NO_IDEA, path
        assert path.read_text().count("\n") <= 400, (
            f"{path.relative_to(ROOT)} is longer than 400 lines"
        )


def test_nothing_catches_everything() -> None:
    faults = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in _core()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
    ]
    assert not faults
