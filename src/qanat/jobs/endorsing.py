"""Jobs: an agency says something of a figure; a store takes in what others said; what was said of a figure so far."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from qanat.errors import AskError, RegisterError
from qanat.figures import KEY
from qanat.jobs.knowing import require_known
from qanat.register.agencies import FILE, agencies
from qanat.register.entries import statement_entry
from qanat.register.notes import KINDS, Random, read_signer, signer
from qanat.register.policy import FILE as POLICIES
from qanat.register.policy import Judgement, Policy, house_policies, judged, policies
from qanat.register.statements import Says, Statement, envelope_file, read_envelope_file, read_statement, signed
from qanat.store import Disk
from qanat.store.trace import cited
from qanat.verify import ENDORSER, Key, entry, key
from qanat.verify import figure as columns

_ALIKE: Final = tuple(name for name in KEY if name != "stage")


@dataclass(frozen=True, slots=True, kw_only=True)
class EndorseRequest:
    """What to say of which figure (RUN:ROW), with which private key.

    by       the agency's own figure (RUN:ROW), for a dispute or a replacement
    trusted  the file of agencies' keys; null: agencies.toml in the store's folder
    """

    figure: str
    says: Says
    secret: Path
    by: str | None = None
    trusted: Path | None = None
    comment: str | None = None


def new_key(name: str, kind: str, out: Path, random: Random) -> dict[str, Any]:
    """A key pair: the private key written to a new file that only its owner may read; gives the public line.

    Raises AskError for a file that is there already or a name that cannot be one.
    """
    if kind not in KINDS:
        raise AskError(f"{kind!r} is no kind of key; it may be {', '.join(KINDS)}")
    made = signer(name, KINDS[kind], random(32))
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as cause:
        raise AskError(f"the key cannot be written to {out} ({cause.strerror}); name a new file with --out") from cause
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(made.text)
    return {"schema": "qanat.endorse-key/1", "name": name, "kind": kind, "public": made.public.text, "file": str(out)}


def endorse(request: EndorseRequest, store: Disk, now: datetime) -> tuple[dict[str, Any], str]:
    """Say it, and keep it in the store's log; gives what was said and the file to pass on.

    Raises AskError for a citation that is none, NothingFound for a figure the store does not have, RegisterError where
    the key is not trusted or the statement does not fit the figure.
    """
    own = read_signer(_text(request.secret), ENDORSER)
    trusted = trusted_keys(store, request.trusted)
    said = Statement(
        says=request.says, agency=_agency(own.public, trusted), figure=store.register.figure(*cited(request.figure))[0],
        by=store.register.figure(*cited(request.by))[0] if request.by else None, made=now.date(),
        sequence=_next(store, own.public, now), comment=request.comment,
    )  # fmt: skip
    envelope = signed(said, own)
    _taken(envelope, own.public, store, trusted, now.date())
    return _told(store, [said], store.statements()), envelope_file(envelope, own.public)


def take(file: Path, trusted: Path | None, store: Disk, today: date) -> dict[str, Any]:
    """Take in a statement somebody sent. Raises RegisterError where it is forged, replayed, of an unknown key, of a later
    day, or of another figure than this store has; the store is then as it was."""
    envelope, public = read_envelope_file(_text(file))
    said = _taken(envelope, public, store, trusted_keys(store, trusted), today)
    return _told(store, [said], store.statements())


def stated(store: Disk, cite: str | None = None, as_of: date | None = None) -> dict[str, Any]:
    """What was said of a figure, or of all, in order, and what the policies find of each.

    as_of  what had been said by this day (null: everything). Raises NothingFound for a figure not known then.
    """
    if cite is not None:
        require_known(cite, store, as_of)
    said = [one for one in store.statements() if as_of is None or one.made <= as_of]
    return _told(store, [one for one in said if cite is None or one.figure.cite == cite.strip()], said, as_of)


def trusted_keys(store: Disk, file: Path | None) -> dict[Key, str]:
    """The agency of each trusted key: of a file, else of agencies.toml in the store's folder."""
    place = file or store.home / FILE
    if file is None and not place.is_file():
        return {}
    return agencies(_text(place), str(place))


def _taken(envelope: str, public: Key, store: Disk, trusted: dict[Key, str], today: date) -> Statement:
    said = read_statement(envelope, public)
    _refuse(_faults(said, public, store, trusted, today))
    store.register.add(statement_entry(public.text, envelope))
    return said


def _refuse(faults: Iterable[str]) -> None:
    told = list(faults)
    if told:
        raise RegisterError(f"the statement was refused: {'; '.join(told)}. Nothing was changed")


def _faults(said: Statement, public: Key, store: Disk, trusted: dict[Key, str], today: date) -> list[str]:
    """Everything that is wrong with a statement, its signature being right."""
    found: list[str] = []
    if trusted.get(public) != said.agency:
        found.append(f"the key {public.name} is not known as {said.agency}'s; if it is, add it to {FILE}")
    if said.made > today:
        found.append(f"it is dated {said.made}, after today")
    before = [(one, told) for one, told in _log(store) if one == public]
    if any(told.sequence == said.sequence for _, told in before):
        found.append(f"statement {said.sequence} of this key was taken in before (replayed)")
    elif any(told.figure == said.figure and told.sequence > said.sequence for _, told in before):
        found.append("a later statement of this key about the figure was taken in before (replayed)")
    for one in filter(None, (said.figure, said.by)):
        if store.register.figure(one.run, one.row)[0] != one:
            found.append(f"it is about another figure than {one.cite} in this store")
    return [*found, *_misfits(said, store)]


def _misfits(said: Statement, store: Disk) -> list[str]:
    """Where the figures do not suit what is said of them."""
    about = columns(store.register.figure(said.figure.run, said.figure.row)[1].encode())
    found: list[str] = []
    if (about["known"] or "") > said.made.isoformat():
        found.append(
            f"{said.figure.cite} says it was published on {about['known']}, after the statement (future vintage)"
        )
    if said.says == "supersede" and about["counter"] != said.agency:
        found.append(f"{said.agency} cannot replace a figure of {about['counter']}; it may dispute it")
    if said.by is not None:
        own = columns(store.register.figure(said.by.run, said.by.row)[1].encode())
        unlike = [name for name in _ALIKE if own[name] != about[name]]
        if unlike:
            found.append(f"{said.by.cite} is not of the same people, place and time (other {', '.join(unlike)})")
        if own["counter"] != said.agency:
            found.append(f"{said.by.cite} is not {said.agency}'s own figure but {own['counter']}'s")
    return found


def _log(store: Disk) -> list[tuple[Key, Statement]]:
    found = [lines for kind, lines in map(entry, store.ledger.log.entries()) if kind == "statement"]
    return [(key(public), read_statement(envelope, key(public))) for public, envelope in found]


def _next(store: Disk, public: Key, now: datetime) -> int:
    """The key's next number: the second it signs in, later than any before."""
    return max([int(now.timestamp()), *(told.sequence + 1 for one, told in _log(store) if one == public)])


def _agency(public: Key, trusted: dict[Key, str]) -> str:
    if public not in trusted:
        raise RegisterError(
            f'the key {public.name} is not known to this store; add it to {FILE}:\n[[key]]\nagency = "..."\npublic = "{public.text}"'
        )
    return trusted[public]


def _told(store: Disk, said: list[Statement], every: list[Statement], as_of: date | None = None) -> dict[str, Any]:
    rules = all_policies(store)
    cites = sorted({one.figure.cite for one in said})
    return {
        "schema": "qanat.endorse/1", "as_of": as_of.isoformat() if as_of else None, "statements": [_plain(one) for one in said],
        "policies": [
            {"figure": cite, **judgement(judged(rule, [one for one in every if one.figure.cite == cite]))} for cite in cites for rule in rules
        ],
    }  # fmt: skip


def all_policies(store: Disk) -> tuple[Policy, ...]:
    """The house's policies and those of policies.toml in the store's folder, which go before."""
    own = store.home / POLICIES
    added = policies(_text(own), str(own)) if own.is_file() else ()
    return (*added, *(one for one in house_policies() if one.name not in {other.name for other in added}))


def judgement(found: Judgement) -> dict[str, Any]:
    """A judgement as it is printed."""
    return {
        "policy": found.policy.name, "rule": found.policy.rule, "met": found.met, "endorsed": list(found.endorsed),
        "disputed": list(found.disputed), "missing": [{"least": term.least, "of": list(term.of)} for term in found.missing],
    }  # fmt: skip


def _plain(said: Statement) -> dict[str, Any]:
    return {
        **asdict(said),
        "made": said.made.isoformat(),
        "figure": said.figure.cite,
        "by": said.by.cite if said.by else None,
    }


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as cause:
        raise AskError(f"{file} cannot be read ({cause})") from cause
