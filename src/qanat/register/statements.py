"""What an agency says of a figure: that it endorses it, disputes it with a figure of its own, or replaces it.

Signed as a DSSE envelope around an in-toto Statement whose subject is the figure's leaf hash. It binds the figure (its run,
the run's root, its row, its leaf), the word said, the day and a running number of the key, so that it cannot be moved to
another figure or brought in twice. A witness's co-signature of a checkpoint is another thing with another kind of key: it
says that a log only grew, and nothing about any figure.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, Literal, cast

from qanat.errors import RegisterError
from qanat.register.notes import Signer
from qanat.verify import ENDORSER, PAYLOAD, PREDICATE, Key, Unsound, enveloped, key, statement

Says = Literal["endorse", "dispute", "supersede"]
WORDS: Final[tuple[Says, ...]] = ("endorse", "dispute", "supersede")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure as a statement names it: run and row, the run's root, the row's leaf hash (hexadecimal)."""

    run: str
    row: int
    root: str
    leaf: str

    @property
    def cite(self) -> str:
        """run:row."""
        return f"{self.run}:{self.row}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What an agency says.

    by        the figure it counts instead (dispute, supersede); null where it endorses
    made      the day it was signed;  sequence: the key's running number, from 1, never used twice
    """

    says: Says
    agency: str  # a word of figures.words.COUNTERS
    figure: Figure
    by: Figure | None
    made: date
    sequence: int
    comment: str | None = None


def signed(said: Statement, signer: Signer) -> str:
    """The statement as an envelope, one line. Raises RegisterError for a key that does not endorse."""
    if signer.public.kind != ENDORSER:
        raise RegisterError(f"{signer.public.name} is a {signer.public.purpose}'s key; a statement about a figure needs an endorser's")  # fmt: skip
    told = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": said.figure.cite, "digest": {"sha256": said.figure.leaf}}],
        "predicateType": PREDICATE,
        "predicate": {**asdict(said), "made": said.made.isoformat()},
    }
    payload = _json(told).encode()
    signature = base64.b64encode(signer.sign(enveloped(payload))).decode()
    return _json(
        {
            "payloadType": PAYLOAD,
            "payload": base64.b64encode(payload).decode(),
            "signatures": [{"keyid": signer.public.id.hex(), "sig": signature}],
        }
    )


def read_statement(envelope: str, public: Key) -> Statement:
    """The statement in an envelope, its signature proved.

    Raises RegisterError where it was forged, altered, or says something that is no statement.
    """
    try:
        found = statement(envelope, public)
        by = found["by"]
        said = Statement(
            says=found["says"], agency=found["agency"], figure=Figure(**found["figure"]), by=Figure(**by) if by else None,
            made=date.fromisoformat(found["made"]), sequence=int(found["sequence"]), comment=found["comment"],
        )  # fmt: skip
    except (Unsound, KeyError, TypeError, ValueError) as cause:
        raise RegisterError(f"the statement was refused: {cause}") from cause
    if said.says not in WORDS or (said.by is None) != (said.says == "endorse"):
        raise RegisterError(f"the statement was refused: it says {said.says!r}, which is none of {', '.join(WORDS)}, or names no figure of its own")  # fmt: skip
    return said


def envelope_file(envelope: str, public: Key) -> str:
    """A statement as it is passed on: the public key and the envelope."""
    return json.dumps({"schema": "qanat.statement/1", "key": public.text, "envelope": json.loads(envelope)}, indent=1) + "\n"  # fmt: skip


def read_envelope_file(text: str) -> tuple[str, Key]:
    """Envelope and key from such a file. Raises RegisterError for another."""
    try:
        content = cast("dict[str, Any]", json.loads(text))
        if content["schema"] != "qanat.statement/1":
            raise Unsound(f"its schema is {content['schema']!r}")
        return _json(content["envelope"]), key(content["key"])
    except (Unsound, KeyError, TypeError, ValueError) as cause:
        raise RegisterError(f"this is no statement of an agency ({cause}); `qanat endorse sign` writes one") from cause


def _json(content: object) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
