"""Everything held as one file: out of one store, into another, whole or not at all; what may not travel stays."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import zstandard

from qanat.errors import AskError, StoreError, Unreachable
from qanat.jobs.assembling import assemble, index
from qanat.jobs.fetching import Way, lines
from qanat.jobs.mirror import bring, export
from qanat.jobs.pull import Means, PullRequest, pull
from qanat.sources.request import Answer, Request
from qanat.sources.snapshots import Snapshots
from qanat.store import Ask, Disk
from tests.build import batch, document, figure

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
    brought = bring(empty, file, silent)
    assert (brought["runs"], brought["snapshots"]) == (["open"], 1)
    assert empty.get(Ask()).equals(full.get(Ask(run="open")))
    assert empty.bytes_of("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08") == b"test"
    assert [entry.source for entry in Snapshots(empty.home / "snapshots").entries()] == ["unhcr.unrwa"]


def test_bringing_it_in_twice_changes_nothing_and_the_same_holdings_make_the_same_file(
    full: Disk, empty: Disk, tmp_path: Path
) -> None:
    export(full, tmp_path / "a", silent)
    bring(empty, tmp_path / "a", silent)
    assert bring(empty, tmp_path / "a", silent) | {"file": ""} == {"schema": "qanat.mirror-imported/1", "file": "", "snapshots": 0, "runs": [], "left_out": bring(empty, tmp_path / "a", silent)["left_out"]}  # fmt: skip
    export(full, tmp_path / "b", silent)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_run_made_from_what_was_left_out_is_left_out_too(full: Disk, tmp_path: Path) -> None:
    from dataclasses import replace

    made = batch("made", figure(stage="reconciled", place="ECU"))
    full.put(replace(made, run=replace(made.run, inputs=("bound",))))
    left = export(full, tmp_path / "x", silent)["left_out"]
    assert ("made", "made from what was left out") in {(one["what"], one["licence"]) for one in left}


def test_only_the_sources_asked_for_are_exported(full: Disk, tmp_path: Path) -> None:
    told = export(full, tmp_path / "x", silent, ("iom",))
    assert (told["runs"], told["snapshots"], [one["what"] for one in told["left_out"]]) == (0, 0, ["iom.dtm-admin0"])


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
            bring(empty, tmp_path / "bad", silent)
        assert empty.runs() == []
        assert Snapshots(empty.home / "snapshots").entries() == []
        assert not list(empty.home.glob("mirror-*"))


@pytest.mark.parametrize(
    "name", ["../../evil", "/etc/passwd", "objects/../../x", "snapshots/x.zst", "objects/" + "g" * 64]
)
def test_a_member_that_leads_elsewhere_is_refused(empty: Disk, tmp_path: Path, name: str) -> None:
    (tmp_path / "bad").write_bytes(packed_tar(tarfile.TarInfo(name)))
    with pytest.raises(StoreError, match="which no mirror of qanat holds"):
        bring(empty, tmp_path / "bad", silent)


def test_a_link_is_refused(empty: Disk, tmp_path: Path) -> None:
    link = tarfile.TarInfo("objects/" + "0" * 64)
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    (tmp_path / "bad").write_bytes(packed_tar(link))
    with pytest.raises(StoreError, match="which no mirror of qanat holds"):
        bring(empty, tmp_path / "bad", silent)


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
        one for one in index(EXAMPLE.read_text(encoding="utf-8"), "mirror.toml") if one.source != "unhcr.population"
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
    with pytest.raises(Unreachable, match="is not held here, and there is no line"):
        pull(PullRequest(source="unhcr.population"), empty, means)


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
