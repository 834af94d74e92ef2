"""A key that a service wants is on the wire and nowhere else: not on the disk, not in a message, not in a log."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import zstandard

from qanat.errors import QanatError
from qanat.jobs.fetching import keys
from qanat.jobs.mirror import export
from qanat.jobs.pull import pull
from qanat.jobs.pull_asked import Means, PullRequest
from qanat.sources.keys import Keys
from qanat.sources.modes import Line
from qanat.sources.record import Source
from qanat.sources.request import Answer, Fetcher, Request
from qanat.sources.snapshots import Snapshots
from qanat.store import Disk
from tests.serving import Play, Service, says, serving

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SECRET = "k3y-planted-by-the-test"
FORMS = (SECRET, SECRET.encode().hex(), SECRET.split("-", 1)[1])


class Bent:
    """A line that leads every address to the server on this machine, with the keys of a home."""

    def __init__(self, service: Service, keys: Keys) -> None:
        self._service, self._keys = service, keys

    def fetch(self, request: Request) -> Answer:
        path = urlsplit(request.url).path
        bent = replace(request, url=f"http://{self._service.host}{path}")
        return self._service.live(limit=1_000_000, keys=self._keys).fetch(bent)


def pages(handler: BaseHTTPRequestHandler, turn: int) -> None:
    """Two pages of IDMC's, the first with the whole address of the second, client's name and all."""
    onward = f"http://x/external-api/gidd/conflicts/?client_id={SECRET}&offset=1" if turn == 1 else None
    record = {
        "iso3": "SDN",
        "country_name": "Sudan",
        "year": 2022 + turn,
        "new_displacement": 5,
        "total_displacement": 7,
    }
    content = {"last_updated": "2026-05-13", "count": 2, "next": onward, "previous": None, "results": [record]}
    says(json.dumps(content).encode(), etag=f'"{SECRET}"')(handler, turn)


def everything_below(folder: Path) -> bytes:
    """All bytes of all files, those of packed ones unpacked, and all names."""
    out: list[bytes] = []
    for file in folder.rglob("*"):
        out.append(str(file).encode())
        if file.is_file() and file.name != "keys.toml":
            data = file.read_bytes()
            out.append(data)
            if file.suffix in (".zst", ".qanat"):
                out.append(zstandard.ZstdDecompressor().stream_reader(data).read())
    return b"\0".join(out)


@pytest.mark.parametrize(
    "play",
    [pages, says(b"", 403), says(b"", 503), says(SECRET.encode()), says(b"[", content_length="99"), says(b"", 302, location=f"https://{SECRET}.example/{SECRET}")],
    ids=["two pages", "refused", "busy", "nonsense", "cut", "led away"],
)  # fmt: skip
def test_a_planted_key_is_found_on_the_wire_only(
    tmp_path: Path, play: Play, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    home = tmp_path / "home"
    store = Disk(home)
    (home / "keys.toml").write_text(f'idmc = "{SECRET}"', encoding="utf-8")
    (home / "keys.toml").chmod(0o600)
    found = keys(home, {})
    said: list[str] = []
    with serving(play) as service:

        def line(source: Source) -> Fetcher:
            held = Snapshots(home / "snapshots")
            return Line(source=source, held=held, service=Bent(service, found), now=NOW, say=said.append)

        means = Means(lines=line, now=NOW, say=said.append)
        try:
            said.append(json.dumps(pull(PullRequest(source="idmc.gidd-conflict", years="2023-2024"), store, means)))
        except QanatError as told:
            said.append(f"{told} {told!r} {told.__cause__!r}")
    said.append(json.dumps(export(store, tmp_path / "all.qanat", said.append)))
    store.close()
    assert f"client_id={SECRET}" in service.asked[0]
    disk = everything_below(tmp_path)
    talk = "\n".join([*said, *service.said, caplog.text, *capsys.readouterr(), repr(found)])
    assert not [form for form in FORMS if form.encode() in disk or form in talk]
    if play is pages:
        assert b"client_id=(key)&offset=1" in disk
        assert "repeated the key in its answer" in talk
