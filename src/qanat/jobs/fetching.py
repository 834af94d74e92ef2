"""The lines of a pull: mode, snapshots, keys and hosts tied together."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from qanat.errors import AskError
from qanat.sources.fetch import told_of_retries
from qanat.sources.keys import Keys
from qanat.sources.known import SOURCES
from qanat.sources.live import Live
from qanat.sources.modes import Line, Mode
from qanat.sources.record import Source
from qanat.sources.request import Fetcher
from qanat.sources.snapshots import Snapshots

Progress = Callable[[str], None]
KEY_FILE = "keys.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How answers are come by.

    mode    live, cached (a held answer is taken while it is `young`), offline (only what is held)
    mirror  a folder laid out as HOME/snapshots to read instead of it; nothing is asked of any service then
    young   days a held answer may be old in the mode cached
    """

    mode: Mode = "live"
    mirror: Path | None = None
    young: int = 7


def lines(way: Way, home: Path, now: datetime, say: Progress) -> Callable[[Source], Fetcher]:
    """The fetcher of each source. Raises AskError for a mirror that is no folder or a key file that others can read."""
    if way.mirror is not None and not (way.mirror / "lock.json").is_file():
        raise AskError(
            f"{way.mirror} is no mirror: it has no lock.json; make one with `qanat mirror assemble` or unpack one with `qanat mirror import`"
        )
    service = None if way.mirror is not None or way.mode == "offline" else service_of(home, say)
    held = Snapshots(way.mirror or home / "snapshots")
    young = timedelta(days=way.young) if way.mode == "cached" else None
    return lambda source: Line(source=source, held=held, service=service, now=now, young=young, say=say)


def service_of(home: Path, say: Progress) -> Live:
    """The line to the hosts of all known sources, with the keys of the environment and HOME/keys.toml."""
    told_of_retries(say)
    return Live(hosts(), keys(home), say=say)


def hosts() -> frozenset[str]:
    """Every host that a known source is read from."""
    named = {
        host for source in SOURCES.values() if source.service for host in (urlsplit(source.url).netloc, *source.hosts)
    }
    return frozenset(named)


def keys(home: Path, environment: Mapping[str, str] | None = None) -> Keys:
    """The secrets in the environment and in HOME/keys.toml (name = "secret").

    Raises AskError for a key file that is no TOML of texts, or that others on this machine can read.
    """
    file = home / KEY_FILE
    own = os.environ if environment is None else environment
    if not file.is_file():
        return Keys(own, told=str(file))
    if os.name != "nt" and stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise AskError(f"{file} can be read by others on this machine; run: chmod 600 {file}")
    try:
        content: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise AskError(f'{file} is not TOML; it holds lines such as: dtm = "the key"') from None
    wrong = sorted(name for name, secret in content.items() if not isinstance(secret, str))
    if wrong:
        raise AskError(f"{file}: {', '.join(wrong)} must be text in quotes")
    return Keys(own, content, str(file))
