"""The log's key in HOME/register, what it signs, and the seal on the ledger's file."""

from __future__ import annotations

import os
import secrets
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from qanat.errors import StoreError
from qanat.register.notes import Random, Signer, checkpoint_text, read_signer, signer
from qanat.store.record import Step, no_step
from qanat.verify import LOG


class Notary:
    """Signs a store's log with the key in `folder`, which is made once, from `random`, for a new store."""

    def __init__(self, folder: Path, step: Step = no_step, random: Random = secrets.token_bytes) -> None:
        self._folder = folder
        self._step = step
        self._random = random

    @property
    def key_file(self) -> Path:
        """Where the private key is."""
        return self._folder / "key"

    @cached_property
    def signer(self) -> Signer:
        """The log's key. Raises StoreError where its file cannot be read or made, RegisterError where it was altered."""
        try:
            if not self.key_file.exists():
                self._folder.mkdir(parents=True, exist_ok=True)
                self._write(self.key_file, signer(None, LOG, self._random(32)).text, mode=0o600)
            return read_signer(self.key_file.read_text(encoding="utf-8"), LOG)
        except (OSError, UnicodeDecodeError) as cause:
            raise StoreError(
                f"the register's key {self.key_file} cannot be read or written ({cause}); restore it from a copy"
            ) from cause

    def checkpoint(self, size: int, root: bytes) -> str:
        """The log's state as a signed note."""
        return checkpoint_text(size, root, self.signer)

    def seal(self, ledger: bytes, entries: int) -> None:
        """Write down the digest of the ledger's file and how many entries its log had then: any byte altered later shows.

        A seal that could not be written (a full disk) is older than the log, which `verify` tells; the next write renews it.
        """
        self._step("seal")
        try:
            self._write(self._folder / "seal", f"{entries} {sha256(ledger).hexdigest()}\n")
        except OSError:
            return

    def _write(self, file: Path, text: str, mode: int = 0o644) -> None:
        new = file.with_name(f".{file.name}.{os.getpid()}")
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(file)
