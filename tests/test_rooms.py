"""The plan of the house holds: rooms import downwards only, and only jobs may hold a store."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent / "src" / "qanat"
FLOORS: dict[str, int] = {
    "errors": 0, "verify": 0, "verify_store": 1, "figures": 1, "maths": 1, "edition": 2, "methods": 2, "register": 2, "store": 3, "sources": 3, "reconcile": 4, "estimate": 5,
    "forecast": 6, "simulate": 6, "respond": 7, "brief": 8, "jobs": 9, "picture": 10, "cli": 11, "api": 11, "site": 11,
}  # fmt: skip
METHODS = {"reconcile", "estimate", "forecast", "simulate", "respond"}
DOORS_MAY_TOUCH = {"cli", "jobs", "brief", "figures", "errors"}
KEEPS_A_STORE = {"store", "jobs", "picture"}


def _imports(file: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qanat."):
            found.append((node.module or "").split(".")[1])
        if isinstance(node, ast.Import):
            found += [alias.name.split(".")[1] for alias in node.names if alias.name.startswith("qanat.")]
    return found


@pytest.mark.parametrize("file", sorted(HOUSE.rglob("*.py")), ids=lambda f: str(f.relative_to(HOUSE)))
def test_rooms_import_only_downwards(file: Path) -> None:
    here = file.relative_to(HOUSE).with_suffix("").parts[0]
    if here in ("__init__", "__main__"):
        return
    for there in _imports(file):
        assert FLOORS[there] <= FLOORS[here], f"{here} reaches up into {there}"
        assert there == here or FLOORS[there] < FLOORS[here], f"{here} reaches sideways into {there}"
        if there == "store":
            assert here in KEEPS_A_STORE, f"{here} touches the store"
        if here == "cli":
            assert there in DOORS_MAY_TOUCH, f"a door reaches past the jobs into {there}"
        if here in METHODS:
            assert there not in METHODS - {here}, f"{here} leans on its sibling {there}"
