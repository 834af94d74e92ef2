"""The lines of a pull: mode, snapshots, keys and hosts tied together."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from qanat.errors import AskError
from qanat.figures.words import nearest
from qanat.sources.allowance import Allowance
from qanat.sources.fetch import told_of_retries
from qanat.sources.holdings import Distant, Holdings
from qanat.sources.keys import Keys
from qanat.sources.known import SOURCES
from qanat.sources.live import Live
from qanat.sources.lockfile import LOCK
from qanat.sources.modes import Line, Mode
from qanat.sources.pacing import Pace
from qanat.sources.record import Source
from qanat.sources.request import Fetcher
from qanat.sources.snapshots import Snapshots

Progress = Callable[[str], None]
KEY_FILE = "keys.toml"
_HOST: Final = re.compile(r"(?!.*\.\.)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How answers are come by.

    mode    live, cached (a held answer is taken while it is `young`), offline (only what is held)
    mirror  a folder laid out as HOME/snapshots, or the https address of one, to read instead of it; nothing is asked of
            any service then
    young   days a held answer may be old in the mode cached
    """

    mode: Mode = "live"
    mirror: Path | str | None = None
    young: int = 7


def lines(way: Way, home: Path, now: datetime, say: Progress) -> Callable[[Source], Fetcher]:
    """The fetcher of each source. Raises AskError for a mirror that is none or a key file that others can read."""
    only = held_of(way, home, say)
    service = service_of(home, say) if only is None else None
    held = Snapshots(home / "snapshots") if only is None else only
    young = timedelta(days=way.young) if way.mode == "cached" else None
    return lambda source: Line(source=source, held=held, service=service, now=now, young=young, say=say)


def held_of(way: Way, home: Path, say: Progress) -> Holdings | None:
    """What alone is read where no service is asked: a mirror, or what is held here; null where a service is asked.

    Raises AskError for a mirror that is none.
    """
    if way.mirror is not None:
        return mirrored(way.mirror, say)
    return Snapshots(home / "snapshots") if way.mode == "offline" else None


def mirrored(where: Path | str, say: Progress) -> Holdings:
    """What a mirror holds: a folder, or an https address, whose host alone is spoken to and given no key.

    Raises AskError for a folder without lock.json, and for an address that is not https or has a user's name in it.
    """
    if "://" not in str(where):
        folder = Path(where)
        if not (folder / LOCK).is_file():
            raise AskError(
                f"{folder} is no mirror: it has no {LOCK}; make one with `qanat mirror assemble`, or name the snapshots folder of another store"
            )
        return Snapshots(folder)
    parts = _parts(str(where))
    if parts is None or parts.scheme != "https" or "@" in parts.netloc or parts.query or parts.fragment:
        told = "this" if parts is None else f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
        raise AskError(
            f"{told} is no mirror: write an https address without name or password, as https://example.org/mirror"
        )
    told_of_retries(say)
    host = parts.netloc.lower().removesuffix(":443")
    return Distant(str(where), Live(frozenset({host}), Keys({}), say=say))


def _parts(address: str) -> SplitResult | None:
    """The parts of an address; null for one without a machine's name, or with a name or port that is none."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    named = parts.hostname is not None and (_HOST.fullmatch(parts.hostname) or ":" in parts.hostname)
    return parts if named and port != 0 else None


def service_of(home: Path, say: Progress) -> Live:
    """The line to the hosts of all known sources, with the keys of the environment and HOME/keys.toml."""
    told_of_retries(say)
    return Live(hosts(), keys(home), say=say, pace=Pace(daily=Allowance(home)))


def hosts() -> frozenset[str]:
    """Every host that a known source is read from, without its scheme: no other is ever spoken to."""
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
    _require_known(content, file)
    wrong = sorted(name for name, secret in content.items() if not isinstance(secret, str))
    if wrong:
        raise AskError(f"{file}: {', '.join(wrong)} must be text in quotes")
    return Keys(own, content, str(file))


def _require_known(content: Mapping[str, Any], file: Path) -> None:
    """Nothing where every name is one of a key that a source wants. Raises AskError with the nearest: a key under a
    name that nobody looks for would be missed and never said."""
    wanted = sorted({key.name for source in SOURCES.values() for key in source.keys})
    odd = sorted(set(content) - set(wanted))
    if odd:
        told = [f"{name!r}" + (f" (did you mean {near!r}?)" if (near := nearest(name, wanted)) else "") for name in odd]
        raise AskError(f"{file}: no source wants a key called {', '.join(told)}; there are {', '.join(wanted)}")
