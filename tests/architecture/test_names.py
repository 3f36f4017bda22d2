"""The names of quantities are documented, with their unit."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "myotwitch"
UNIT_ENDING = re.compile(
    r"_(s|ms|hz|uv|mm|mg|kg|h|hours|days|years|seconds|per_min|per_day|per_l|min|bits|index)$"
)  # fmt: skip


def quantities() -> set[str]:
    """Names of all public dataclass and model fields that carry a unit."""
    nodes = [node for path in PACKAGE.rglob("*.py") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    fields = [
        field.target.id
        for node in nodes
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
        for field in node.body
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and ast.unparse(field.annotation) != "bool"
    ]
    return {name for name in fields if UNIT_ENDING.search(name) and not name.startswith("_")}


def test_every_quantity_is_explained_in_the_list_of_names() -> None:
    documented = set(re.findall(r"^\| `([a-z_0-9]+)`", (ROOT / "docs" / "names.md").read_text(encoding="utf-8"), re.M))
    assert quantities() - documented == set()


def test_the_list_of_names_holds_no_name_that_is_gone() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    documented = re.findall(r"^\| `([a-z_0-9]+)`", (ROOT / "docs" / "names.md").read_text(encoding="utf-8"), re.M)
    assert [name for name in documented if not re.search(rf"\b{name}\b", text)] == []
