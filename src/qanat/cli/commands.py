"""All commands in one visible list."""

from __future__ import annotations

from qanat.cli import asking, comparing, keeping, pulling, revising, telling
from qanat.cli.app import app, edition_app

COMMANDS = (
    telling.brief,
    asking.show,
    comparing.compare,
    asking.trace,
    keeping.status,
    pulling.sources,
    pulling.pull,
    pulling.aside,
    keeping.config,
    revising.diff,
)

__all__ = ["COMMANDS", "app", "edition_app"]
