"""One body for both engines: memory, slow and obvious, is the oracle for the folder with DuckDB."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qanat.errors import AskError, FigureError, NothingFound, StoreError
from qanat.figures import F, Stage
from qanat.methods import LINEAGE
from qanat.store import ASIDE, Ask, Batch, Disk, Engine, Memory
from qanat.store.trace import trace
from tests.build import batch, document, figure


@pytest.fixture(params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine: Engine = Memory() if request.param == "memory" else Disk(tmp_path / "home")
    yield engine
    engine.close()


def test_a_run_comes_back_as_it_was_kept_with_its_rows_numbered(store: Engine) -> None:
    store.put(batch("a", figure(place="PER", value=7.0), figure(place="COL", value=100.0)))
    found = store.get(Ask(run="a"))
    assert found.select("place", "value", "run", "row").rows() == [("COL", 100.0, "a", 0), ("PER", 7.0, "a", 1)]


def test_the_same_run_twice_is_kept_once(store: Engine) -> None:
    store.put(batch("a", figure()))
    store.put(batch("a", figure()))
    assert store.get(Ask()).height == 1


def test_another_content_under_a_kept_run_is_refused(store: Engine) -> None:
    store.put(batch("a", figure()))
    with pytest.raises(StoreError, match="a correction is a new run"):
        store.put(batch("a", figure(value=101.0)))
    assert store.get(Ask()).get_column("value").to_list() == [100.0]


def test_a_superseded_run_answers_by_name_only(store: Engine) -> None:
    store.put(batch("a", figure()))
    store.put(batch("b", figure(value=101.0)))
    store.supersede(["a"])
    assert store.get(Ask()).get_column("value").to_list() == [101.0]
    assert store.get(Ask(run="a")).get_column("value").to_list() == [100.0]
    assert store.standing() == frozenset({"b"})
    assert [run.id for run in store.runs()] == ["a", "b"]


def test_records_set_aside_are_kept_with_the_rule_they_broke(store: Engine) -> None:
    left = pl.DataFrame([("paper", 7, "total", "-3", "negative", "total -3 is negative")], schema=ASIDE, orient="row")
    store.put(replace(batch("a", figure()), aside=left))
    store.put(batch("b", figure(place="PER")))
    assert store.aside("a").equals(left)
    assert store.aside("b").is_empty()
    assert store.aside("never").schema == ASIDE


def test_what_is_held_of_each_document_and_the_last_day_it_speaks_of(store: Engine) -> None:
    year = {"measure": "flow", "group": "returned-refugees", "start": date(2025, 1, 1), "end": date(2026, 1, 1)}
    ahead = {"place": "PER", "start": date(2050, 7, 1), "end": date(2050, 7, 1)}
    store.put(
        batch(
            "a", figure(place="ECU", start=date(2024, 12, 31), end=date(2024, 12, 31)), figure(**year), figure(**ahead)
        )
    )
    assert store.held().rows() == [("unhcr.population@2026-06-01", 3, date(2025, 12, 31))]


def test_a_table_with_faults_is_refused_whole(store: Engine) -> None:
    with pytest.raises(FigureError, match="2 faults"):
        store.put(
            batch("a", figure(), figure(place="PER", value=-1.0), figure(place="ECU", low=200.0, level=0.9, high=300.0))
        )
    assert store.runs() == []
    assert store.get(Ask()).is_empty()


def test_what_was_known_by_a_day_leaves_out_what_came_later(store: Engine) -> None:
    store.put(batch("a", figure(known=date(2025, 6, 1), value=90.0)))
    store.put(batch("b", figure(known=date(2026, 6, 1), value=100.0)))
    assert store.get(Ask(known_by=date(2025, 12, 31))).get_column("value").to_list() == [90.0]


def test_a_null_value_stays_null_and_is_never_zero(store: Engine) -> None:
    store.put(batch("a", figure(value=None, status="not_counted")))
    assert store.get(Ask()).get_column("value").to_list() == [None]


def test_bytes_of_a_source_are_kept_by_their_digest(store: Engine) -> None:
    store.put(
        batch(
            "a",
            figure(),
            sources=(b"the table",),
            documents=(document(sha256=sha256(b"the table").hexdigest(), size=9),),
        )
    )
    assert store.bytes_of(sha256(b"the table").hexdigest()) == b"the table"
    assert store.bytes_of("f" * 64) is None


def test_lineage_follows_the_rows_when_they_are_put_in_order(store: Engine) -> None:
    store.put(batch("in", figure(place="COL"), figure(place="PER")))
    made_from = pl.DataFrame({"row": [0, 1], "input_run": ["in", "in"], "input_row": [1, 0]}, schema=LINEAGE)
    store.put(
        batch(
            "out", figure(place="PER", stage="reconciled"), figure(place="COL", stage="reconciled"), lineage=made_from
        )
    )
    assert store.lineage("out").rows() == [(0, "in", 0), (1, "in", 1)]  # COL is row 0 in both runs
    assert store.lineage("in").is_empty()


def test_a_trace_leads_from_a_sum_to_the_document_and_its_digest(store: Engine) -> None:
    digest = sha256(b"the table").hexdigest()
    paper = document(sha256=digest, size=9)
    store.put(batch("in", figure(), sources=(b"the table",), documents=(paper,)))
    made_from = pl.DataFrame({"row": [0], "input_run": ["in"], "input_row": [0]}, schema=LINEAGE)
    store.put(batch("out", figure(stage="reconciled", place="WLD"), lineage=made_from))
    found = trace(store, "out:0")
    assert found.of == 1
    assert found.inputs[0].cite == "in:0"
    assert [d.sha256 for d in found.documents] == [digest]
    assert found.held == {digest}


@pytest.mark.parametrize(("cite", "error"), [("nonsense", AskError), ("none:0", NothingFound), ("a:7", NothingFound)])
def test_a_citation_that_leads_nowhere_says_why(store: Engine, cite: str, error: type[Exception]) -> None:
    store.put(batch("a", figure()))
    with pytest.raises(error):
        trace(store, cite)


ROWS = st.builds(
    figure,
    place=st.sampled_from(["COL", "PER", "SD01", "SDN"]), origin=st.sampled_from(["VEN", "SDN", None]),
    group=st.sampled_from(["refugees", "idps"]), counter=st.sampled_from(["unhcr", "idmc"]), sex=st.sampled_from(["all", "female", "unknown"]),
    known=st.dates(date(2024, 1, 1), date(2024, 1, 9)), facet=st.sampled_from([None, "type=N"]),
    value=st.floats(0, 1e9).map(lambda v: round(v, 2)), stage=st.sampled_from(["published", "reconciled"]),
)  # fmt: skip
ASKS = st.builds(
    Ask,
    stage=st.sampled_from([None, Stage.PUBLISHED]), groups=st.sampled_from([(), ("idps",), ("idps", "refugees")]), place=st.sampled_from([None, "COL"]),
    about=st.sampled_from([None, "SDN"]), pcodes=st.sampled_from([(), ("SD",)]), counter=st.sampled_from([None, "idmc"]),
    rows=st.sampled_from([(), (0,), (1, 2)]), known_by=st.none() | st.dates(date(2024, 1, 1), date(2024, 1, 9)), undivided=st.booleans(), uncut=st.booleans(), origin=st.sampled_from([None, "VEN"]),
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, max_size=12), asks=st.lists(ASKS, min_size=1, max_size=4))
def test_both_engines_answer_alike(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, object]], asks: list[Ask]
) -> None:
    memory, disk = Memory(), Disk(tmp_path_factory.mktemp("twin"))
    try:
        made = batch("a", *rows)
        distinct = Batch(
            run=made.run,
            figures=made.figures.unique(
                ["place", "origin", "group", "counter", "sex", "known", "facet", "stage"], maintain_order=True
            ),
        )
        memory.put(distinct)
        disk.put(distinct)
        for ask in asks:
            assert memory.get(ask).equals(disk.get(ask)), ask
    finally:
        disk.close()


def test_the_order_of_rows_does_not_matter_to_a_run(tmp_path: Path) -> None:
    one, other = Disk(tmp_path / "1"), Disk(tmp_path / "2")
    rows = [figure(place=place) for place in ("COL", "PER", "ECU")]
    one.put(batch("a", *rows))
    other.put(batch("a", *reversed(rows)))
    assert one.record.digests() == other.record.digests()


def test_a_second_opening_finds_everything(tmp_path: Path) -> None:
    first = Disk(tmp_path)
    first.put(batch("a", figure(), documents=(document(),)))
    first.close()
    again = Disk(tmp_path)
    assert [run.id for run in again.runs()] == ["a"]
    assert again.documents() == [document()]
    assert again.get(Ask(run="a")).filter(F.row == 0).height == 1


def test_a_flipped_bit_in_any_object_is_found_before_it_is_read(tmp_path: Path) -> None:
    Disk(tmp_path).put(
        batch("a", figure(), sources=(b"the table",), documents=(document(sha256=sha256(b"the table").hexdigest()),))
    )
    for file in sorted((tmp_path / "objects").glob("??/*")):
        whole = file.read_bytes()
        file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        fresh = Disk(tmp_path)
        with pytest.raises(StoreError, match="altered or damaged"):
            fresh.record.checked(file.parent.name + file.name)
        file.write_bytes(whole)


def test_a_ledger_of_a_later_qanat_is_refused_with_the_remedy(tmp_path: Path) -> None:
    import sqlite3

    Disk(tmp_path).close()
    ledger = sqlite3.connect(tmp_path / "qanat.sqlite")
    ledger.execute("pragma user_version = 99")
    ledger.close()
    with pytest.raises(StoreError, match="upgrade qanat"):
        Disk(tmp_path)


def test_a_ledger_of_version_one_is_brought_up_to_date(tmp_path: Path) -> None:
    import sqlite3

    store = Disk(tmp_path)
    store.put(batch("a", figure()))
    store.close()
    ledger = sqlite3.connect(tmp_path / "qanat.sqlite", isolation_level=None)
    for column in ("superseded", "tiles", "position"):
        ledger.execute(f"alter table runs drop column {column}")
    ledger.execute("drop table log")
    ledger.execute("drop table signed")
    ledger.execute("pragma user_version = 1")
    ledger.close()
    assert Disk(tmp_path).get(Ask()).height == 1


def test_superseded_runs_answer_only_by_name(tmp_path: Path) -> None:
    store = Disk(tmp_path)
    store.put(batch("old", figure(value=1.0)))
    store.put(batch("new", figure(value=2.0)))
    store.ledger.supersede(["old"])
    assert store.get(Ask()).get_column("value").to_list() == [2.0]
    assert store.get(Ask(run="old")).get_column("value").to_list() == [1.0]


def test_a_damaged_ledger_is_told_not_traced(tmp_path: Path) -> None:
    store = Disk(tmp_path)
    store.put(batch("a", *(figure(place=f"SD{at:04}") for at in range(300))))
    store.close()
    file = tmp_path / "qanat.sqlite"
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(StoreError, match="restore the file from a copy"):
        Disk(tmp_path).get(Ask())


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="choose another with --home"):
        Disk(tmp_path / "file" / "store")


def test_a_query_needs_no_pyarrow(tmp_path: Path) -> None:
    Disk(tmp_path).put(batch("a", figure()))
    code = f"import sys; sys.modules['pyarrow'] = None; from pathlib import Path; from qanat.store import Disk, Ask; print(Disk(Path({str(tmp_path)!r})).get(Ask()).height)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "1"
    )
