"""What counts as news: any record, any number outside records; never the order, the blanks or the envelope."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from random import Random
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.sources.canonical import account

TODAY = date(2026, 11, 24)
WORD = st.text("ab \u00e9", max_size=3)  # few letters: equal texts and blanks come up often


def canonical(content: object) -> str:
    return account(json.dumps(content).encode(), TODAY).canonical


def euro(*, value: int = 7, year: str = "2025") -> dict[str, object]:
    """An answer of Eurostat's: JSON-stat, without a single list of records."""
    return {
        "version": "2.0", "updated": f"2026-01-0{value % 9 + 1}", "id": ["geo", "time"], "size": [1, 1], "value": {"0": value},
        "dimension": {"geo": {"category": {"index": {"DE": 0}}}, "time": {"category": {"index": {year: 0}}}},
    }  # fmt: skip


def test_a_changed_number_is_news_where_there_are_no_records() -> None:
    assert canonical(euro()) == canonical(euro() | {"updated": "2026-06-30"})
    assert canonical(euro()) != canonical(euro(value=8))
    assert canonical(euro()) != canonical(euro(year="2024"))


def test_a_changed_number_is_news_in_the_shorter_of_two_lists() -> None:
    def told(number: int) -> str:
        return canonical({"data": {"flows": [{"id": 1}, {"id": 2}], "totals": [{"usd": number}]}})

    assert told(5) != told(6)


def test_a_further_page_is_news_though_the_records_of_this_one_are_the_same() -> None:
    one = [{"iso3": "SDN"}]
    assert canonical({"page": 1, "maxPages": 1, "items": one}) != canonical({"page": 1, "maxPages": 2, "items": one})
    last = {"next": None, "results": one}
    assert canonical(last) != canonical(last | {"next": "https://x/?offset=1"})
    assert canonical(last | {"next": "https://x/?offset=1"}) == canonical(last | {"next": "https://y/?offset=1"})


def test_a_renamed_column_is_news() -> None:
    assert account(b"a,b\n1,2\n", TODAY).canonical != account(b"a,c\n1,2\n", TODAY).canonical
    assert account(b"a,b\n1,2\n3,4\n", TODAY).canonical == account(b"a,b\r\n3,4\r\n1,2", TODAY).canonical


def test_a_name_that_is_an_envelope_s_is_a_record_s_own_inside_a_record() -> None:
    assert canonical([{"page": 1}]) != canonical([{"page": 2}])
    assert canonical([{"next": "a"}]) != canonical([{"next": "b"}])


def test_two_pages_with_the_same_records_are_told_though_their_envelopes_differ() -> None:
    pages = [account(json.dumps({"page": at, "next": str(at), "items": [{"x": 1}]}).encode(), TODAY) for at in (1, 2)]
    assert pages[0].records == pages[1].records
    assert account(b'{"items": [{"x": 2}]}', TODAY).records != pages[0].records


@pytest.mark.parametrize("name", ["world_bank", "several"])
def test_an_envelope_in_a_list_is_an_envelope(name: str) -> None:
    records = [{"date": "2023", "value": 1}, {"date": "2022", "value": 2}]
    first: list[object] = [{"page": 1, "lastupdated": "2026-01-01", "total": 2}, records]
    second: list[object] = [{"page": 1, "lastupdated": "2026-02-02", "total": 2}, records[::-1]]
    if name == "several":
        first, second = [*first, records], [*second, records]
    assert canonical(first) == canonical(second)
    assert account(json.dumps(first).encode(), TODAY).rows == 2


RECORD = st.dictionaries(WORD, st.one_of(st.integers(-2, 2), WORD, st.none(), st.lists(st.integers(0, 1), max_size=2)))


@given(st.lists(RECORD, max_size=5), st.randoms(use_true_random=False))
def test_order_and_blanks_are_no_news(records: list[dict[str, object]], chance: Random) -> None:
    turned: list[dict[str, object]] = []
    for record in records:
        fields = list(record.items())
        chance.shuffle(fields)
        turned.append({name: f" {one}\n" if isinstance(one, str) else one for name, one in fields})
    chance.shuffle(turned)
    assert canonical({"took": 1, "items": records}) == canonical({"items": turned, "took": 2})


@given(st.lists(RECORD, min_size=1, max_size=5), st.data())
def test_any_record_changed_added_or_taken_away_is_news(records: list[dict[str, object]], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(records) - 1))
    changed = [*records[:at], records[at] | {"a": "something else"}, *records[at + 1 :]]
    for other in (changed, [*records, {"new": 1}], records[:at] + records[at + 1 :]):
        assert canonical({"items": records}) != canonical({"items": other})


def test_every_number_of_a_recorded_answer_is_news_when_it_changes(shared: Path) -> None:
    folders = ("unhcr_population_api", "idmc", "worldbank", "hpc", "fts", "ipc", "inform", "gdacs")
    files = [file for name in folders for file in sorted((shared / "fixtures" / name).glob("*.json"))]
    assert len(files) > 15
    for file in files:
        text = file.read_text(encoding="utf-8")
        content = json.loads(text)
        same = account(text.encode(), TODAY).canonical
        assert canonical(content) == same
        for at in range(3):
            assert canonical(_one_number_more(content, Random(at))) != same, file


def _one_number_more(content: object, chance: Random) -> object:
    """The answer with one number of it changed, chosen by chance; its envelope's own are left alone."""
    places: list[tuple[dict[str, object], str]] = []
    copy: object = json.loads(json.dumps(content))
    level = [copy]
    while level:
        one = level.pop()
        if isinstance(one, dict):
            fields = cast("dict[str, object]", one)
            numbers = [name for name, value in fields.items() if type(value) in (int, float)]
            places += [(fields, name) for name in numbers if name not in ("page", "time", "took")]
            level += list(fields.values())
        elif isinstance(one, list):
            level += cast("list[object]", one)
    if places:
        holder, name = chance.choice(places)
        holder[name] = 987_654_321
    else:
        return [copy, 1]
    return copy
