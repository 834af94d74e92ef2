"""ReliefWeb: reports as records with links, and how many there are by country, month and format. All answers are invented."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from qanat.errors import AskError, FigureError, SourceError
from qanat.figures import require
from qanat.figures.words import LICENCES
from qanat.sources.pages import joined
from qanat.sources.record import Reading
from qanat.sources.reliefweb import REFUSED, REPORTS, ask, counts, following, reports
from qanat.sources.request import Question
from tests.reading import asked, only, paper
from tests.serving import says, serving


def report(number: int, *countries: str, day: str = "2024-03-05", kind: str = "Situation Report") -> dict[str, Any]:
    """A report in the shape of version 2."""
    return {
        "id": str(number), "score": 1, "href": f"https://api.reliefweb.int/v2/reports/{number}",
        "fields": {
            "title": f"Report {number}", "date": {"created": f"{day}T08:00:00+00:00", "original": "2024-03-01T00:00:00+00:00"},
            "source": [{"name": "An agency"}, {"name": "Another"}], "country": [{"iso3": code.lower(), "name": code} for code in countries],
            "format": [{"name": kind}], "disaster": [{"glide": "FL-2024-000001-KEN"}], "url_alias": f"https://reliefweb.int/report/{number}",
            "body": "Never kept.",
        },
    }  # fmt: skip


def page(*found: dict[str, Any], total: int | None = None) -> bytes:
    whole = len(found) if total is None else total
    return json.dumps({"time": 1, "totalCount": whole, "count": len(found), "data": found}).encode()


SYNTHETIC: dict[str, bytes] = {
    "reliefweb.reports": page(report(1, "KEN"), report(2, "KEN", "SOM"), report(3, "KEN", kind="Map"))
}


def read(data: bytes) -> Reading:
    return counts(data, paper(REPORTS, data))


def test_three_reports_about_kenya_in_march_two_of_them_situation_reports() -> None:
    reading = read(SYNTHETIC["reliefweb.reports"])
    whole = only(reading, place="KEN", facet=None)
    assert (whole["value"], whole["unit"], whole["group"], whole["method"]) == (3, "reports", "reports", "reports@1")
    assert (whole["start"], whole["end"], whole["locator"]) == (
        date(2024, 3, 1),
        date(2024, 4, 1),
        "/data/0+/data/1+/data/2",
    )
    assert only(reading, place="KEN", facet="format=Situation Report")["value"] == 2
    assert (reading.rows, reading.accepted) == (3, 3)
    require(reading.figures)


def test_a_report_about_two_countries_counts_in_each() -> None:
    assert only(read(SYNTHETIC["reliefweb.reports"]), place="SOM", facet=None)["value"] == 1


def test_part_of_an_answer_is_not_counted_and_a_note_says_so() -> None:
    part = read(page(report(1, "KEN"), total=2))
    assert part.figures.is_empty()
    assert part.notes == ("the answer has 2 reports and the document 1 of them; join its pages to have them counted",)
    both = read(joined([page(report(1, "KEN"), total=2), page(report(2, "KEN"), total=2)]))
    assert only(both, facet=None)["value"] == 2


def test_a_sum_of_many_reports_names_twenty_of_them() -> None:
    many = only(read(page(*(report(number, "KEN") for number in range(25)))), facet=None)
    assert many["value"] == 25
    assert str(many["locator"]).endswith("/data/19+5 more")


def test_what_is_kept_of_a_report_is_who_when_where_and_a_link() -> None:
    first, *_ = reports(SYNTHETIC["reliefweb.reports"])
    assert (first.title, first.day, first.publishers) == ("Report 1", date(2024, 3, 1), ("An agency", "Another"))
    assert (first.countries, first.disasters, first.link) == (
        ("KEN",),
        ("FL-2024-000001-KEN",),
        "https://reliefweb.int/report/1",
    )
    assert not hasattr(first, "body")


def test_a_link_that_is_no_https_address_is_not_kept() -> None:
    odd = report(1, "KEN")
    odd["fields"]["url_alias"] = "javascript:alert(1)"
    assert reports(page(odd))[0].link is None


def test_its_figures_are_not_passed_on() -> None:
    assert REPORTS.licence == "publisher-terms"
    assert not LICENCES[REPORTS.licence].may_redistribute


def test_a_name_that_is_not_approved_is_explained() -> None:
    refused = json.dumps({"time": 1, "status": 403, "error": {"type": "AccessDenied", "message": "appname"}}).encode()
    with pytest.raises(
        SourceError, match=r"says 403 \(appname\)\. ReliefWeb answers approved app names only.*QANAT_KEY_RELIEFWEB"
    ):
        read(refused)
    closed = json.dumps({"status": 410, "error": {"message": "Gone"}}).encode()
    with pytest.raises(SourceError, match="closed version 1"):
        read(closed)
    assert set(REFUSED) == {403, 410}


@pytest.mark.parametrize(
    ("status", "told"), [(403, "approved app names only: ask for one at apidoc"), (410, "has closed version 1")]
)
def test_a_refusal_of_the_service_is_explained_where_it_comes_with_its_status(status: int, told: str) -> None:
    (month, *_) = ask(REPORTS, Question(first=2024, last=2024, country="KEN"))
    with serving(says(b"{}", status)) as service, pytest.raises(SourceError, match=rf"HTTP {status}: .*{told}"):
        service.live().fetch(replace(month, url=f"http://{service.host}/v2/reports", keys=()))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (page(report(1, "KEN"))[:-30], "is cut off"),
        (b"<html>", "is a web page"),
        (b'{"totalCount": 1, "items": []}', "has no 'data' but the fields totalCount, items"),
        (b'{"data": null}', "holds None where records belong"),
    ],
)
def test_what_is_no_answer_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        read(data)


@pytest.mark.parametrize("day", ["", "soon"])
def test_a_report_without_a_day_is_named(day: str) -> None:
    with pytest.raises(FigureError, match="is no date"):
        read(page(report(1, "KEN", day=day)))


def test_a_month_without_reports_is_an_answer_without_figures() -> None:
    assert asked(read(page())).is_empty()


def test_a_country_is_asked_about_month_by_month_with_an_approved_name() -> None:
    found = ask(REPORTS, Question(first=2024, last=2024, country="KEN"))
    assert len(found) == 12
    body = json.loads(found[1].body or "")
    assert body["filter"]["conditions"] == [
        {"field": "country.iso3", "value": "ken"},
        {"field": "date.created", "value": {"from": "2024-02-01T00:00:00+00:00", "to": "2024-02-29T23:59:59+00:00"}},
    ]
    assert (body["limit"], body["offset"], "body" in body["fields"]["include"]) == (1000, 0, False)
    assert [(key.sent, key.as_name) for key in found[1].keys] == [("parameter", "appname")]
    with pytest.raises(AskError, match="one country at a time"):
        ask(REPORTS, Question(first=2024, last=2024))


def test_pages_follow_until_the_total_is_reached() -> None:
    first, *_ = ask(REPORTS, Question(first=2024, last=2024, country="KEN"))
    second = following(first, page(report(1, "KEN"), total=2))
    assert second is not None
    assert json.loads(second.body or "")["offset"] == 1
    assert following(second, page(report(2, "KEN"), total=2)) is None
    assert following(first, page(total=5)) is None  # an empty page ends it, whatever the total
