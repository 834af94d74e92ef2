"""The commands about the register: verify, endorse."""

from __future__ import annotations

import json as text
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from qanat.cli import output
from qanat.cli.app import AsOf, Home, Json, app, endorse_app, known_by, store_of
from qanat.cli.witnessing import witness_line

Keys = Annotated[Path | None, Parameter(name="--keys", help="A file of trusted keys (agencies.toml).")]


@app.command
def verify(
    *,
    brief: Path | None = None,
    figure: str | None = None,
    since: Path | None = None,
    as_of: AsOf = None,
    keys: Keys = None,
    out: Path | None = None,
    internal: bool = False,
    home: Home = None,
    json: Json = False,
) -> int:
    """Check that nothing was altered: the store, one of its figures, or a brief or figure somebody sent (offline).

    Exit code 0: sound; 4: altered, naming what.

    Parameters
    ----------
    brief
        A brief.json, or a figure with its proof, as it was sent; no store is needed.
    figure
        RUN:ROW, a figure of the store.
    since
        A brief or proof from earlier: the store's log must only have grown since.
    out
        Write the figure with its proof to this file, to be passed on.
    internal
        Write a figure whose licence does not let it be passed on too; the file then says that it must not be.
    """
    from qanat.jobs.opening import located
    from qanat.jobs.verifying import ALTERED, VerifyRequest
    from qanat.jobs.verifying import verify as checked

    request = VerifyRequest(
        file=brief, figure=figure, since=since, trusted=keys, as_of=known_by(as_of), passing=out is not None, internal=internal,
    )  # fmt: skip
    found, proof = checked(request, located(home).folder)
    if out is not None and proof is not None:
        out.write_text(text.dumps(proof, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    if json:
        output.document(found)
    else:
        _verified(found)
    return 0 if found["sound"] else ALTERED


def _verified(found: dict[str, Any]) -> None:
    for fault in found["faults"]:
        where = ", ".join(f"{name} {fault[name]}" for name in ("run", "row") if fault[name] is not None)
        output.line(f"ALTERED ({fault['what']}, {fault['fault']}{', ' + where if where else ''}): {fault['why']}")
    if found["figure"]:
        output.line("; ".join(f"{name} {value}" for name, value in found["figure"].items() if value is not None))
    for said in found["statements"]:
        _said(said, "" if said["trusted"] else f" (by a key you have not named as trusted: {said['key']})")
    for one in found["witnesses"]:
        output.line(witness_line(one, one["key"] if not one["trusted"] else "trusted"))
    for note in found["notes"]:
        output.line(note)
    counts = ", ".join(f"{count:,} {what}" for what, count in sorted(found["counts"].items()))
    output.line(f"{'sound' if found['sound'] else 'ALTERED'}: {counts or 'nothing else'} checked")


def _said(said: dict[str, Any], more: str = "") -> None:
    words = {"endorse": "endorses", "dispute": "disputes", "supersede": "replaces"}[said["says"]]
    by = f" with {said['by']}" if said["by"] else ""
    comment = f": {said['comment']}" if said["comment"] else ""
    output.line(f"{said['made']} {said['agency']} {words} {said['figure']}{by}{comment}{more}")


@endorse_app.command(name="key")
def endorse_key(name: str, /, *, out: Path, kind: str = "endorser", json: Json = False) -> None:
    """Make a key pair: the private key to a file that stays with you, the public line to be passed on.

    Parameters
    ----------
    name
        Whose key it is, without spaces, as iom.int/dtm.
    out
        The new file for the private key.
    kind
        endorser (speaks about figures), witness (co-signs checkpoints) or log.
    """
    from secrets import token_bytes

    from qanat.jobs.endorsing import new_key

    found = new_key(name, kind, out, token_bytes)
    if json:
        output.document(found)
        return
    output.line(f"private key: {out} (keep it to yourself)\npublic key, to pass on:\n{found['public']}")


@endorse_app.command(name="sign")
def endorse_sign(
    figure: str,
    /,
    *,
    key: Path,
    dispute: str | None = None,
    supersede: str | None = None,
    comment: str | None = None,
    keys: Keys = None,
    out: Path | None = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Endorse a figure with your agency's key; or dispute or replace it with a figure of your own.

    Parameters
    ----------
    figure
        RUN:ROW, as in figures.csv and brief.json.
    key
        The file of your agency's private key.
    dispute
        RUN:ROW of the figure you count instead.
    supersede
        RUN:ROW of the figure that replaces your earlier one.
    comment
        Why, in a sentence.
    out
        Write the signed statement to this file, to be passed on to other stores.
    """
    from datetime import UTC, datetime

    from qanat.errors import AskError
    from qanat.jobs.endorsing import EndorseRequest, endorse

    if dispute and supersede:
        raise AskError("a statement disputes a figure or replaces it, not both; give one of --dispute and --supersede")
    request = EndorseRequest(
        figure=figure, says="dispute" if dispute else "supersede" if supersede else "endorse", secret=key, by=dispute or supersede,
        trusted=keys, comment=comment,
    )  # fmt: skip
    found, envelope = endorse(request, store_of(home), datetime.now(UTC))
    if out is not None:
        out.write_text(envelope, encoding="utf-8")
    _stated(found, json=json)


@endorse_app.command(name="take")
def endorse_take(file: Path, /, *, keys: Keys = None, home: Home = None, json: Json = False) -> None:
    """Take in a signed statement of an agency; one that is forged, replayed or by an unknown key is refused.

    Parameters
    ----------
    file
        The statement as `qanat endorse sign --out` wrote it.
    """
    from datetime import UTC, datetime

    from qanat.jobs.endorsing import take

    _stated(take(file, keys, store_of(home), datetime.now(UTC).date()), json=json)


@endorse_app.command(name="show")
def endorse_show(figure: str | None = None, /, *, as_of: AsOf = None, home: Home = None, json: Json = False) -> None:
    """Show who endorses or disputes figures, and what the policies still miss.

    Parameters
    ----------
    figure
        RUN:ROW; all figures anybody spoke about where none is given.
    """
    from qanat.jobs.endorsing import stated

    _stated(stated(store_of(home), figure, known_by(as_of)), json=json)


def _stated(found: dict[str, Any], *, json: bool) -> None:
    if json:
        output.document(found)
        return
    for said in found["statements"]:
        _said(said)
    for one in found["policies"]:
        missing = " and ".join(f"{term['least']} of {', '.join(term['of'])}" for term in one["missing"])
        against = f"; disputed by {', '.join(one['disputed'])}" if one["disputed"] else ""
        verdict = f"is {one['policy']}" if one["met"] else f"is not yet {one['policy']}: misses {missing}"
        output.line(f"{one['figure']} {verdict}{against}")
    if not found["statements"]:
        output.line("nobody has spoken about a figure here yet")
