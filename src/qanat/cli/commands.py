"""All commands in one visible list."""

from __future__ import annotations

from qanat.cli import asking, keeping, telling
from qanat.cli.app import app, edition_app

COMMANDS = (telling.brief, asking.show, asking.compare, asking.trace, keeping.status, keeping.pull, keeping.config)

__all__ = ["COMMANDS", "app", "edition_app"]
