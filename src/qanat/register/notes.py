"""Private keys and what they sign: checkpoints and co-signatures as C2SP signed notes, envelopes as DSSE."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from qanat.errors import AskError, RegisterError
from qanat.verify import ENDORSER, LOG, WITNESS, Checkpoint, Key, Unsound, cosigned, decoded
from qanat.verify_store import secret

Kind = bytes
KINDS: Final[dict[str, Kind]] = {"log": LOG, "witness": WITNESS, "endorser": ENDORSER}


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key: its public part and how it signs."""

    public: Key
    seed: bytes

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)

    @property
    def text(self) -> str:
        """The private key as one line, as it is kept in a file of its own."""
        inside = base64.b64encode(self.public.kind + self.seed).decode()
        return f"PRIVATE+KEY+{self.public.name}+{self.public.id.hex()}+{inside}\n"


def signer(name: str | None, kind: Kind, seed: bytes) -> Signer:
    """The key of 32 secret bytes. Without a name it is called after its own public part."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return Signer(Key(_plain(name) if name else f"qanat-{public[:6].hex()}", kind, public), seed)


def _plain(name: str) -> str:
    if "+" in name or any(letter.isspace() for letter in name):
        raise AskError(f"{name!r} cannot name a key: no spaces and no plus; write it as iom.int/dtm")
    return name


def read_signer(text: str, kind: Kind) -> Signer:
    """A private key from its line.

    Raises RegisterError for a text that is none, that was altered, or that is for another purpose.
    """
    try:
        public = secret(text)
    except Unsound as cause:
        raise RegisterError(
            f"{cause}; one is a line PRIVATE+KEY+name+..., as `qanat endorse key` writes it; restore it from a copy"
        ) from None  # nothing of a secret is told
    found = signer(public.name, public.kind, decoded(text.strip().split("+", 4)[4])[-32:])
    if found.public.kind != kind:
        wanted = next(word for word, one in KINDS.items() if one == kind)
        raise RegisterError(
            f"this is the key of a {found.public.purpose}, a {wanted}'s is needed: a log, a witness and an endorser say different things and never share a key"
        )
    return found


def checkpoint_text(size: int, root: bytes, log: Signer) -> str:
    """A log's state as a signed note."""
    body = f"{log.public.name}\n{size}\n{base64.b64encode(root).decode()}\n"
    return f"{body}\n{_line(log.public, log.sign(body.encode()))}"


def witnessed(told: Checkpoint, text: str, witness: Signer, time: int) -> str:
    """The checkpoint with a witness's co-signature (that the log only grew since the witness last looked), at a time in
    POSIX seconds. It says nothing about any figure."""
    signature = time.to_bytes(8, "big") + witness.sign(cosigned(time, told.body))
    return text + _line(witness.public, signature)


def _line(key: Key, signature: bytes) -> str:
    return f"\u2014 {key.name} {base64.b64encode(key.id + signature).decode()}\n"


Random = Callable[[int], bytes]  # secret bytes, as secrets.token_bytes gives
