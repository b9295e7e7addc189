"""Who may import whom: one table for the stages, one order for the folders within each stage."""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from source_files import PACKAGE, ROOT, Import, core, imports, inside, ours, place_of, tree_of

BASE = {
    "errors",
    "checks",
    "estimate",
    "file_names",
    "fixed",
    "content_key",
    "gates",
    "settings",
    "shown",
    "time_units",
    "version",
}
CHAIN = ("intake", "link", "moments", "recommend", "roi", "budget")
STAGES = (*CHAIN, "voice")
RESULTS_AND_OUTPUTS = {*STAGES, "report", "export"}


def _before(stage: str) -> set[str]:
    return set(CHAIN[: CHAIN.index(stage)])


# what a place may import of ours; a stage gives its result classes only (capitalised names, from
# the package)
MAY: dict[str, set[str]] = {
    "errors": set(),
    "version": set(),
    "shown": set(),
    "brought_files": {"errors", "file_names", "intake", "options", "report"},
    "case_folder": set(),
    "output_folder": {"case_folder"},
    "estimate": set(),
    "file_names": set(),
    "fixed": set(),
    "content_key": set(),
    "time_units": set(),
    "checks": {"errors"},
    "gates": {"checks", "estimate"},
    "settings": {"errors", "checks", "estimate", "fixed"},
    "stage_settings": {"settings"},
    "store": {"errors", "version"},
    "agreement": {"fixed"},
    "case_document": BASE | {"agreement", "intake", "voice"},
    "portable_case": BASE | {"intake", "case_document", "store"},
    "changes": BASE
    | {"case_folder", "agreement", "intake", "case_document", "stage_settings", "pipeline"},
    "saved_build": BASE
    | {"intake", "case_document", "changes", "pipeline", "portable_case", "report", "store"},
    "mapping_file": BASE | {"brought_files", "intake"},
    "option_values": set(),
    "options": BASE | {"intake", "option_values"},
    "stats": {"errors", "checks", "estimate"},
    "intake": BASE | {"stats"},
    "link": BASE | {"stats"} | _before("link"),
    "moments": BASE | {"stats"} | _before("moments"),
    "voice": BASE | {"stats"} | _before("recommend"),
    "recommend": BASE | {"stats"} | _before("recommend"),
    "roi": BASE | {"stats"} | _before("roi"),
    "budget": BASE | {"stats"} | _before("budget"),
    "report": BASE | {"agreement"} | set(STAGES),
    "export": BASE | {"report"},
    "pipeline": BASE | RESULTS_AND_OUTPUTS | {"agreement", "stage_settings"},
    "sample": BASE | RESULTS_AND_OUTPUTS | {"stats", "pipeline"},
    "calibrate": BASE | RESULTS_AND_OUTPUTS | {"stats", "sample", "pipeline"},
    "screen": BASE
    | RESULTS_AND_OUTPUTS
    | {
        "sample",
        "pipeline",
        "stage_settings",
        "case_folder",
        "case_document",
        "portable_case",
        "changes",
        "agreement",
        "store",
    },
    "notebook": BASE | RESULTS_AND_OUTPUTS | {"pipeline", "case_folder", "output_folder"},
    "__main__": BASE
    | RESULTS_AND_OUTPUTS
    | {"options", "sample", "calibrate", "pipeline", "saved_build"}
    | {
        "agreement",
        "brought_files",
        "case_document",
        "case_folder",
        "mapping_file",
        "output_folder",
        "store",
    },
    "__init__": BASE | RESULTS_AND_OUTPUTS | {"pipeline", "notebook", "sample"},
}
# the only places where stages' verbs meet
COMPOSERS = {
    *("pipeline.py", "portable_case.py", "changes/recompute.py"),
    *("screen/state.py", "screen/early_plan.py"),
    *("saved_build.py", "mapping_file.py", "__main__.py", "__init__.py"),
}
WHOLE = ("sample", "calibrate")  # run the stages as a person would
# folders and modules of a stage, lowest first: each may import those before it
ORDER = {
    "intake": (
        *("key_question", "schema", "privacy", "result", "vocabulary", "values", "files"),
        *("survey_tools", "tables", "ratings", "recognition", "employees", "roles"),
        *("customer_list", "sandbox", "case", "read_together", "read_files"),
    ),
    "link": (
        *("data", "models", "worth", "diagnosis", "result", "checks", "units"),
        *("fitted", "engagement", "headlines", "estimate"),
    ),
    "screen": (
        *("session", "stages", "visitor", "case_inputs", "kept_case", "take_along", "window"),
        *("server_guard", "pictures"),
        *("early_plan", "state", "parts", "case_list", "downloads", "tables", "login_cookie"),
        *(
            "came_for",
            "way_in",
            "share",
            "history",
            "readers",
            "assumptions",
            "deck",
            "frame",
            "method",
        ),
        "save_picture",
        *("steps", "data", "budget", "link", "moments"),
        "home",
        "server_guard",
    ),
    "report/charts": ("drawing", "plan", "link", "moments"),
}
HEAVY = {"pandas", "numpy", "scipy", "plotly", "pyarrow", "openpyxl", "pptx"}


def _said(found: Import, relative: str, fault: str) -> str:
    return f"{relative}:{found.line} {fault}"


def layer_faults(tree: ast.Module, relative: str) -> Iterator[str]:
    """Imports that the table does not allow a file at this path below the package."""
    place = relative.partition("/")[0].removesuffix(".py")
    for found in ours(tree):
        if found.place in ("", place):
            continue
        if found.place not in MAY[place]:
            yield _said(found, relative, f"{place} imports {found.module}")
        elif found.place in STAGES and relative not in COMPOSERS and place not in WHOLE:
            yield from _beyond_results(found, relative)


def _beyond_results(found: Import, relative: str) -> Iterator[str]:
    """What an import takes from an earlier stage beside its result classes."""
    stage = found.place
    if found.module != f"cxcase.{stage}":
        yield _said(found, relative, f"reaches into {found.module}; import from cxcase.{stage}")
    taken = ", ".join(name for name in found.names if not name[0].isupper())
    if taken or not found.names:
        yield _said(found, relative, f"takes {taken or 'the module'} from {stage}, not its result")


def face_faults(tree: ast.Module, relative: str) -> Iterator[str]:
    """Where a composer reaches past a stage's face."""
    place = relative.partition("/")[0].removesuffix(".py")
    for found in ours(tree):
        if found.place in MAY[place] and found.module.count(".") > 1:
            yield _said(found, relative, f"reaches into {found.module}")


def upward_faults(tree: ast.Module, relative: str) -> Iterator[str]:
    """Where the package itself is imported, or something by a path from the file's own folder."""
    for found in imports(tree):
        if found.module.startswith("."):
            yield _said(found, relative, f"imports {found.module} by a relative path")
    for found in ours(tree):
        if found.module == "cxcase":
            yield _said(found, relative, "imports the package itself")


def order_faults(tree: ast.Module, relative: str, folder: str) -> Iterator[str]:
    """Imports of a file in `folder` of what does not stand before it in that folder's order."""
    order = ORDER[folder]
    part = _part(relative, folder)
    dotted = f"cxcase.{folder.replace('/', '.')}"
    for found in ours(tree):
        for other in _parts_imported(found, dotted):
            if other == part:
                continue
            if other not in order or part not in order or order.index(other) > order.index(part):
                yield _said(found, relative, f"{part} imports {other}, which does not come before")


def _part(relative: str, folder: str) -> str:
    return relative.removeprefix(f"{folder}/").partition("/")[0].removesuffix(".py")


def _parts_imported(found: Import, dotted: str) -> Iterator[str]:
    """The parts of a folder that an import reaches; the folder's face where it is taken from."""
    if found.module.startswith(f"{dotted}."):
        yield found.module.removeprefix(f"{dotted}.").partition(".")[0]
    elif found.module == dotted:
        yield from (name if _is_part(name, dotted) else "its face" for name in found.names)


def _is_part(name: str, dotted: str) -> bool:
    folder = ROOT / dotted.replace(".", "/")
    return (folder / name).is_dir() or (folder / f"{name}.py").exists()


def _all(check: Callable[[ast.Module, str], Iterator[str]], files: Sequence[Path]) -> list[str]:
    return [fault for path in files for fault in check(tree_of(path), inside(path))]


def test_imports_follow_the_table() -> None:
    faults = _all(layer_faults, core())
    assert not faults, "\n".join(faults)


def test_the_table_catches_a_fault() -> None:
    bad = ast.parse(
        "from cxcase.link import estimate_link\n"
        "from cxcase.budget import Plan\n"
        "import cxcase.report.gather_report\n"
    )
    assert len(list(layer_faults(bad, "moments/bad.py"))) == 3


def test_every_place_is_in_the_table() -> None:
    assert {place_of(path) for path in core()} <= set(MAY)


def test_composers_know_faces_only() -> None:
    composers = [PACKAGE / name for name in COMPOSERS if (PACKAGE / name).exists()]
    assert len(composers) >= 3
    faults = _all(face_faults, composers)
    assert not faults, "\n".join(faults)


def test_a_composer_past_a_face_is_found() -> None:
    bad = ast.parse("from cxcase.intake import read\nfrom cxcase.intake.case.build import build\n")
    assert list(face_faults(bad, "pipeline.py")) == [
        "pipeline.py:2 reaches into cxcase.intake.case.build"
    ]


def test_nothing_imports_the_package_itself() -> None:
    faults = _all(upward_faults, [path for path in core() if inside(path) != "__main__.py"])
    assert not faults, "\n".join(faults)


def test_the_package_and_relative_paths_are_found_and_a_module_of_it_is_none() -> None:
    bad = ast.parse(
        "from cxcase import gates, Case\nimport cxcase\n"
        "from . import result\nfrom .result import X\n"
    )
    lines = [int(fault.split(":")[1].split()[0]) for fault in upward_faults(bad, "link/bad.py")]
    assert sorted(lines) == [1, 2, 3, 4]


@pytest.mark.parametrize("folder", ORDER)
def test_a_folder_imports_only_those_before_it(folder: str) -> None:
    files = sorted((PACKAGE / folder).rglob("*.py"))
    within = [path for path in files if path != PACKAGE / folder / "__init__.py"]
    assert {_part(inside(path), folder) for path in within} == set(ORDER[folder])
    faults = [f for path in within for f in order_faults(tree_of(path), inside(path), folder)]
    assert not faults, "\n".join(faults)


def test_a_step_back_in_the_order_is_found_also_among_types() -> None:
    bad = ast.parse(
        "from typing import TYPE_CHECKING\n"
        "from cxcase.intake.schema import Scale\n"
        "if TYPE_CHECKING:\n"
        "    from cxcase.intake.case.build import build\n"
        "def late():\n"
        "    from cxcase.intake import Case, tables\n"
    )
    faults = list(order_faults(bad, "intake/files/bad.py", "intake"))
    assert [fault.split(":")[1].split(",")[0] for fault in sorted(faults)] == [
        "4 files imports case",
        "6 files imports its face",
        "6 files imports tables",
    ]


def _module(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def who_imports_whom(paths: Sequence[Path], root: Path) -> dict[str, set[str]]:
    """Module -> those of these modules that it imports, types too.

    A name taken from a package may be a module.
    """
    files = {_module(path, root): path for path in paths}
    graph: dict[str, set[str]] = {}
    for module, path in files.items():
        named: set[str] = set()
        for found in imports(tree_of(path)):
            members = (f"{found.module}.{name}" for name in found.names)
            named.update(name if name in files else found.module for name in members)
            named.update([] if found.names else [found.module])
        graph[module] = (named & set(files)) - {module}
    return graph


def test_no_imports_go_in_a_circle() -> None:
    graph = who_imports_whom(core(), ROOT)
    assert "cxcase.intake.tables.find_table" in graph["cxcase.intake.roles.type_table"]
    order = graphlib.TopologicalSorter(graph).static_order()
    assert list(order)  # raises CycleError, which names the circle


def test_a_circle_is_found_within_functions_and_among_types(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def late():\n    from b import x\n")
    (tmp_path / "b.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import c\n"
    )
    (tmp_path / "c.py").write_text("")
    paths = sorted(tmp_path.glob("*.py"))
    assert who_imports_whom(paths, tmp_path) == {"a": {"b"}, "b": {"c"}, "c": set()}
    (tmp_path / "c.py").write_text("import a\n")
    tree_of.cache_clear()
    with pytest.raises(graphlib.CycleError):
        list(graphlib.TopologicalSorter(who_imports_whom(paths, tmp_path)).static_order())


def test_streamlit_stays_on_screen() -> None:
    faults = [
        f"{inside(path)}:{found.line}"
        for path in core()
        if place_of(path) != "screen"
        for found in imports(tree_of(path))
        if found.module.split(".")[0] == "streamlit"
    ]
    assert not faults


def test_pages_only_draw() -> None:
    pages = [*sorted((ROOT / "pages").glob("*.py")), ROOT / "app.py"]
    assert len(pages) > 1
    for path in pages:
        assert path.read_text().count("\n") <= 120, path.name
        for found in imports(tree_of(path)):
            assert found.module.split(".")[0] not in HEAVY, f"{path.name}:{found.line}"
        for found in ours(tree_of(path)):
            assert found.place == "screen", f"{path.name}:{found.line} imports {found.module}"
