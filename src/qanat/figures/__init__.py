"""What a figure is. Pure: reads nothing, writes nothing."""

from __future__ import annotations

from qanat.figures.check import ordered, problems, require, typed
from qanat.figures.columns import IDENTITY, KEY, MEANING, SCHEMA, UNDIVIDED, Basis, F, Sex, Stage, Status
from qanat.figures.documents import Document

__all__ = [
    "IDENTITY", "KEY", "MEANING", "SCHEMA", "UNDIVIDED", "Basis", "Document", "F", "Sex", "Stage", "Status", "ordered", "problems", "require", "typed",
]  # fmt: skip
