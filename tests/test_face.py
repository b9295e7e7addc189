"""The package's face: what it exports is there, and a type checker sees the same names."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import cxcase

FACE = Path(cxcase.__file__)


def _for_type_checkers() -> dict[str, str]:
    """Name -> the module it is imported from where only a type checker looks."""
    tree = ast.parse(FACE.read_text("utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    found = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.asname or "": node.module or "" for node in found for alias in node.names}


def test_every_name_is_there_and_known_to_type_checkers() -> None:
    assert sorted(_for_type_checkers()) == cxcase.__all__
    for name, module in _for_type_checkers().items():
        assert module == f"cxcase.{cxcase._HOME[name]}"
        assert getattr(cxcase, name) is not None


def test_all_choices_and_rules_are_exported() -> None:
    choices = {"FixedBudget", "PeriodBudget", "TargetReturn", "SmallestBudgetFor", "MostCertain"}
    rules = {"Rules", "Capacity", "EarlyWin", "Phasing"}
    assert choices | rules <= set(cxcase.__all__)


def test_importing_the_face_loads_no_numerical_library() -> None:
    code = "import cxcase, sys; assert not {'numpy', 'pandas', 'plotly'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=FACE.parents[1], check=True)
