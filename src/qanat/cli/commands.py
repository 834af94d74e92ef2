"""All commands in one visible list."""

from __future__ import annotations

from qanat.cli import (
    asking,
    checking,
    comparing,
    driving,
    flowing,
    importing,
    investing,
    keeping,
    laying,
    mirroring,
    pulling,
    remitting,
    revising,
    telling,
    vouching,
    witnessing,
)
from qanat.cli.app import app, edition_app, endorse_app, flows_app, mirror_app, witness_app

COMMANDS = (
    telling.brief,
    asking.show,
    comparing.compare,
    checking.check,
    checking.balance,
    asking.trace,
    remitting.remittances,
    investing.invest,
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
    witnessing.witness_key,
    witnessing.witness_ask,
    witnessing.witness_sign,
    witnessing.witness_take,
    witnessing.witness_show,
    driving.flows_check,
    driving.flows_drivers,
    driving.flows_why,
    driving.flows_page,
)

__all__ = ["COMMANDS", "app", "edition_app", "endorse_app", "flows_app", "mirror_app", "witness_app"]
