"""qanat in Python: series that know where they come from and refuse what must not be done with them."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

import pytest

import qanat
from qanat.errors import AskError, MixError, NothingFound
from qanat.picture import Country, Picture
from qanat.store import Disk


@pytest.fixture
def sudan(edition: Disk) -> Country:
    return Picture(edition)["Sudan"]


def test_opening_reads_the_store_of_a_folder(edition: Disk) -> None:
    with qanat.open(edition.home, as_of=date(2025, 6, 30)) as picture:
        assert picture["SDN"].idps.rows[0]["year"] == 2024


def test_a_group_is_an_attribute_with_its_newest_figures_first(sudan: Country) -> None:
    assert sudan.idps.latest.to_polars().select("counter", "value").rows() == [
        ("idmc", 9_117_000.0),
        ("unhcr", 9_139_309.0),
    ]
    assert sudan.refugees.abroad.latest.rows[0]["value"] == 2_820_737.0
    assert "idps" in dir(sudan)


def test_an_unknown_group_or_country_names_those_there_are(edition: Disk, sudan: Country) -> None:
    with pytest.raises(AttributeError, match="its groups are"):
        _ = sudan.idpz
    with pytest.raises(AskError, match="nearest"):
        Picture(edition)["Sudn"]


def test_by_sex_and_age_keeps_the_unknown_and_draws_a_pyramid(sudan: Country) -> None:
    divided = sudan.refugees.by("sex", "age").abroad
    assert {row["sex"] for row in divided.rows} == {"female", "male", "unknown"}
    assert "women and girls" in divided.svg
    ElementTree.fromstring(divided.svg)


def test_a_stock_and_a_flow_are_never_put_together(sudan: Country) -> None:
    stock, flow = sudan.idps.where(counter="unhcr"), sudan.returned_idps.inside
    with pytest.raises(MixError, match="a stock counts people on a day"):
        _ = stock + flow


def test_cases_and_people_are_never_put_together(edition: Disk) -> None:
    usa = Picture(edition)["USA"]
    refugees = usa.refugees.hosted
    cases = refugees.rows[0] | {"unit": "cases"}
    with pytest.raises(MixError, match="cases hold one or more people"):
        _ = refugees + type(refugees)(usa, "asylum-applicants", (cases,))


def test_two_agencies_are_never_put_together(sudan: Country) -> None:
    with pytest.raises(MixError, match="stand beside each other"):
        _ = sudan.idps.where(counter="unhcr") + sudan.idps.where(counter="idmc")


def test_sources_stand_side_by_side(sudan: Country) -> None:
    found = sudan.idps.sources()
    assert set(found.get_column("counter").to_list()) == {"idmc", "unhcr"}
    assert found.filter((found["year"] == 2025) & found["shown"]).get_column("counter").to_list() == ["idmc"]


def test_explain_leads_to_documents(sudan: Country) -> None:
    assert sudan.idps.explain()["documents"][0]["publisher"] == "IDMC, carried by UNHCR"


def test_a_notebook_shows_a_chart_and_the_sources(sudan: Country) -> None:
    shown = sudan.idps._repr_html_()  # pyright: ignore[reportPrivateUsage]  # the protocol of notebooks
    assert "<svg" in shown
    assert "unhcr.idmc@2026-06-25" in shown
    assert "9,117,000" in repr(sudan.idps)
    assert " female 5–11  unhcr.demographics" in repr(
        sudan.refugees.by("sex", "age")
    )  # [5, 12): eleven is the last year of age


def test_where_refuses_unknown_columns_and_says_when_nothing_fits(sudan: Country) -> None:
    with pytest.raises(AskError, match="a figure has no sexx"):
        sudan.idps.where(sexx="female")
    with pytest.raises(NothingFound):
        sudan.idps.where(year=1900)


def test_frames_come_out_as_polars_and_pandas(sudan: Country) -> None:
    assert sudan.idps.to_pandas().shape[0] == sudan.idps.to_polars().height
