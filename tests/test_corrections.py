"""Corrections as data: declared, guarded, told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qanat.errors import CorrectionError
from qanat.jobs.correcting import declared
from qanat.reconcile.newest import newest
from qanat.sources.corrections import corrected, corrections
from tests.build import figure, table

END = date(2021, 12, 31)
CONGO = """
[[correction]]
id = "congo-2021"
source = "idmc.gidd-conflict"
where = { place = "COG", end = 2021-12-31, group = "idps" }
action = "set"
value = 134430
expect = 57072
reason = "revised in the 2025 release"
asked = 2026-11-02
by = "the desk"
"""


def congo(value: float = 57_072, **given: object) -> dict[str, object]:
    base = {
        "group": "idps",
        "origin": "COG",
        "place": "COG",
        "start": END,
        "end": END,
        "counter": "idmc",
        "locator": "COG/2021/total",
    }
    return figure(value=value, low=value, high=value, level=1.0, **(base | given))


def test_a_correction_puts_its_value_in_and_keeps_what_was_published_in_sight() -> None:
    figures, told = corrected(
        table(congo(), congo(1.0, place="COD", origin="COD")), corrections(CONGO, "x.toml"), "idmc.gidd-conflict"
    )
    mended = figures.row(0, named=True)
    assert (mended["value"], mended["low"], mended["method"]) == (134_430, None, "corrected.congo-2021@1")
    assert mended["locator"] == "COG/2021/total (published: 57072)"
    assert figures.row(1, named=True)["method"] == "published"
    assert told == [
        "congo-2021: 1 figure, set to 134,430 instead of 57,072 (revised in the 2025 release; the desk, asked 2026-11-02)"
    ]


def test_a_correction_is_known_since_it_was_asked_for_and_before_that_day_the_figure_stands_as_published() -> None:
    figures, _ = corrected(table(congo()), corrections(CONGO, "x.toml"), "idmc.gidd-conflict")  # published 2026-06-01
    assert newest(figures, date(2026, 11, 1)).get_column("value").to_list() == [57_072]
    assert newest(figures, date(2026, 11, 2)).get_column("value").to_list() == [134_430]
    late = table(congo(known=date(2026, 11, 20)))  # published after it was asked for: there is no day without it
    assert corrected(late, corrections(CONGO, "x.toml"), "idmc.gidd-conflict")[0].select("value", "known").rows() == [
        (134_430, date(2026, 11, 20))
    ]


def test_one_correction_may_follow_another_on_the_same_figure() -> None:
    second = CONGO.replace('"congo-2021"', '"again"').replace("134430", "99").replace("57072", "134430")
    figures, told = corrected(table(congo()), corrections(CONGO + second, "x.toml"), "idmc.gidd-conflict")
    assert len(told) == 2
    assert newest(figures).get_column("value").to_list() == [99]
    assert newest(figures, date(2026, 11, 1)).get_column("value").to_list() == [57_072]


def test_a_correction_fails_once_the_source_has_mended_it() -> None:
    with pytest.raises(
        CorrectionError, match=r"congo-2021 \(x.toml\): the source now says 134430.0 where 57072 was expected"
    ):
        corrected(table(congo(134_430)), corrections(CONGO, "x.toml"), "idmc.gidd-conflict")


def test_a_correction_of_another_source_or_country_is_left_alone() -> None:
    rows = table(congo(place="COD", origin="COD"))
    assert corrected(rows, corrections(CONGO, "x.toml"), "idmc.gidd-conflict")[0].equals(rows)
    rows = table(congo())
    assert corrected(rows, corrections(CONGO, "x.toml"), "unhcr.idmc")[0].equals(rows)


def test_a_figure_can_be_declared_not_counted_or_dropped() -> None:
    without = CONGO.replace("value = 134430\n", "")
    figures, _ = corrected(
        table(congo()), corrections(without.replace('"set"', '"not_counted"'), "x.toml"), "idmc.gidd-conflict"
    )
    assert figures.select("value", "status").rows() == [(None, "not_counted"), (57_072, "counted")]
    figures, _ = corrected(
        table(congo()), corrections(without.replace('"set"', '"drop"'), "x.toml"), "idmc.gidd-conflict"
    )
    assert figures.is_empty()


def test_every_fault_of_a_file_is_told_at_once() -> None:
    bad = CONGO.replace("place", "plcae").replace('"set"', '"mend"').replace('by = "the desk"', 'author = "x"')
    with pytest.raises(CorrectionError) as caught:
        corrections(bad + CONGO, "x.toml")
    told = str(caught.value)
    assert "x.toml: 6 faults, no correction was applied" in told
    for words in (
        "unknown key 'author'", "by is missing", "action 'mend' is none of set, not_counted, drop", "did you mean 'place'?",
        "value goes with action set, and only with it", "two corrections are called 'congo-2021'",
    ):  # fmt: skip
        assert words in told


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("value = 134430", 'value = "many"', "value is 'many', it must be a finite number"),
        ("value = 134430", "value = true", "value is True, it must be a finite number"),
        ("expect = 57072", "expect = nan", "expect is nan, it must be a finite number"),
        ("end = 2021-12-31", 'end = "2021-12-31"', "end is '2021-12-31', it must be a day, as 2021-12-31 without quotation marks"),
        ("end = 2021-12-31", "end = 2021-12-31T00:00:00", "it must be a day"),
        ('place = "COG"', "place = 178", "place is 178, it must be text in quotation marks"),
        ('place = "COG"', 'place = ["COG", "COD"]', "it must be text in quotation marks"),
        ('place = "COG"', 'sex = "femal"', "sex is 'femal', it must be one of female, male, other, unknown, all; did you mean 'female'?"),
        ('place = "COG"', 'value = "x"', "value is 'x', it must be a number"),
        ('place = "COG"', "row = 3", "'row' is no column of a figure"),
        ("asked = 2026-11-02", "asked = 2026-11-02T10:00:00", "asked is a time; give the day alone, as 2026-11-02"),
        ('"congo-2021"', '"congo: 2021"', "an id is of letters, digits, points and dashes"),
        ('"revised in the 2025 release"', '""', "reason is empty"),
        ("[[correction]]", "[correction]", "write each under a line [[correction]]"),
    ],
)  # fmt: skip
def test_what_can_fit_no_figure_is_refused_before_any_is_read(was: str, now: str, told: str) -> None:
    with pytest.raises(CorrectionError) as caught:
        corrections(CONGO.replace(was, now), "x.toml")
    assert told in str(caught.value)


def test_corrections_of_no_source_and_of_one_name_in_two_files_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "corrections").mkdir()
    for name in ("a.toml", "b.toml"):
        (tmp_path / "corrections" / name).write_text(CONGO.replace("conflict", "conflct"), encoding="utf-8")
    with pytest.raises(CorrectionError) as caught:
        declared(tmp_path)
    assert "3 faults, no correction was applied" in str(caught.value)
    assert "no source 'idmc.gidd-conflct'; did you mean 'idmc.gidd-conflict'?" in str(caught.value)
    assert "two corrections are called 'congo-2021', in " in str(caught.value)


def test_a_file_that_is_no_toml() -> None:
    with pytest.raises(CorrectionError, match=r"x.toml is not TOML"):
        corrections("[[correction", "x.toml")


def test_the_houses_corrections_and_the_users_are_read_together(tmp_path: Path) -> None:
    (tmp_path / "corrections").mkdir()
    (tmp_path / "corrections" / "mine.toml").write_text(CONGO, encoding="utf-8")
    assert [one.id for one in declared(tmp_path)][-1] == "congo-2021"
    assert len(declared(tmp_path)) == len(declared()) + 1
