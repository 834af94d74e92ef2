"""Answers held: found again, proved, told apart by what they say, safe against two writers and a kill."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.errors import AskError, SourceError, StoreError, Unreachable
from qanat.jobs.fetching import Way, hosts, keys, lines
from qanat.sources import unhcr
from qanat.sources.canonical import account
from qanat.sources.fetch import Recorded
from qanat.sources.keys import Keys
from qanat.sources.lockfile import LOCK
from qanat.sources.modes import Line
from qanat.sources.packing import packed, unpacked
from qanat.sources.request import Answer, Key, Request
from qanat.sources.snapshots import Snapshots
from tests.reading import answer, pair

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = NOW.date()
ASKED = Request(url="https://api.unhcr.org/population/v1/unrwa/", params={"page": "1"})
OF = ("unhcr.unrwa", "CC-BY-4.0")
FIRST, OTHER = answer(pair("PSE", "JOR", total=1)), answer(pair("PSE", "JOR", total=2))


def came(data: bytes, **given: object) -> Answer:
    return Answer(address=ASKED.address, data=data, retrieved=TODAY, **given)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_an_answer_is_held_with_where_when_and_what(tmp_path: Path) -> None:
    held = Snapshots(tmp_path)
    entry, new = held.keep(ASKED, came(FIRST, etag='"a"'), OF, NOW)
    assert new
    assert (entry.rows, entry.size, entry.retrieved, entry.licence) == (
        1,
        len(FIRST),
        "2026-11-24T12:00:00Z",
        "CC-BY-4.0",
    )
    assert Snapshots(tmp_path).latest(ASKED.address) == entry
    assert held.bytes_of(entry) == FIRST
    assert held.path(entry).read_bytes() == packed(FIRST)


def test_the_same_records_in_another_order_say_nothing_new(tmp_path: Path) -> None:
    held = Snapshots(tmp_path)
    both = [pair("PSE", "JOR", total=1), pair("PSE", "LBN", total=2)]
    held.keep(ASKED, came(answer(*both)), OF, NOW)
    envelope: dict[str, object] = {"page": 1, "short-url": "other", "maxPages": 1, "total": []}
    turned = json.dumps({"items": [dict(reversed(list(one.items()))) for one in reversed(both)]} | envelope)
    later = NOW + timedelta(days=3)
    entry, new = held.keep(ASKED, came(turned.encode()), OF, later)
    assert not new
    assert (entry.retrieved[:10], entry.checked[:10]) == ("2026-11-24", "2026-11-27")
    assert len(held.entries()) == 1


def test_a_new_answer_stands_beside_the_one_before(tmp_path: Path) -> None:
    held = Snapshots(tmp_path)
    first, _ = held.keep(ASKED, came(FIRST), OF, NOW)
    second, new = held.keep(ASKED, came(OTHER), OF, NOW + timedelta(days=1))
    assert new
    assert held.entries() == [first, second]
    assert held.latest(ASKED.address) == second


@pytest.mark.parametrize("spoil", [b"", b"junk", packed(OTHER), packed(FIRST)[:-5]])
def test_a_damaged_snapshot_is_told_with_the_remedy(tmp_path: Path, spoil: bytes) -> None:
    held = Snapshots(tmp_path)
    entry, _ = held.keep(ASKED, came(FIRST), OF, NOW)
    held.path(entry).write_bytes(spoil)
    with pytest.raises(StoreError, match=r"(missing or damaged|was altered).*pull the source again"):
        held.bytes_of(entry)


def test_a_damaged_snapshot_is_mended_by_pulling_again(tmp_path: Path) -> None:
    """With a service that sends validators too: it is not told of bytes that are not there any more."""
    held = Snapshots(tmp_path)
    entry, _ = held.keep(ASKED, came(FIRST, etag='"a"'), OF, NOW)
    held.path(entry).write_bytes(b"junk")
    said: list[str] = []

    class Service:
        def fetch(self, request: Request) -> Answer:
            assert request.held == (None, None)
            return came(FIRST, etag='"a"')

    for young in (None, timedelta(days=7)):
        held.path(entry).write_bytes(b"junk")
        one = Line(source=unhcr.UNRWA, held=held, service=Service(), now=NOW, young=young, say=said.append)
        assert one.fetch(ASKED).data == FIRST
        assert [held.bytes_of(one) for one in held.entries()] == [FIRST]
    assert "is damaged and is asked for anew" in said[0]


def test_the_same_answer_in_other_words_takes_the_place_of_a_damaged_one(tmp_path: Path) -> None:
    held = Snapshots(tmp_path)
    entry, _ = held.keep(ASKED, came(FIRST), OF, NOW)
    held.path(entry).unlink()
    kept, new = held.keep(ASKED, came(FIRST + b" "), OF, NOW + timedelta(days=1))
    assert not new
    assert held.entries() == [kept]
    assert held.bytes_of(kept) == FIRST + b" "


def test_importing_mends_a_damaged_snapshot(tmp_path: Path) -> None:
    held = Snapshots(tmp_path)
    entry, _ = held.keep(ASKED, came(FIRST), OF, NOW)
    whole = held.packed_of(entry)
    held.path(entry).write_bytes(whole[:-4])
    assert held.take([entry], lambda _: whole) == []
    assert held.bytes_of(entry) == FIRST


def test_what_comes_back_to_an_earlier_figure_keeps_both_days_it_was_said(tmp_path: Path) -> None:
    held = Snapshots(tmp_path)
    for days, data in enumerate((FIRST, OTHER, FIRST)):
        held.keep(ASKED, came(data), OF, NOW + timedelta(days=days))
    assert [(one.retrieved[:10], held.bytes_of(one)) for one in held.entries()] == [
        ("2026-11-24", FIRST),
        ("2026-11-25", OTHER),
        ("2026-11-26", FIRST),
    ]


@pytest.mark.parametrize("data", [b"", b" \n", b'{"items": [', b"[1, 2"])
def test_an_answer_that_is_none_is_not_held(tmp_path: Path, data: bytes) -> None:
    line(tmp_path, recorded(FIRST)).fetch(ASKED)
    with pytest.raises(SourceError, match=r"is empty|is cut off"):
        line(tmp_path, recorded(data)).fetch(ASKED)
    assert line(tmp_path, None).fetch(ASKED).data == FIRST


def test_a_held_answer_from_the_future_is_not_young(tmp_path: Path) -> None:
    line(tmp_path, recorded(FIRST)).fetch(ASKED)
    service = recorded(OTHER)
    back = Line(source=unhcr.UNRWA, held=Snapshots(tmp_path), service=service, now=NOW - timedelta(days=400), young=timedelta(days=7))  # fmt: skip
    assert back.fetch(ASKED).data == OTHER


@pytest.mark.parametrize(
    ("name", "value"),
    [("retrieved", 5), ("retrieved", "yesterday"), ("checked", "2026-11-24"), ("sha256", 7), ("published", "soon"), ("etag", 1), ("address", "https://y")],
)  # fmt: skip
def test_a_lock_file_with_an_entry_that_is_none_is_told(tmp_path: Path, name: str, value: object) -> None:
    Snapshots(tmp_path).keep(ASKED, came(FIRST), OF, NOW)
    content = json.loads((tmp_path / LOCK).read_text(encoding="utf-8"))
    content["entries"][ASKED.address][0][name] = value
    (tmp_path / LOCK).write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(StoreError, match="is damaged"):
        Snapshots(tmp_path).entries()


def test_what_a_killed_process_left_unfinished_is_swept_by_the_next_that_writes(tmp_path: Path) -> None:
    (tmp_path / "unhcr.unrwa").mkdir()
    for left in (".a.unfinished", "unhcr.unrwa/.b.unfinished"):
        (tmp_path / left).write_bytes(b"half")
    Snapshots(tmp_path).keep(ASKED, came(FIRST), OF, NOW)
    assert sorted(file.name for file in tmp_path.rglob("*") if file.is_file())[:2] == [".writing", f"{sha256(FIRST).hexdigest()}.zst"]  # fmt: skip


@pytest.mark.parametrize("leads_to", ["/dev/zero", "/", "nowhere"])
def test_a_snapshot_that_leads_to_a_device_or_a_folder_is_never_read(tmp_path: Path, leads_to: str) -> None:
    """A mirror's folder may come on anybody's stick; /dev/zero was read until memory ended."""
    held = Snapshots(tmp_path)
    entry, _ = held.keep(ASKED, came(FIRST), OF, NOW)
    held.path(entry).unlink()
    held.path(entry).symlink_to(leads_to)
    assert not held.sound(entry)
    with pytest.raises(StoreError, match=r"is no file|is missing"):
        held.bytes_of(entry)


def test_a_damaged_lock_file_is_told_with_a_way_out_that_works(tmp_path: Path) -> None:
    """It said to pull again, which read the same file first."""
    held = Snapshots(tmp_path)
    held.keep(ASKED, came(FIRST), OF, NOW)
    (tmp_path / LOCK).write_bytes(b"{broken")
    with pytest.raises(StoreError, match="move it away, then pull again"):
        line(tmp_path, recorded(FIRST)).fetch(ASKED)
    (tmp_path / LOCK).rename(tmp_path / "aside")
    assert line(tmp_path, recorded(FIRST)).fetch(ASKED).data == FIRST


def test_a_held_answer_that_is_too_heavy_is_not_taken_apart(tmp_path: Path) -> None:
    heavy = b"[" + b"[]," * 9_000_000 + b"[]]"
    Snapshots(tmp_path).keep(Request(url="x"), came(b"x"), OF, NOW)
    entry, _ = Snapshots(tmp_path).keep(ASKED, came(b"\0" + heavy), OF, NOW)
    lock = (tmp_path / LOCK).read_text(encoding="utf-8").replace(entry.sha256, sha256(heavy).hexdigest())
    (tmp_path / LOCK).write_text(lock, encoding="utf-8")
    (tmp_path / OF[0] / f"{sha256(heavy).hexdigest()}.zst").write_bytes(packed(heavy))
    with pytest.raises(SourceError, match="so many values"):
        line(tmp_path, None).fetch(ASKED)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match=r"cannot be written .*choose another folder"):
        Snapshots(tmp_path / "file").keep(ASKED, came(FIRST), OF, NOW)


@pytest.mark.parametrize("spoil", [b"", b"{}", b'{"format": "qanat.lock/1", "entries": {"a": [{}]}}', b"[1]"])
def test_a_damaged_lock_file_is_told(tmp_path: Path, spoil: bytes) -> None:
    (tmp_path / LOCK).write_bytes(spoil)
    with pytest.raises(StoreError, match="is damaged"):
        Snapshots(tmp_path).entries()


def test_an_entry_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    held = Snapshots(tmp_path)
    held.keep(ASKED, came(FIRST), OF, NOW)
    lock = (tmp_path / LOCK).read_text(encoding="utf-8").replace('"unhcr.unrwa"', '"../../etc"')
    (tmp_path / LOCK).write_text(lock, encoding="utf-8")
    with pytest.raises(StoreError, match="which is no snapshot"):
        held.bytes_of(held.entries()[0])


def test_a_bomb_in_a_snapshot_is_stopped() -> None:
    with pytest.raises(ValueError, match="more than 1,000 bytes inside"):
        unpacked(packed(b"0" * 1_000_000), most=1000)


_WRITER = """
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from qanat.sources.request import Answer, Request
from qanat.sources.snapshots import Snapshots
held, name = Snapshots(Path(sys.argv[1])), sys.argv[2]
for at in range(15):
    asked = Request(url=f"https://x/{name}/{at}")
    held.keep(asked, Answer(address=asked.address, data=f"{name} {at}".encode(), retrieved=date(2026, 11, 24)), ("a.b", "MIT"), datetime.now(UTC))
"""


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path), name]) for name in ("one", "two")]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    assert len(Snapshots(tmp_path).entries()) == 30


def test_a_kill_while_writing_leaves_whole_snapshots_only(tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER.replace("range(15)", "range(100000)"), str(tmp_path), "one"]
    )
    while not (tmp_path / LOCK).exists():
        assert writer.poll() is None
    writer.kill()
    writer.wait(timeout=60)
    held = Snapshots(tmp_path)
    assert all(held.bytes_of(entry) for entry in held.entries())
    held.keep(ASKED, came(FIRST), OF, NOW)  # and it can be written again


def line(tmp_path: Path, service: Recorded | None, **given: object) -> Line:
    return Line(source=unhcr.UNRWA, held=Snapshots(tmp_path), service=service, now=NOW, **given)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def recorded(*pages: bytes) -> Recorded:
    return Recorded(dict(zip([ASKED.address], pages, strict=False)), TODAY)


def test_live_asks_and_keeps(tmp_path: Path) -> None:
    assert line(tmp_path, recorded(FIRST)).fetch(ASKED).data == FIRST
    assert line(tmp_path, None).fetch(ASKED).data == FIRST


def test_cached_asks_once_while_the_answer_is_young(tmp_path: Path) -> None:
    service = recorded(FIRST)
    for days, asked in ((0, 1), (6, 1), (8, 2)):
        found = Line(source=unhcr.UNRWA, held=Snapshots(tmp_path), service=service, now=NOW + timedelta(days=days), young=timedelta(days=7)).fetch(ASKED)  # fmt: skip
        assert found.data == FIRST
        assert len(service.asked) == asked


def test_cached_falls_back_to_what_is_held_and_says_how_old_it_is(tmp_path: Path) -> None:
    line(tmp_path, recorded(FIRST)).fetch(ASKED)
    said: list[str] = []
    later = Line(source=unhcr.UNRWA, held=Snapshots(tmp_path), service=recorded(), now=NOW + timedelta(days=30), young=timedelta(days=7), say=said.append)  # fmt: skip
    assert later.fetch(ASKED).data == FIRST
    assert "the answer of 2026-11-24, 30 days old, is used instead" in said[0]
    with pytest.raises(Unreachable):
        line(tmp_path, recorded()).fetch(ASKED)  # live does not: an old answer is not what was asked for


def test_offline_says_how_to_come_by_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(
        Unreachable,
        match=r"unrwa/\?page=1 is not held in .*`qanat pull`.*`qanat mirror export FILE`.*`qanat mirror import FILE`",
    ):
        line(tmp_path, None).fetch(ASKED)


def test_offline_names_the_questions_of_the_source_that_are_answered(tmp_path: Path) -> None:
    line(tmp_path, recorded(FIRST)).fetch(ASKED)
    with pytest.raises(
        Unreachable, match=r"yearFrom=1999 is not held in .* \(held of it are the answers to page=1: ask for the same\)"
    ):
        line(tmp_path, None).fetch(Request(url=ASKED.url, params={"yearFrom": "1999"}))


def test_what_an_unchanged_answer_says_is_read_from_what_is_held(tmp_path: Path) -> None:
    class Unchanged:
        def fetch(self, request: Request) -> Answer:
            assert request.held == ('"a"', None)
            return came(b"", etag='"a"', unchanged=True)

    Snapshots(tmp_path).keep(ASKED, came(FIRST, etag='"a"'), OF, NOW)
    found = Line(source=unhcr.UNRWA, held=Snapshots(tmp_path), service=Unchanged(), now=NOW).fetch(ASKED)
    assert found.data == FIRST


def test_a_mirror_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AskError, match=r"is no mirror: it has no lock.json"):
        lines(Way(mirror=tmp_path), tmp_path, NOW, lambda _: None)


@pytest.mark.parametrize(
    "address",
    ["https://", "https://a..b/", "https://[::1", "https://ex ample.org/", "https://xn--/", "https://x:99999/", "https://x:y/", "https://\u0131.org/", "http://x/", "https://u:p@x/"],
)  # fmt: skip
def test_an_address_of_a_mirror_that_is_none_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(AskError, match="is no mirror: write an https address") as caught:
        lines(Way(mirror=address), tmp_path, NOW, lambda _: None)
    assert "u:p" not in str(caught.value)


def test_a_name_that_no_machine_can_have_is_no_traceback() -> None:
    from qanat.sources.guard import resolved

    for name in ("a" * 300, "a..b"):
        with pytest.raises(OSError, match="no name of a machine"):
            resolved(name, 443)


def test_a_key_under_a_name_that_nobody_looks_for_is_told_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text('dtmm = "secret"', encoding="utf-8")
    (tmp_path / "keys.toml").chmod(0o600)
    with pytest.raises(AskError, match=r"no source wants a key called 'dtmm' \(did you mean 'dtm'\?\)") as caught:
        keys(tmp_path, {})
    assert "secret" not in str(caught.value)


def test_every_service_is_on_the_list_of_hosts() -> None:
    assert {"api.unhcr.org", "helix-tools-api.idmcdb.org"} <= hosts()
    assert not [host for host in hosts() if not host or ":" in host]


DTM = Key(name="dtm", sent="header", as_name="x", how="ask IOM")


def test_keys_come_from_the_environment_first_and_then_from_the_key_file(tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text('dtm = "from the file"', encoding="utf-8")
    (tmp_path / "keys.toml").chmod(0o600)
    wanted = Request(url="https://x", keys=(DTM,))
    assert keys(tmp_path, {}).of(wanted) == {DTM: "from the file"}
    assert keys(tmp_path, {"QANAT_KEY_DTM": "from here"}).of(wanted) == {DTM: "from here"}
    assert not Keys({}).has(DTM)


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text('dtm = "x"', encoding="utf-8")
    (tmp_path / "keys.toml").chmod(0o644)
    with pytest.raises(AskError, match=r"can be read by others on this machine; run: chmod 600"):
        keys(tmp_path, {})


@pytest.mark.parametrize(("text", "told"), [("dtm =", "is not TOML"), ("dtm = 7", "dtm must be text in quotes")])
def test_a_key_file_that_is_none_is_told_without_its_words(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "keys.toml").write_text(text, encoding="utf-8")
    (tmp_path / "keys.toml").chmod(0o600)
    with pytest.raises(AskError, match=told):
        keys(tmp_path, {})


@given(
    st.lists(st.dictionaries(st.sampled_from("abc"), st.one_of(st.integers(), st.text("abc", max_size=4), st.none())))
)
def test_what_an_answer_says_does_not_hang_on_the_order_it_says_it_in(records: list[dict[str, object]]) -> None:
    def told(rows: list[dict[str, object]]) -> str:
        return account(json.dumps({"data": rows, "page": len(rows)}).encode(), TODAY).canonical

    assert told(records) == told(list(reversed(records)))


def test_the_newest_day_of_an_answer_is_not_in_the_future() -> None:
    data = json.dumps([{"day": "2026-11-20T00:00:00"}, {"day": "2050-01-01"}, {"day": "1999-12-31"}]).encode()
    assert account(data, date(2026, 11, 24)).newest == "2026-11-20"
    assert account(b"name,day\nx,2024-01-31\n", TODAY).rows == 1
    assert account(b"PAR1\x00", TODAY).rows is None
