"""All commands in one visible list."""

from __future__ import annotations

from qanat.cli import (
    asking,
    checking,
    comparing,
    corridoring,
    driving,
    flowing,
    importing,
    keeping,
    laying,
    mirroring,
    pulling,
    revising,
    telling,
    vouching,
)
from qanat.cli.app import app, edition_app, endorse_app, flows_app, mirror_app

COMMANDS = (
    telling.brief,
    asking.show,
    comparing.compare,
    asking.trace,
    keeping.status,
    pulling.sources,
    pulling.pull,
    pulling.aside,
    importing.import_,
    keeping.config,
    revising.diff,
    flowing.estimate,
    flowing.show,
    flowing.explain,
    laying.years,
    mirroring.mirror_export,
    mirroring.mirror_import,
    mirroring.mirror_assemble,
    vouching.verify,
    vouching.endorse_key,
    vouching.endorse_sign,
    vouching.endorse_take,
    vouching.endorse_show,
    checking.flows_check,
    driving.flows_drivers,
    driving.flows_why,
    corridoring.flows_page,
)

__all__ = ["COMMANDS", "app", "edition_app", "endorse_app", "flows_app", "mirror_app"]
