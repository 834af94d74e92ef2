"""Everything held as one file: out of one store, into another, whole or not at all; what may not travel stays."""

from __future__ import annotations

import io
import json
import resource
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import zstandard

from qanat.errors import AskError, StoreError, Unreachable
from qanat.jobs.assembling import Handed, assemble, index
from qanat.jobs.fetching import Way, lines
from qanat.jobs.mirror import bring, export
from qanat.jobs.pull import pull, pull_from
from qanat.jobs.pull_asked import Means, PullRequest
from qanat.sources.request import Answer, Request
from qanat.sources.snapshots import Snapshots
from qanat.store import Ask, Batch, Disk
from tests.build import batch, document, figure
from tests.reading import answer, pair

NOW = datetime(2026, 11, 24, tzinfo=UTC)
EXAMPLE = Path(__file__).parent.parent / "docs" / "mirrors" / "published.toml"


def silent(_: str) -> None:
    pass


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Disk]:
    """A store with an open run and its bytes, a private run, an open answer and one that may not travel."""
    store = Disk(tmp_path / "here")
    paper = document(sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", size=4)  # of b"test"
    store.put(batch("open", figure(), documents=(paper,), sources=(b"test",)))
    store.put(
        batch(
            "bound", figure(licence="IOM-DTM", place="PER"), documents=(document(licence="IOM-DTM", sha256="1" * 64),)
        )
    )
    held = Snapshots(store.home / "snapshots")
    for source, licence in (("unhcr.unrwa", "CC-BY-4.0"), ("iom.dtm-admin0", "IOM-DTM")):
        asked = Request(url=f"https://x.example/{source}")
        held.keep(
            asked,
            Answer(address=asked.address, data=f"[{source!r}]".encode(), retrieved=NOW.date()),
            (source, licence),
            NOW,
        )
    yield store
    store.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Disk]:
    store = Disk(tmp_path / "there")
    yield store
    store.close()


def test_what_may_travel_arrives_with_its_bytes_and_what_may_not_is_named(
    full: Disk, empty: Disk, tmp_path: Path
) -> None:
    file = tmp_path / "all.qanat"
    told = export(full, file, silent)
    assert [(one["code"], one["what"], one["documents"], one["figures"]) for one in told["left_out"]] == [
        ("LICENCE_RESTRICTED", "iom.dtm-admin0", 1, 0),
        ("LICENCE_RESTRICTED", "bound", 1, 1),
    ]
    assert b"iom.dtm" not in zstandard.ZstdDecompressor().stream_reader(file.read_bytes()).read().split(b"left_out")[0]
    brought = bring(empty, file, silent, NOW)
    assert (brought["runs"], brought["snapshots"]) == (["open"], 1)
    assert empty.get(Ask()).equals(full.get(Ask(run="open")))
    assert empty.bytes_of("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08") == b"test"
    assert [entry.source for entry in Snapshots(empty.home / "snapshots").entries()] == ["unhcr.unrwa"]


def test_bringing_it_in_twice_changes_nothing_and_the_same_holdings_make_the_same_file(
    full: Disk, empty: Disk, tmp_path: Path
) -> None:
    export(full, tmp_path / "a", silent)
    bring(empty, tmp_path / "a", silent, NOW)
    assert bring(empty, tmp_path / "a", silent, NOW) | {"file": ""} == {"schema": "qanat.mirror-imported/1", "file": "", "snapshots": 0, "runs": [], "left_out": bring(empty, tmp_path / "a", silent, NOW)["left_out"]}  # fmt: skip
    export(full, tmp_path / "b", silent)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_run_made_from_what_was_left_out_is_left_out_too(full: Disk, tmp_path: Path) -> None:
    made = batch("made", figure(stage="reconciled", place="ECU"))
    full.put(replace(made, run=replace(made.run, inputs=("bound",))))
    left = export(full, tmp_path / "x", silent)["left_out"]
    assert ("made", "made from what was left out") in {(one["what"], one["licence"]) for one in left}


def test_what_is_of_a_day_ahead_is_not_brought_in(full: Disk, empty: Disk, tmp_path: Path) -> None:
    """It would be the newest answer, and its figures the newest vintage, for ever."""
    export(full, tmp_path / "x", silent)
    late = batch("late", figure(place="CHL"))
    full.put(replace(late, run=replace(late.run, made=NOW + timedelta(days=2))))
    export(full, tmp_path / "y", silent)
    for file, now, what in (("x", NOW - timedelta(days=2), "https://x.example/unhcr.unrwa"), ("y", NOW, "late")):
        with pytest.raises(StoreError, match=rf"{what} is of .*, a day ahead \(FUTURE_VINTAGE\).*clock says"):
            bring(empty, tmp_path / file, silent, now)
    assert empty.runs() == []
    assert Snapshots(empty.home / "snapshots").entries() == []
    assert bring(empty, tmp_path / "x", silent, NOW - timedelta(days=1))["snapshots"] == 1  # clocks differ


def test_only_the_sources_asked_for_are_exported(full: Disk, tmp_path: Path) -> None:
    told = export(full, tmp_path / "x", silent, ("iom",))
    assert (told["runs"], told["snapshots"], [one["what"] for one in told["left_out"]]) == (0, 0, ["iom.dtm-admin0"])


def made_from(name: str, *inputs: str, place: str) -> Batch:
    """A reconciled run, made in the same second as every other here."""
    one = batch(name, figure(stage="reconciled", place=place))
    return replace(one, run=replace(one.run, inputs=inputs))


def left_out(store: Disk, file: Path) -> set[str]:
    told = export(store, file, silent)
    return {one["what"] for one in told["left_out"] if one["code"] == "LICENCE_RESTRICTED"}


def test_what_is_made_from_a_bound_run_stays_however_far_back_and_whatever_the_names(
    full: Disk, tmp_path: Path
) -> None:
    full.put(made_from("z-first", "bound", place="ECU"))
    full.put(made_from("m-second", "z-first", place="BRA"))
    full.put(made_from("a-third", "open", "m-second", place="CHL"))
    full.put(made_from("b-open", "open", place="ARG"))
    assert left_out(full, tmp_path / "x") == {"iom.dtm-admin0", "bound", "z-first", "m-second", "a-third"}


def test_what_is_made_from_a_bound_run_that_answers_no_more_stays_too(full: Disk, tmp_path: Path) -> None:
    full.put(made_from("made", "bound", place="ECU"))
    full.ledger.supersede(["bound"])
    assert "made" in left_out(full, tmp_path / "x")


def test_a_bound_document_keeps_its_run_though_its_figures_are_open(full: Disk, tmp_path: Path) -> None:
    paper = document(id="iom.dtm-admin0@2026-06-01", licence="IOM-DTM", sha256=sha256(b"dtm").hexdigest())
    full.put(batch("mixed", figure(place="CHL"), documents=(paper,), sources=(b"dtm",)))
    assert "mixed" in left_out(full, tmp_path / "x")


def test_a_lock_file_that_calls_a_bound_source_s_answers_open_is_not_believed(full: Disk, tmp_path: Path) -> None:
    asked = Request(url="https://x.example/again")
    came = Answer(address=asked.address, data=b"[1]", retrieved=NOW.date())
    Snapshots(full.home / "snapshots").keep(asked, came, ("hapi.idps", "CC-BY-4.0"), NOW)
    assert "hapi.idps" in left_out(full, tmp_path / "x")


def test_a_source_that_is_none_is_told_with_the_nearest(full: Disk, tmp_path: Path) -> None:
    with pytest.raises(AskError, match=r"no source 'unhrc'; did you mean 'unhcr'\?"):
        export(full, tmp_path / "x", silent, ("unhrc",))
    assert not (tmp_path / "x").exists()


def test_a_damaged_answer_is_left_out_by_name_and_a_damaged_run_stops_the_export(full: Disk, tmp_path: Path) -> None:
    held = Snapshots(full.home / "snapshots")
    entry = held.latest("https://x.example/unhcr.unrwa")
    assert entry is not None
    held.path(entry).write_bytes(b"junk")
    told = export(full, tmp_path / "x", silent)
    assert ("DAMAGED", "unhcr.unrwa", 1) in {(one["code"], one["what"], one["documents"]) for one in told["left_out"]}
    figures = next(manifest.figures for manifest in full.manifests().values() if manifest.run.id == "open")
    full.record.path(figures).write_bytes(b"junk")
    with pytest.raises(StoreError, match="altered or damaged"):
        export(full, tmp_path / "y", silent)
    assert not (tmp_path / "y").exists()


def test_a_run_that_is_kept_with_other_figures_stops_all_of_it(full: Disk, empty: Disk, tmp_path: Path) -> None:
    full.put(batch("more", figure(place="CHL", value=1.0)))
    empty.put(batch("more", figure(place="CHL", value=2.0)))
    export(full, tmp_path / "x", silent)
    with pytest.raises(StoreError, match="more is kept already with other figures"):
        bring(empty, tmp_path / "x", silent, NOW)
    assert [run.id for run in empty.runs()] == ["more"]
    assert Snapshots(empty.home / "snapshots").entries() == []


def test_an_interrupted_import_leaves_no_run_and_is_completed_by_the_next(full: Disk, tmp_path: Path) -> None:
    full.put(batch("more", figure(place="CHL")))
    export(full, tmp_path / "x", silent)

    def interrupted(step: str) -> None:
        if step == "commit":
            raise KeyboardInterrupt

    broken = Disk(tmp_path / "there", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bring(broken, tmp_path / "x", silent, NOW)
    assert broken.runs() == []
    broken.close()
    again = Disk(tmp_path / "there")
    assert sorted(bring(again, tmp_path / "x", silent, NOW)["runs"]) == ["more", "open"]
    again.close()


def rewritten(file: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """The mirror with its members changed, each object under the name of its bytes."""
    with tarfile.open(fileobj=io.BytesIO(zstandard.ZstdDecompressor().stream_reader(file.read_bytes()).read())) as tar:
        members = {one.name: content.read() for one in tar if (content := tar.extractfile(one)) is not None}
    change(members)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    file.write_bytes(zstandard.ZstdCompressor().compress(out.getvalue()))


def renamed(members: dict[str, bytes], old: str, data: bytes) -> None:
    """An object with other bytes, and every mention of it with its new name."""
    new = sha256(data).hexdigest()
    members[f"objects/{new}"] = data
    del members[f"objects/{old}"]
    index = json.loads(members["mirror.json"])
    for run in index["runs"]:
        run["objects"] = [new if name == old else name for name in run["objects"]]
        if run["manifest"] == old:
            run["manifest"] = new
        elif f"objects/{run['manifest']}" in members and old.encode() in members[f"objects/{run['manifest']}"]:
            members["mirror.json"] = json.dumps(index).encode()
            manifest = run["manifest"]
            renamed(members, manifest, members[f"objects/{manifest}"].replace(old.encode(), new.encode()))
            return
    members["mirror.json"] = json.dumps(index).encode()


def exchanging(old: str, data: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        renamed(members, old, data)

    return change


def test_a_run_whose_file_holds_no_figures_never_gets_into_the_store(full: Disk, empty: Disk, tmp_path: Path) -> None:
    """One such file would stop every question that is put to the store."""
    empty.put(batch("mine", figure(place="CHL")))
    told = next(manifest for manifest in full.manifests().values() if manifest.run.id == "open")
    figures = pl.read_parquet(full.record.path(told.figures))
    for frame in (pl.DataFrame({"x": [1]}), figures.with_columns(value=pl.lit(-5.0))):
        export(full, tmp_path / "x", silent)
        stream = io.BytesIO()
        frame.write_parquet(stream)
        rewritten(tmp_path / "x", exchanging(told.figures, stream.getvalue()))
        with pytest.raises(StoreError, match=r"lack the column|are no figures"):
            bring(empty, tmp_path / "x", silent, NOW)
    assert empty.get(Ask()).height == 1


def test_a_small_file_of_very_many_figures_is_refused(full: Disk, empty: Disk, tmp_path: Path) -> None:
    told = next(manifest for manifest in full.manifests().values() if manifest.run.id == "open")
    pl.DataFrame({"value": [1.0]}).select(pl.all().repeat_by(5_000_000).explode()).write_parquet(tmp_path / "many")
    assert (tmp_path / "many").stat().st_size < 100_000
    export(full, tmp_path / "x", silent)
    rewritten(tmp_path / "x", exchanging(told.figures, (tmp_path / "many").read_bytes()))
    with pytest.raises(StoreError, match="says it has 5,000,000 figures"):
        bring(empty, tmp_path / "x", silent, NOW)


def test_figures_with_a_flipped_bit_anywhere_never_stop_the_program(full: Disk, tmp_path: Path) -> None:
    """Polars' reader of Parquet gives up with a panic at some bits: no exception, unless it is caught as what it is."""
    told = next(manifest for manifest in full.manifests().values() if manifest.run.id == "open")
    whole = full.record.path(told.figures).read_bytes()
    for at in range(0, len(whole), len(whole) // 40):
        export(full, tmp_path / "x", silent)
        flipped = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
        rewritten(tmp_path / "x", exchanging(told.figures, flipped))
        there = Disk(tmp_path / f"there-{at}")
        with suppress(StoreError):
            bring(there, tmp_path / "x", silent, NOW)
        assert there.get(Ask()).height == len(there.runs())  # refused, or a bit that no question hangs on
        there.close()


@pytest.mark.parametrize(
    "index",
    [
        b"[]", b"{}", b"[" * 100_000, b'{"format": "qanat.mirror/9", "runs": []}', b'{"format": "qanat.mirror/1", "runs": [1]}',
        b'{"format": "qanat.mirror/1", "runs": [], "left_out": [{"code": "\\u001b[2J", "what": "", "licence": "", "documents": 0, "figures": 0}]}',
        b'{"format": "qanat.mirror/1", "runs": [], "left_out": [{"code": "a", "what": "", "licence": "", "documents": "x", "figures": 0}]}',
        b'{"format": "qanat.mirror/1", "runs": [], "left_out": [{"what": 1}]}',
    ],
)  # fmt: skip
def test_an_index_that_is_none_is_told(full: Disk, empty: Disk, tmp_path: Path, index: bytes) -> None:
    export(full, tmp_path / "x", silent)
    rewritten(tmp_path / "x", lambda members: members.update({"mirror.json": index}))
    with pytest.raises(StoreError, match=r"cannot be read|has the format"):
        bring(empty, tmp_path / "x", silent, NOW)


@pytest.mark.parametrize("manifest", [b"", b"[]", b'{"format": 1}', b'{"format": 1, "run": {"made": 5}}'])
def test_a_manifest_that_is_none_is_told(full: Disk, empty: Disk, tmp_path: Path, manifest: bytes) -> None:
    export(full, tmp_path / "x", silent)
    (name,) = full.manifests().keys() & {run["manifest"] for run in _index_of(tmp_path / "x")["runs"]}
    rewritten(tmp_path / "x", exchanging(name, manifest))
    with pytest.raises(StoreError, match=r"manifest .* cannot be read"):
        bring(empty, tmp_path / "x", silent, NOW)
    assert empty.runs() == []


def _index_of(file: Path) -> dict[str, Any]:
    found: list[dict[str, Any]] = []
    rewritten(file, lambda members: found.append(json.loads(members["mirror.json"])))
    return found[0]


def test_a_run_listed_twice_is_told(full: Disk, empty: Disk, tmp_path: Path) -> None:
    export(full, tmp_path / "x", silent)

    def doubled(members: dict[str, bytes]) -> None:
        index = json.loads(members["mirror.json"])
        members["mirror.json"] = json.dumps(index | {"runs": index["runs"] * 2}).encode()

    rewritten(tmp_path / "x", doubled)
    with pytest.raises(StoreError, match="lists a run twice"):
        bring(empty, tmp_path / "x", silent, NOW)


def bomb(kind: bytes, name: str, size: int) -> bytes:
    """An archive whose one member claims, and has, this many zeros."""
    member = tarfile.TarInfo(name)
    member.type, member.size = kind, size
    out = io.BytesIO()
    with zstandard.ZstdCompressor().stream_writer(out, closefd=False) as packed:
        packed.write(member.tobuf(tarfile.GNU_FORMAT))
        for _piece in range(size >> 20):
            packed.write(bytes(1 << 20))
    return out.getvalue()


@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.GNUTYPE_SPARSE])
def test_a_bomb_is_stopped_before_it_fills_memory_or_disk(empty: Disk, tmp_path: Path, kind: bytes) -> None:
    (tmp_path / "bad").write_bytes(bomb(kind, "objects/" + "0" * 64, 1 << 30))
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(StoreError, match=r"unpacks to far more|which no mirror"):
        bring(empty, tmp_path / "bad", silent, NOW)
    assert time.monotonic() - began < 30
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000  # kilobytes
    assert not list(empty.home.glob("mirror-*"))


def spoilt(file: Path, at: int) -> bytes:
    data = bytearray(file.read_bytes())
    data[at] ^= 0xFF
    return bytes(data)


def test_a_file_that_was_altered_cut_or_is_something_else_leaves_the_store_as_it_was(
    full: Disk, empty: Disk, tmp_path: Path
) -> None:
    export(full, tmp_path / "x", silent)
    whole = (tmp_path / "x").read_bytes()
    bad = [b"", b"hello", whole[: len(whole) // 2], zstandard.ZstdCompressor().compress(b"no tar")]
    bad += [spoilt(tmp_path / "x", at) for at in range(0, len(whole), max(1, len(whole) // 25))]
    for data in bad:
        (tmp_path / "bad").write_bytes(data)
        with pytest.raises(StoreError):
            bring(empty, tmp_path / "bad", silent, NOW)
        assert empty.runs() == []
        assert Snapshots(empty.home / "snapshots").entries() == []
        assert not list(empty.home.glob("mirror-*"))


@pytest.mark.parametrize(
    "name", ["../../evil", "/etc/passwd", "objects/../../x", "snapshots/x.zst", "objects/" + "g" * 64]
)
def test_a_member_that_leads_elsewhere_is_refused(empty: Disk, tmp_path: Path, name: str) -> None:
    (tmp_path / "bad").write_bytes(packed_tar(tarfile.TarInfo(name)))
    with pytest.raises(StoreError, match="which no mirror of qanat holds"):
        bring(empty, tmp_path / "bad", silent, NOW)


def test_a_link_is_refused(empty: Disk, tmp_path: Path) -> None:
    link = tarfile.TarInfo("objects/" + "0" * 64)
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    (tmp_path / "bad").write_bytes(packed_tar(link))
    with pytest.raises(StoreError, match="which no mirror of qanat holds"):
        bring(empty, tmp_path / "bad", silent, NOW)


def packed_tar(member: tarfile.TarInfo) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        tar.addfile(member, io.BytesIO(b""))
    return zstandard.ZstdCompressor().compress(stream.getvalue())


def test_published_files_of_a_folder_become_a_mirror_that_is_pulled_without_a_line(
    shared: Path, tmp_path: Path, empty: Disk
) -> None:
    mirror = tmp_path / "mirror"
    files = tuple(
        one
        for one in index(EXAMPLE.read_text(encoding="utf-8"), "published.toml")
        if one.source.startswith(("idmc.gidd-con", "idmc.gidd-dis", "unhcr.solutions", "unhcr.unrwa", "unhcr.idmc"))
    )
    told = assemble(files, shared, mirror, NOW, silent)
    assert (told["files"], told["new"]) == (5, 5)
    assert assemble(files, shared, mirror, NOW, silent)["new"] == 0
    means = Means(lines=lines(Way(mirror=mirror), empty.home, NOW, silent), now=NOW, say=silent)
    for source in ("idmc.gidd-conflict", "unhcr.unrwa"):
        found = pull(PullRequest(source=source), empty, means)
        assert not found["failed"]
    congo = empty.get(Ask(place="COG", groups=("idps",))).filter(end=date(2021, 12, 31))
    assert congo.select("value", "known").rows() == [(134_430.0, date(2025, 5, 13))]
    with pytest.raises(Unreachable, match=r"is not held in .*mirror"):
        pull(PullRequest(source="unhcr.population"), empty, means)


FILES = (
    Handed(source="unhcr.unrwa", path="unrwa.json", published=date(2026, 6, 1)),
    Handed(source="fts.plan-table", path="plans.csv", published=date(2023, 12, 1)),
)


def downloads(folder: Path) -> Path:
    """A folder with two published files, as somebody downloads them."""
    folder.mkdir()
    (folder / "unrwa.json").write_bytes(answer(pair("PSE", "JOR", total=2_398_179)))
    heads = "code,name,typeName,startDate,endDate,year,requirements,funding,percentFunded,countryCode,id"
    (folder / "plans.csv").write_text(
        f"{heads}\nHUKR22,Plan,Flash,2022-03-01,2022-12-31,2022,100,50,50,UKR,1\n", encoding="utf-8"
    )
    return folder


def test_where_no_source_is_named_all_that_a_mirror_holds_is_pulled(tmp_path: Path, empty: Disk) -> None:
    assemble(FILES, downloads(tmp_path / "files"), tmp_path / "mirror", NOW, silent)
    found = pull_from(PullRequest(), empty, Way(mode="offline", mirror=str(tmp_path / "mirror")), NOW, silent)
    assert [run["source"].split("@")[0] for run in found["runs"]] == ["unhcr.unrwa", "fts.plan-table"]
    assert (found["failed"], found["not_asked"]) == ([], [])
    with pytest.raises(Unreachable, match=r"no source is held in .*snapshots"):
        pull_from(PullRequest(), empty, Way(mode="offline"), NOW, silent)


@pytest.mark.slow
def test_every_file_of_the_example_index_is_pulled_without_a_line(shared: Path, tmp_path: Path, empty: Disk) -> None:
    files = index(EXAMPLE.read_text(encoding="utf-8"), "published.toml")
    assemble(files, shared, tmp_path / "mirror", NOW, silent)
    found = pull_from(PullRequest(), empty, Way(mode="offline", mirror=str(tmp_path / "mirror")), NOW, silent)
    assert (found["failed"], found["not_asked"], found["empty"]) == ([], [], [])
    assert {run["source"].split("@")[0] for run in found["runs"]} == {one.source for one in files}
    assert all(run["rows"] == run["accepted"] + run["rejected"] + run["superseded"] for run in found["runs"])


def test_a_published_file_is_read_whole_and_says_so_where_less_was_asked(tmp_path: Path, empty: Disk) -> None:
    assemble(FILES, downloads(tmp_path / "files"), tmp_path / "mirror", NOW, silent)
    way = Way(mode="offline", mirror=str(tmp_path / "mirror"))
    for asked, told in (
        (PullRequest(source="unhcr.unrwa", years="1999"), True),
        (PullRequest(source="unhcr.unrwa"), False),
    ):
        (run,) = pull_from(asked, empty, way, NOW, silent)["runs"]
        assert any("is read whole" in note for note in run["notes"]) == told


def test_what_cannot_be_done_with_a_mirror_says_what_to_do(tmp_path: Path, empty: Disk) -> None:
    with pytest.raises(AskError, match=r"there is no file .*; name one that `qanat mirror export` wrote"):
        bring(empty, tmp_path / "none.qanat", silent, NOW)
    with pytest.raises(
        AskError, match=r"2 of 2 files are not below .*unrwa.json, plans.csv; name their folder with --tables"
    ):
        assemble(FILES, tmp_path, tmp_path / "mirror", NOW, silent)
    with pytest.raises(AskError, match=r"--young -1 is no age"):
        pull_from(PullRequest(source="unhcr.unrwa"), empty, Way(mode="cached", young=-1), NOW, silent)


def test_of_a_publisher_what_is_asked_in_another_way_is_told_and_is_no_failure(tmp_path: Path, empty: Disk) -> None:
    assemble(FILES, downloads(tmp_path / "files"), tmp_path / "mirror", NOW, silent)
    found = pull_from(PullRequest(source="fts"), empty, Way(mirror=str(tmp_path / "mirror")), NOW, silent)
    assert [run["source"].split("@")[0] for run in found["runs"]] == ["fts.plan-table"]
    why = {one["source"]: one["why"] for one in found["not_asked"]}
    assert set(why) == {"fts.flows", "fts.clusters", "fts.cluster-table"}
    assert why["fts.cluster-table"].endswith("hand it over: qanat pull fts.cluster-table --from FILE")
    (missing,) = found["failed"]
    assert (missing["source"], missing["exit_code"]) == ("fts.plans", 5)
    assert missing["error"].endswith(missing["remedy"])


def test_every_fault_of_an_index_is_told_at_once() -> None:
    with pytest.raises(AskError) as caught:
        index('[[file]]\nsource = "unhcr.populaton"\npath = "../x"\n[[file]]\nsorce = 1\n', "i.toml")
    for words in (
        "did you mean 'unhcr.population'",
        "published is missing",
        "leads out of the folder",
        "unknown key 'sorce'",
    ):
        assert words in str(caught.value)
    with pytest.raises(AskError, match="it names no file"):
        index("", "i.toml")


def test_files_that_are_not_there_are_named_before_anything_is_written(tmp_path: Path) -> None:
    files = index(EXAMPLE.read_text(encoding="utf-8"), "mirror.toml")
    with pytest.raises(AskError, match=r"not below .*unhcr/population.parquet"):
        assemble(files, tmp_path, tmp_path / "out", NOW, silent)
    assert not (tmp_path / "out").exists()
