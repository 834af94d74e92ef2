"""The commands of witnesses: witness ask, sign, take, show. They are about a log; figures are spoken of by `endorse`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from qanat.cli import output
from qanat.cli.app import Home, Json, store_of, witness_app

Keys = Annotated[Path | None, Parameter(name="--keys", help="A file of trusted keys (agencies.toml).")]


@witness_app.command(name="key")
def witness_key(name: str, /, *, out: Path, json: Json = False) -> None:
    """Make a witness's key pair: the private key to a file that stays with you, the public line to be passed on.

    Parameters
    ----------
    name
        Whose key it is, without spaces, as watch.example.
    out
        The new file for the private key.
    """
    from secrets import token_bytes

    from qanat.jobs.endorsing import new_key

    found = {**new_key(name, "witness", out, token_bytes), "schema": "qanat.witness-key/1"}
    if json:
        output.document(found)
        return
    output.line(f"private key: {out} (keep it to yourself)\npublic key, to pass on:\n{found['public']}")


@witness_app.command(name="ask")
def witness_ask(*, out: Path, since: int | None = None, home: Home = None, json: Json = False) -> None:
    """Ask a witness to co-sign the store's log: its newest checkpoint, with the proof that it only grew.

    Parameters
    ----------
    out
        Write the request to this file, to be sent to the witness.
    since
        How many entries that witness signed last; what any witness signed last where none is given.
    """
    from qanat.jobs.witnessing import ask

    found, text = ask(store_of(home), since)
    out.write_text(text, encoding="utf-8")
    if json:
        output.document({**found, "file": str(out)})
        return
    output.line(f"{out}: asks for {found['size']:,} entries, grown from {found['since']:,}; send it to the witness")


@witness_app.command(name="sign")
def witness_sign(
    file: Path | None = None,
    /,
    *,
    key: Path,
    memory: Path,
    out: Path,
    keys: Keys = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Co-sign, as a witness, that a log only grew since you last looked. It says nothing about any figure.

    A log that shrank or was forked is refused and named (exit code 4); nothing is signed.

    Parameters
    ----------
    file
        What the log sent (`qanat witness ask`); the log of the store at --home where none is given.
    key
        The file of the witness's private key (`qanat witness key`).
    memory
        The file in which the witness remembers what it signed; made at the first time. Never lose it.
    out
        Write the co-signed checkpoint to this file, to be sent back.
    """
    from datetime import UTC, datetime

    from qanat.jobs.witnessing import WitnessRequest, sign

    store = store_of(home) if file is None else None
    found, text = sign(WitnessRequest(file=file, secret=key, memory=memory, trusted=keys), store, datetime.now(UTC))
    out.write_text(text, encoding="utf-8")
    if json:
        output.document({**found, "file": str(out)})
        return
    if found["first"]:
        output.line(
            f"seen for the first time: {found['log']}\ncompare this line with the one the log's owner publishes"
        )
    output.line(
        f"{found['witness']} saw the log grow from {found['since']:,} to {found['size']:,} entries; send back {out}"
    )


@witness_app.command(name="take")
def witness_take(file: Path, /, *, keys: Keys = None, home: Home = None, json: Json = False) -> None:
    """Keep a witness's co-signature in the store's log; one that is forged, replayed or of another history is refused.

    Parameters
    ----------
    file
        The co-signed checkpoint as `qanat witness sign --out` wrote it.
    """
    from datetime import UTC, datetime

    from qanat.jobs.witnessing import take

    _told(take(file, keys, store_of(home), datetime.now(UTC)), json=json)


@witness_app.command(name="show")
def witness_show(*, keys: Keys = None, home: Home = None, json: Json = False) -> None:
    """Show which witnesses saw the store's log, when, and how many entries it had."""
    from qanat.jobs.witnessing import witnesses

    _told(witnesses(store_of(home), keys), json=json)


def _told(found: dict[str, Any], *, json: bool) -> None:
    if json:
        output.document(found)
        return
    for one in found["witnesses"]:
        output.line(witness_line(one, one["agency"] or "not known here"))
    if not found["witnesses"]:
        output.line("no witness has seen this log yet")


def witness_line(one: dict[str, Any], who: str) -> str:
    """A co-signature for people."""
    return f"WITNESS {one['time']} {one['witness']} ({who}) saw the log at {one['size']:,} entries: until then it had only grown"
