"""All commands in one visible list."""

from __future__ import annotations

from qanat.cli import asking, keeping, pulling, revising, telling, vouching
from qanat.cli.app import app, edition_app, endorse_app

COMMANDS = (
    telling.brief,
    asking.show,
    asking.compare,
    asking.trace,
    keeping.status,
    pulling.sources,
    pulling.pull,
    pulling.aside,
    keeping.config,
    revising.diff,
    vouching.verify,
)

__all__ = ["COMMANDS", "app", "edition_app", "endorse_app"]
