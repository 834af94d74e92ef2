"""All commands in one visible list."""

from __future__ import annotations

from qanat.cli import asking, importing, keeping, pulling, revising, telling
from qanat.cli.app import app, edition_app

COMMANDS = (
    telling.brief,
    asking.show,
    asking.compare,
    asking.trace,
    keeping.status,
    pulling.sources,
    pulling.pull,
    pulling.aside,
    importing.import_,
    keeping.config,
    revising.diff,
)

__all__ = ["COMMANDS", "app", "edition_app"]
