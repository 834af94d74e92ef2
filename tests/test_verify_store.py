"""A store that was altered is told from one that was not: every byte, every row, the log, its checkpoint, its key."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from qanat.errors import FigureError, StoreError
from qanat.register.entries import run_entry
from qanat.register.notes import checkpoint_text, read_signer, signer
from qanat.register.rows import leaves_of_file
from qanat.register.tree import Edge, tiled
from qanat.store import Ask, Disk
from qanat.store.seal import seal
from qanat.verify import LOG, Report, checkpoint, leaf
from qanat.verify_store import Readers, differing, store
from tests.build import batch, figure
from tests.registers import BYTES, checked, copied, figure_files, files_of, furnished, rewritten


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return furnished(tmp_path_factory.mktemp("store") / "home", tmp_path_factory.mktemp("keys"))


@pytest.fixture
def home(whole: Path, tmp_path: Path) -> Path:
    return copied(whole, tmp_path / "home")


def faults(report: Report) -> set[tuple[str, str]]:
    return {(one["what"], one["fault"]) for one in report.faults}


def query(home: Path, *statements: str) -> None:
    with closing(sqlite3.connect(home / "qanat.sqlite")) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


def test_an_untouched_store_is_sound_however_often_it_is_looked_at_and_is_not_touched(whole: Path) -> None:
    before = {file: file.read_bytes() for file in files_of(whole)}
    for _ in range(3):
        report = checked(whole)
        assert report.faults == []
        assert (report.checked["runs"], report.checked["figures"], report.checked["statements"]) == (5, 605, 2)
    assert {file: file.read_bytes() for file in files_of(whole)} == before


def test_a_store_stays_sound_when_it_is_read_and_grows(home: Path) -> None:
    disk = Disk(home)
    assert disk.get(Ask()).height == 604
    disk.put(batch("more", figure(place="BOL")))
    assert checked(home).faults == [], "while it is open"
    disk.close()
    assert checked(home).faults == []


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 10))])
def test_a_thousand_random_alterations_are_all_found(home: Path, seed: int) -> None:
    """Any byte of any file flipped, dropped, added, swapped or cut, any row of any run changed, dropped, added or swapped:
    a hundred here, nine hundred with the slow tests."""
    dice, files, done = random.Random(seed), list(files_of(home)), 0
    figures = list(figure_files(home).values())
    while done < 100:
        way = dice.randrange(len(BYTES) + 2)
        file = dice.choice(files if way < len(BYTES) else figures)
        before = file.read_bytes()
        if way < len(BYTES):
            altered = BYTES[way].altered(before, dice)
            if altered is None or altered == before:
                continue
            file.write_bytes(altered)
        elif rewritten(file, dice) is None:
            continue
        assert checked(home).faults, f"{file.relative_to(home)}: {BYTES[way].name if way < len(BYTES) else 'row'}"
        file.write_bytes(before)
        done += 1
    assert checked(home).faults == []


def test_any_file_taken_away_or_put_in_anothers_place_is_found(home: Path) -> None:
    files = list(files_of(home))
    for file in files:
        before = file.read_bytes()
        file.unlink()
        report = checked(home)
        if file.name == "key":
            assert "private key is not in the store" in " ".join(report.notes), "it may be kept elsewhere"
        else:
            assert report.faults, file
        other = next(one for one in files if one != file and one.exists())
        shutil.copy(other, file)
        assert checked(home).faults, file
        file.write_bytes(before)


@pytest.mark.parametrize("seed", range(24))
def test_the_altered_row_is_named_with_what_was_done_to_it(home: Path, seed: int) -> None:
    done = rewritten(figure_files(home)["long"], random.Random(seed))
    assert done is not None
    kind, row = done
    told = [(one["run"], one["row"], one["fault"]) for one in checked(home).faults if one["what"] == "figure"]
    assert ("long", row, kind) in told
    assert len(told) == (2 if kind == "swapped" else 1)


def forged_run(home: Path) -> None:
    """What a careful forger without the log's key does: a changed row in a new file, a new manifest, a new entry in the log."""
    disk = Disk(home)
    listed, record, ledger = disk.ledger.listed("pulled"), disk.record, disk.ledger
    assert listed is not None
    file = record.path(listed.figures)
    loose = home / "loose.parquet"
    shutil.copy(file, loose)
    rewritten(loose, random.Random(1))
    figures, tree = record.keep(loose.read_bytes()), tiled(leaves_of_file(loose))
    loose.unlink()
    before = ledger.manifest_of("pulled") or ""
    told = json.loads(record.path(before).read_bytes()) | {"figures": figures, "rows": tree.rows}
    manifest = record.keep(json.dumps(told).encode())
    tiles = record.keep(tree.data)
    disk.close()
    data = run_entry("pulled", tree, manifest).hex()
    query(
        home,
        f"update runs set manifest = '{manifest}', figures = '{figures}', rows = {tree.rows}, tiles = '{tiles}' where id = 'pulled'",
        f"update log set entry = x'{data}' where position = {listed.position}",
    )


def test_a_careful_forger_without_the_key_is_caught_by_the_signed_root(home: Path) -> None:
    forged_run(home)
    assert {("log", "changed")} <= faults(checked(home))


def test_a_forger_with_the_key_is_caught_by_a_witness_and_by_a_checkpoint_kept_elsewhere(home: Path) -> None:
    with closing(sqlite3.connect(home / "qanat.sqlite")) as db:
        kept = checkpoint(db.execute("select value from signed where key = 'checkpoint'").fetchone()[0])
    forged_run(home)
    with closing(sqlite3.connect(home / "qanat.sqlite")) as db:
        entries = [bytes(data) for (data,) in db.execute("select entry from log order by position")]
        edge = Edge()
        for data in entries:
            edge = edge.added(leaf(data))
        own = read_signer((home / "register" / "key").read_text(), LOG)
        db.execute(
            "update signed set value = ? where key = 'checkpoint'", (checkpoint_text(edge.size, edge.root, own),)
        )
        db.commit()
        image = sha256(db.serialize()).hexdigest()
    (home / "register" / "seal").write_text(f"{len(entries)} {image}\n")
    # the figure that was endorsed is no longer that figure, and the history is not the one the witness saw
    alone = {("statement", "forged"), ("log", "rolled back")}
    assert faults(store(home)) == alone
    assert faults(store(home, since=kept)) == alone | {("log", "changed")}


def test_a_log_that_was_cut_short_is_told(home: Path) -> None:
    query(home, "delete from log where position = (select max(position) from log)")
    assert {("log", "dropped")} <= faults(checked(home))


def test_a_checkpoint_that_was_rolled_back_is_told(home: Path) -> None:
    disk = Disk(home)
    before = disk.ledger.log.signed("checkpoint")
    disk.put(batch("more", figure(place="BOL")))
    disk.close()
    query(home, f"update signed set value = '{before}' where key = 'checkpoint'")
    assert {("checkpoint", "rolled back")} <= faults(checked(home))


def test_a_whole_store_put_back_to_an_earlier_day_is_told_by_a_later_checkpoint(home: Path, tmp_path: Path) -> None:
    earlier = copied(home, tmp_path / "earlier")
    disk = Disk(home)
    disk.put(batch("more", figure(place="BOL")))
    later = checkpoint(disk.ledger.log.signed("checkpoint") or "")
    disk.close()
    assert store(home, since=later).faults == []
    assert checked(earlier).faults == []
    assert faults(store(earlier, since=later)) == {("log", "rolled back")}


def test_a_checkpoint_by_another_key_is_forged_and_an_unknown_log_is_told(home: Path) -> None:
    with closing(sqlite3.connect(home / "qanat.sqlite")) as db:
        told = checkpoint(db.execute("select value from signed where key = 'checkpoint'").fetchone()[0])
    other = signer(told.origin, LOG, bytes(32))
    query(home, f"update signed set value = '{checkpoint_text(told.size, told.root, other)}' where key = 'checkpoint'")
    assert {("checkpoint", "forged")} <= faults(checked(home))
    assert ("checkpoint", "forged") in faults(store(home, trusted=[other.public]))


def test_a_sound_store_of_a_log_nobody_named_is_not_trusted(whole: Path) -> None:
    stranger = signer("stranger", LOG, bytes(32)).public
    assert faults(store(whole, trusted=[stranger])) == {("checkpoint", "unknown key")}


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("update runs set superseded = 0 where id = 'old'", ("run", "changed")),
        ("update settings set value = '[1]'", ("ledger", "changed")),
        ("delete from runs where id = 'derived'", ("run", "dropped")),
        ("insert into runs select 'extra', manifest, figures, lineage, rows, 0, tiles, 0 from runs where id = 'old'", ("run", "added")),
        ("update spans set word = 'flow' where run = 'iom' and word = 'stock'", ("run", "changed")),
        ("delete from documents", ("run", "changed")),
        ("update runs set figures = (select figures from runs where id = 'iom') where id = 'derived'", ("run", "changed")),
        ("drop table spans", ("ledger", "changed")),
    ],
)  # fmt: skip
def test_what_is_altered_in_the_ledger_is_named_even_with_a_new_seal(
    home: Path, statement: str, found: tuple[str, str]
) -> None:
    query(home, statement)
    with closing(sqlite3.connect(home / "qanat.sqlite")) as db:
        entries = db.execute("select count(*) from log").fetchone()[0]
        (home / "register" / "seal").write_text(f"{entries} {sha256(db.serialize()).hexdigest()}\n")
    assert found in faults(checked(home))


def test_a_write_that_was_interrupted_before_its_seal_is_told_and_is_no_alteration(home: Path) -> None:
    seal = (home / "register" / "seal").read_bytes()
    disk = Disk(home)
    disk.put(batch("more", figure(place="BOL")))
    disk.close()
    (home / "register" / "seal").write_bytes(seal)
    report = checked(home)
    assert report.faults == []
    assert any("interrupted before it sealed" in note for note in report.notes)
    Disk(home).put(batch("yet", figure(place="CHL")))
    assert not any("interrupted" in note for note in checked(home).notes)


def test_figures_said_to_be_published_after_they_were_read_are_flagged(tmp_path: Path) -> None:
    from qanat.register.rows import newest_of_file

    Disk(tmp_path).put(batch("a", figure(known=figure()["end"])))
    ahead = batch("b", figure(known=batch("x").run.made.date().replace(year=2027)))
    disk = Disk(tmp_path)
    with pytest.raises(FigureError, match=r"known = '2027-06-02': FUTURE_VINTAGE"):
        disk.put(ahead)
    sealed = seal(replace(ahead, run=replace(ahead.run, made=ahead.run.made.replace(year=2028))))
    manifest = sealed.manifest.replace(b"2028-06-02", b"2026-06-02")  # as another program might have written it
    disk.adopt_sealed(replace(sealed, manifest=manifest))
    notes = store(tmp_path, Readers(sound=leaves_of_file, newest=newest_of_file)).notes
    assert [note for note in notes if note.startswith("FUTURE_VINTAGE: run b ")]
    assert not [note for note in notes if "run a" in note]


def test_a_store_whose_key_was_exchanged_writes_nothing_more(home: Path) -> None:
    (home / "register" / "key").write_text(signer("other", LOG, bytes(32)).text)
    disk = Disk(home)
    with pytest.raises(StoreError, match="signed with another key"):
        disk.put(batch("more", figure(place="BOL")))
    disk.close()
    assert faults(checked(home)) == {("key", "changed")}


def test_a_store_of_an_earlier_version_gets_its_register(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    disk.put(batch("a", figure()))
    disk.ledger.set("edition", "[]")
    disk.close()
    query(
        tmp_path, "drop table log", "drop table signed", "alter table runs drop column tiles", "alter table runs drop column position",
        "pragma user_version = 2",
    )  # fmt: skip
    disk = Disk(tmp_path)
    disk.enlist()
    disk.close()
    report = checked(tmp_path)
    assert report.faults == []
    assert report.checked["figures"] == 1


def test_rows_are_told_apart_by_what_was_done() -> None:
    a, b, c, d = b"a", b"b", b"c", b"d"
    assert differing([a, b, c], [a, b, c]) == []
    assert differing([a, b, c], [a, d, c]) == [(1, "changed")]
    assert differing([a, b, c], [c, b, a]) == [(0, "swapped"), (2, "swapped")]
    assert differing([a, b, c], [a, c]) == [(1, "dropped")]
    assert differing([a, b], [a, b, c]) == [(2, "added")]
    assert differing([a, b, c], [a, d]) == [(1, "changed"), (2, "changed")]


WRITER = """
import sys
from pathlib import Path
from qanat.store import Disk
from tests.build import batch, figure

disk = Disk(Path(sys.argv[1]))
for number in range(12):
    disk.put(batch(f"{sys.argv[2]}{number}", figure(place=f"SD{number:04}")))
"""


def test_two_processes_that_write_at_once_leave_one_sound_log(tmp_path: Path) -> None:
    Disk(tmp_path).close()
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name], cwd=Path(__file__).parent.parent)
        for name in ("a", "b")
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    report = checked(tmp_path)
    assert (report.faults, report.checked["runs"]) == ([], 24)
