"""The embedded edition: figures, places and boundaries a fresh machine starts from. Built by a job, never by hand."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable


def embedded(name: str) -> Traversable:
    """A file of the edition. (Not called `data`: whoever imports that folder as a package would put it in the function's place.)"""
    return files("qanat.edition").joinpath("data", name)
