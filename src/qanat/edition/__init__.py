"""The embedded edition: figures, places and boundaries a fresh machine starts from. Built by a job, never by hand."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable


def data(name: str) -> Traversable:
    """A file of the edition."""
    return files("qanat.edition").joinpath("data", name)
