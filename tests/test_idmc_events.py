"""IDMC's reports of single events: recommended figures, their days and their bounds."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qanat.edition.places import places
from qanat.errors import FigureError, SourceError
from qanat.figures import F
from qanat.reconcile.spread import Spread, spread
from qanat.sources.answers import told
from qanat.sources.idmc_events import IDU, RECOMMENDED, events, idu, links
from qanat.sources.long_answers import by_column, pieces
from qanat.sources.record import Reading
from qanat.sources.request import Question
from tests.reading import asked, bounds, only, paper

RECORDED: dict[str, str] = {IDU.id: "fixtures/idmc/idu_all.json"}
CODES = places().codes()
_TEXT = re.compile(r", (\d\d) (\w+) +- (\d\d) (\w+)")


def report(number: int, **cells: object) -> dict[str, object]:
    """A report of 100 people displaced by conflict in India on 3 August 2023, invented but in IDMC's shape."""
    base: dict[str, object] = {
        "id": number, "iso3": "IND", "displacement_type": "Conflict", "qualifier": "total", "figure": 100,
        "displacement_date": "2023-08-02T12:00:00.000Z", "displacement_start_date": "2023-08-02T12:00:00.000Z",
        "displacement_end_date": "2023-08-02T12:00:00.000Z", "year": 2023, "event_name": f"Event {number}", "latitude": 1.0, "longitude": 2.0,
        "standard_popup_text": "", "created_at": "2023-08-15T00:00:00.000Z",
    }  # fmt: skip
    return base | cells


def read(*records: dict[str, object]) -> Reading:
    reading = events(json.dumps(list(records)).encode(), paper(IDU), places=CODES)
    assert reading.rows == len(records) == reading.accepted + reading.superseded + len(set(reading.rejected["row"]))
    return reading


@pytest.fixture(scope="module")
def recorded(shared: Path) -> bytes:
    return (shared / RECORDED[IDU.id]).read_bytes()


def test_events_are_provisional_movements_by_cause(recorded: bytes) -> None:
    reading = events(recorded, paper(IDU), places=CODES)
    flood = only(reading, facet="event=123415")
    assert (flood["value"], flood["group"], flood["unit"], flood["status"]) == (
        1595,
        "idps-disaster-new",
        "movements",
        "provisional",
    )
    assert (flood["start"], flood["end"], flood["measure"], flood["locator"]) == (
        date(2023, 10, 4),
        date(2023, 10, 5),
        "flow",
        "/8#figure",
    )
    assert (reading.rows, reading.accepted, reading.superseded) == (16, 16, 0)


def test_the_days_are_those_idmcs_own_text_names(recorded: bytes) -> None:
    reading = events(recorded, paper(IDU), places=CODES)
    months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    for record in json.loads(recorded):
        match = _TEXT.search(record["standard_info_text"])
        assert match
        first, last = (
            date(2023, months.index(match[2]) + 1, int(match[1])),
            date(2023, months.index(match[4]) + 1, int(match[3])),
        )
        one = only(reading, facet=f"event={record['id']}")
        assert (one["start"], one["end"]) == (first, last + timedelta(days=1))


def test_qualifiers_are_bounds(recorded: bytes) -> None:
    reading = events(recorded, paper(IDU), places=CODES)
    assert bounds(only(reading, facet="event=119537")) == (500, 625, 1)  # more than 500
    assert bounds(only(reading, facet="event=113050")) == (1800, 2200, 1)  # approximately 2000
    assert bounds(only(reading, facet="event=117570")) == (None, None, None)  # a total of 41
    assert bounds(only(read(report(1, qualifier="less than")))) == (0, 100, 1)
    assert read(report(1, qualifier="at most")).notes == ("qualifiers without bounds: at most",)


def test_recommended_figures_only() -> None:
    reading = read(
        report(1, role=RECOMMENDED), report(2, role="Triangulation"), report(3, role=RECOMMENDED, displacement_type="Other")
    )  # fmt: skip
    assert asked(reading).select("facet", "group").rows() == [("event=1", "idps-new"), ("event=3", "idps-other-new")]
    assert reading.superseded == 1


def test_a_report_whose_role_is_not_told_or_not_known_is_set_aside_and_never_lost() -> None:
    reading = read(
        report(1, role="recommended Figure"), report(2, role="Best estimate"), report(3, role=None), report(4, role="")
    )
    assert asked(reading).get_column("facet").to_list() == ["event=1"]
    assert reading.rejected.select("row", "column", "rule").rows() == [(at, "role", "word") for at in (2, 3, 4)]
    with pytest.raises(FigureError, match="role Preferred is neither 'Recommended figure' nor 'Triangulation'"):
        read(report(1, role="Preferred"))


def test_without_roles_the_newest_report_of_an_event_and_place_stands_for_all() -> None:
    same: dict[str, object] = {"event_name": "Flood"}
    reading = read(
        report(1, **same, figure=50, created_at="2023-08-04T00:00:00.000Z"), report(2, **same, figure=80, created_at="2023-08-09T00:00:00.000Z"),
        report(3, **same, figure=70, latitude=9.0), report(4, event_name=None), report(5, event_name=None),
    )  # fmt: skip
    assert sorted(asked(reading).get_column("facet")) == ["event=2", "event=3", "event=4", "event=5"]
    assert reading.superseded == 1


def test_a_report_sent_twice_is_read_once() -> None:
    reading = read(
        report(1, role=RECOMMENDED, figure=5), report(1, role=RECOMMENDED, figure=6, created_at="2024-01-01T00:00:00Z")
    )
    assert only(reading)["value"] == 6


def test_one_day_is_enough_and_none_or_a_wrong_order_is_set_aside() -> None:
    alone = report(1, displacement_start_date=None, displacement_end_date="", displacement_date="2023-08-03")
    none = report(2, displacement_start_date=None, displacement_end_date=None, displacement_date=None)
    wrong = report(3, displacement_end_date="2023-07-01T12:00:00.000Z")
    reading = read(alone, none, wrong)
    assert (only(reading)["start"], only(reading)["end"]) == (date(2023, 8, 3), date(2023, 8, 4))
    assert reading.rejected.select("row", "rule").rows() == [(2, "date"), (3, "date")]


def test_numbers_and_texts_of_numbers_read_alike_and_a_dash_is_nothing() -> None:
    reading = read(report(1, figure="12"), report(2, figure=12), report(3, figure="-"), report(4, figure=None))
    assert asked(reading).get_column("value").to_list() == [12, 12]
    assert reading.empty == 2
    with pytest.raises(FigureError, match="figure = '-12': is negative"):
        read(report(1, figure=-12))


def test_nothing_of_the_html_is_kept_but_a_link_that_is_safe_to_follow(recorded: bytes) -> None:
    reading = events(recorded, paper(IDU), places=CODES)
    assert not any("<" in str(cell) for row in asked(reading).iter_rows() for cell in row)
    assert links(recorded)["126716"] == "https://ndmindia.mha.gov.in/NDMINDIA-CMS/viewWhatsNewPdf-D1181"
    texts = [
        "<a href='javascript:alert(1)'>x</a>", '<a href="http://plain.example.org/a">x</a>', '<a href="https://user@example.org/a">x</a>',
        '<a href="https://localhost/a">x</a>', '<a href="https://example.org:8443/a">x</a>', '<a href="https://example.org/a?b=1&amp;c=2">x</a>',
        '<a href="https://example.org/a&#34;onclick">x</a>', None,
    ]  # fmt: skip
    data = json.dumps([report(at, standard_popup_text=text) for at, text in enumerate(texts)]).encode()
    assert links(data) == {"5": "https://example.org/a?b=1&c=2"}


def test_events_of_2023_in_india_by_month_lose_nobody(recorded: bytes) -> None:
    figures = events(recorded, paper(IDU), places=CODES).figures
    sums = spread(figures, Spread()).figures
    assert sums.get_column("value").sum() == figures.get_column("value").sum() == 21_585
    may = sums.filter((F.group == "idps-new") & (F.start == date(2023, 5, 1))).get_column("value").to_list()
    # 2,000 on 28 May; 15 of 32 days of 175 (82); 30 of 55 days of 1,000 from 2 May to 25 June (545)
    assert may == [2000 + 82 + 545]


def test_an_answer_that_is_no_list_or_lacks_fields_is_told(recorded: bytes) -> None:
    with pytest.raises(SourceError, match="holds the fields detail where records belong"):
        events(b'{"detail": "client_id"}', paper(IDU))
    short = report(1)
    short["displacement"] = short.pop("figure")
    with pytest.raises(SourceError, match="have no figure"):
        events(json.dumps([short]).encode(), paper(IDU))
    with pytest.raises(SourceError, match="is cut off"):
        events(recorded[:-30], paper(IDU))
    with pytest.raises(FigureError, match="iso3 - is no country"):
        read(report(1, iso3="-"))
    with pytest.raises(FigureError, match="'XYZ': is no country"):
        read(report(1, iso3="XYZ"))


def test_the_whole_list_is_asked_for_with_the_clients_name_left_to_the_transport() -> None:
    (one,) = idu(IDU, Question(first=2023, last=2023, country="IND"))
    assert one.address == "https://helix-tools-api.idmcdb.org/external-api/idus/all/"
    assert [key.as_name for key in one.keys] == ["client_id"]


CELLS = st.one_of(st.none(), st.integers(-(10**9), 10**9), st.text(max_size=8), st.booleans())


@settings(deadline=None, max_examples=40)
@given(cells=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6))
def test_a_long_answer_is_read_as_a_short_one(cells: list[tuple[object, object]]) -> None:
    whole: dict[str, object] = {"latitude": None, "longitude": None}  # fractions may be written 1 or 1.0
    data = json.dumps(
        [report(at, figure=figure, qualifier=word, **whole) for at, (figure, word) in enumerate(cells)]
    ).encode()
    assert told(data, IDU, quick=0).records.equals(told(data, IDU).records)


@given(size=st.integers(1, 400), texts=st.lists(st.text(alphabet='}{,[]" \\', max_size=12), min_size=1, max_size=5))
def test_a_long_list_is_cut_between_records_or_not_read_by_pieces_at_all(size: int, texts: list[str]) -> None:
    data = json.dumps([{"a": text, "b": [{"c": text}, {"c": text}]} for text in texts]).encode()
    whole = by_column(data, ("a",), (), size)
    assert whole is None or whole.get_column("a").to_list() == texts
    plain = json.dumps([{"a": at} for at in range(40)]).encode()
    assert len(list(pieces(plain, 100))) > 2
    read_by_pieces = by_column(plain, ("a",), (), 100)
    assert read_by_pieces is not None
    assert read_by_pieces.get_column("a").to_list() == [str(at) for at in range(40)]
