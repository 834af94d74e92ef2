"""Licences that bind: what may not travel stays in the store, and is named where it is left out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from qanat.errors import LicenceError, NothingFound
from qanat.figures.licensing import may_be_open, may_travel, require_open, strictest, withheld
from qanat.figures.words import LICENCES
from qanat.jobs.brief import BriefRequest, brief, write
from qanat.jobs.show import ShowRequest, show
from qanat.store import Memory
from tests.build import batch, document, figure, table

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PRIVATE = "own.survey@2026-10-01"


def silent(_: str) -> None:
    pass


@pytest.fixture
def store() -> Iterator[Memory]:
    """A public count of 100 refugees in Colombia, and a private one of 912,345 displaced inside it."""
    kept = Memory()
    kept.put(batch("public", figure(), documents=(document(),)))
    secret = figure(
        group="idps", origin="COL", place="COL", value=912_345.0, counter="own", source=PRIVATE, licence="IOM-DTM"
    )
    kept.put(
        batch(
            "mine", secret, documents=(document(id=PRIVATE, licence="IOM-DTM", publisher="A survey", sha256="1" * 64),)
        )
    )
    yield kept
    kept.close()


def test_a_brief_leaves_out_what_may_not_travel_and_names_it(store: Memory, tmp_path: Path) -> None:
    told = brief(BriefRequest(country="COL"), store, NOW)
    for file in write(told, tmp_path, silent):
        content = file.read_bytes()
        assert not {form for form in (b"912,345", b"912345", b"912 345") if form in content}
    written = json.loads((tmp_path / "brief.json").read_text(encoding="utf-8"))
    assert written["restricted"] == [
        {"code": "LICENCE_RESTRICTED", "source": PRIVATE, "licence": "IOM-DTM", "figures": 1}
    ]
    assert not written["internal"]
    page = (tmp_path / "brief.html").read_text(encoding="utf-8")
    assert (
        "LICENCE_RESTRICTED: what own.survey@2026-10-01 says (figures: 1; terms: IOM-DTM) is known here and left out"
        in page
    )


def test_an_internal_brief_uses_them_and_says_that_it_must_stay(store: Memory, tmp_path: Path) -> None:
    told = brief(BriefRequest(country="COL", internal=True), store, NOW)
    write(told, tmp_path, silent)
    page = (tmp_path / "brief.html").read_text(encoding="utf-8")
    assert "INTERNAL: not to be passed on" in page
    assert "912345" in (tmp_path / "figures.csv").read_text(encoding="utf-8")
    assert "It must stay inside your office." in page


def test_the_store_itself_still_answers_with_private_figures(store: Memory) -> None:
    rows = show(ShowRequest(country="COL", group="idps"), store)["rows"]
    assert [row["value"] for row in rows] == [912_345.0]


def test_a_brief_of_private_figures_alone_is_refused_with_the_way_out() -> None:
    kept = Memory()
    kept.put(batch("mine", figure(licence="private"), documents=(document(licence="private"),)))
    with pytest.raises(NothingFound, match=r"may be passed on \(LICENCE_RESTRICTED; --internal uses what may not\)"):
        brief(BriefRequest(country="COL"), kept, NOW)


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        (("CC-BY-4.0", "CC-BY-3.0-IGO"), "CC-BY-4.0"),
        (("CC-BY-4.0", "IOM-DTM"), "private"),
        (("IOM-DTM", "IOM-DTM"), "IOM-DTM"),
        (("ODC-BY-1.0", "a licence nobody has listed"), "private"),
        (("CC-BY-4.0", "CC-BY-NC-SA-3.0-IGO"), "CC-BY-NC-SA-3.0-IGO"),
        (("CC-BY-NC-SA-3.0-IGO", "publisher-terms"), "private"),
    ],
)
def test_what_is_computed_may_travel_as_far_as_its_strictest_part(parts: tuple[str, ...], whole: str) -> None:
    rows = table(*(figure(licence=licence, place=place) for licence, place in zip(parts, ("COL", "PER"), strict=True)))
    assert rows.select(strictest()).item() == whole


def test_what_anyone_may_pass_on_holds_open_documents_only() -> None:
    require_open([("a", "CC-BY-4.0"), ("b", "public-domain")], "the edition")
    with pytest.raises(
        LicenceError,
        match=r"LICENCE_RESTRICTED: dtm \(IOM-DTM\), ipc \(CC-BY-NC-SA-3.0-IGO\) may not stand in the edition",
    ):
        require_open([("a", "MIT"), ("dtm", "IOM-DTM"), ("ipc", "CC-BY-NC-SA-3.0-IGO")], "the edition")


def test_every_listed_licence_says_what_it_allows() -> None:
    rows = pl.DataFrame({"licence": list(LICENCES), "source": list(LICENCES)})
    travels = set(rows.filter(may_travel()).get_column("licence"))
    assert travels == {code for code, one in LICENCES.items() if one.may_redistribute}
    assert set(rows.filter(may_be_open()).get_column("licence")) == {
        code for code in travels if not LICENCES[code].condition
    }
    assert set(withheld(rows).get_column("source")) == set(LICENCES) - travels
    assert not document(licence="never heard of").may_redistribute
