"""What goes into the edition: each table, where it lies, who reads it, when it was published, what is known to be wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from qanat.edition.places import places
from qanat.figures import Document
from qanat.sources import demographics, idmc, remittances, unhcr, unpd, vintages, worldbank_table
from qanat.sources.record import Reading, Source

RETRIEVED: Final = date(2026, 11, 23)
SINCE: Final = 2000
_CARRIER: Final = "Carried by UNHCR's R package PopulationStatistics/refugees, commit {commit}."
_ZERO: Final = "A zero in this table is a reported zero or not applicable; the table does not tell which; it is taken for the latter where the group cannot exist (IDPs abroad, refugees at home)."


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One run of the edition.

    file  the published table below the folder of sources
    read  its adapter, ready to be given bytes and document
    """

    name: str
    file: str
    source: Source
    published: date
    note: str
    read: Callable[[bytes, Document], Reading]

    def document(self, data: bytes) -> Document:
        """The document of these bytes."""
        return self.source.document(data, self.published, RETRIEVED, self.note)

    def bytes_in(self, folder: Path) -> bytes:
        """The table's bytes."""
        return (folder / self.file).read_bytes()


def _unhcr(name: str, source: Source, read: Callable[..., Reading], note: str = "") -> Part:
    carrier = _CARRIER.format(commit="0c16a6d0c2f37d8578f9b9e3d1e4459efe850398")
    return Part(
        name=f"unhcr-{name}", file=f"unhcr/{name}.parquet", source=source, published=date(2026, 6, 25), note=f"{carrier} {note}".strip(),
        read=partial(read, since=SINCE),
    )  # fmt: skip


def _demographics(name: str, file: str, note: str, read: Callable[..., Reading]) -> Part:
    carrier = _CARRIER.format(commit="fbc3be0 up to 2024, 0c16a6d for 2025")
    source = replace(demographics.DEMOGRAPHICS, id=f"unhcr.{name}")
    return Part(
        name=f"unhcr-{name}", file=file, source=source, published=date(2026, 6, 25), note=f"{carrier} {note}", read=read
    )


def _gidd(name: str, file: str, source: Source, read: Callable[[bytes, Document], Reading]) -> Part:
    note = "Carried by OCHA-DAP/hdx-scraper-idmc-gidd, commit 3c03db4; the database as of the date of publication."
    return Part(
        name=f"idmc-{name}",
        file=f"subnational/_global/{file}",
        source=source,
        published=date(2025, 5, 13),
        note=note,
        read=read,
    )


def _unpd(
    name: str, file: str, source: Source, published: date, note: str, read: Callable[[bytes, Document], Reading]
) -> Part:
    return Part(name=f"unpd-{name}", file=file, source=source, published=published, note=note, read=read)


def _release(name: str) -> Part:
    return Part(
        name=f"unhcr-release-{name}", file="unhcr/vintages_wide.parquet", source=vintages.WIDE, published=vintages.RELEASES[name],
        note=f"Release {name} as UNHCR's R package held it; years since 2010.", read=partial(vintages.release, name=name),
    )  # fmt: skip


def _checked(read: Callable[..., Reading]) -> Callable[[bytes, Document], Reading]:
    """The adapter with the countries that exist: records of others are set aside, which the part's note tells."""
    return lambda data, document: read(data, document, places=places().codes())


def _money() -> tuple[Part, ...]:
    """The World Bank's remittances, prices of sending them, and incomes."""
    matrix = "Carried by {carrier}. The day of publication is not stated; the end of the month of release is assumed."
    carriers = {
        2017: ("hbenveniste/mig-fund, commit 1ae3861", date(2018, 4, 30)),
        2021: ("raulincadet/Macro, commit 65b2aa9", date(2022, 12, 31)),
    }
    matrices = tuple(
        Part(
            name=f"worldbank-remittances-bilateral{year}", file="remittances/wb_knomad_bilateral.parquet",
            source=remittances.BILATERAL, published=day, note=matrix.format(carrier=carrier), read=_checked(partial(remittances.bilateral, year=year)),
        )
        for year, (carrier, day) in carriers.items()
    )  # fmt: skip
    return (
        *matrices,
        Part(
            name="worldbank-remittances", file="remittances/knomad_remittance_flows_2023.parquet", source=remittances.FLOWS, published=date(2023, 12, 31),
            note="Inflows of the edition of December 2023, outflows of June 2023; carried by raulincadet/Macro and kietnguyen01/Remittance-Fees-Analysis, commit 49c9aa8. The last year's inflow is the World Bank's estimate.",
            read=_checked(remittances.flows),
        ),
        Part(
            name="worldbank-remittance-prices", file="remittances/rpw_corridor_costs_2011_2020.parquet", source=remittances.PRICES, published=date(2020, 12, 31),
            note="Carried by natesheehan/sdg_10C, commit 3365194; ends with the third quarter of 2020. The day of publication is assumed. Twenty records are left out: 15 to the Netherlands Antilles, five prices below zero.",
            read=_checked(remittances.prices),
        ),
        Part(
            name="worldbank-indicators", file="drivers/gdi_indicators.parquet", source=worldbank_table.SOURCE, published=date(2024, 3, 28),
            note="World Development Indicators of 28 March 2024, carried by the package gdiviz (MIT), commit 1a9f949.",
            read=_checked(worldbank_table.indicators_table),
        ),
    )  # fmt: skip


_NO_DAY: Final = "The day of publication is not stated; the end of the revision's year is assumed."
_BACKWARD: Final = "Carried by PPgp/wpp2024, commit 2da7768; population before 2024 is computed back from 2024 with the published yearly change."
PARTS: Final = (
    _unhcr("population", unhcr.POPULATION, unhcr.population, _ZERO),
    _unhcr("solutions", unhcr.SOLUTION, unhcr.solutions),
    _unhcr("asylum_applications", unhcr.APPLICATION, unhcr.applications, "Cases (chiefly of the United States) stand apart from people; 2000 to 2005 mostly without a type."),
    _unhcr("asylum_decisions", unhcr.DECISION, unhcr.decisions),
    _unhcr("unrwa", unhcr.UNRWA, unhcr.unrwa),
    _unhcr("idmc", unhcr.IDMC, unhcr.idmc, "IDMC's series as UNHCR carries it, rounded to thousands in most years."),
    _demographics("demographics", "unhcr/demographics.parquet", "Locations added up to countries; the bounds of rounded cells are added up with them.", partial(demographics.demographics, nationally=True)),
    _demographics("demographics-admin", "subnational/_global/unhcr_demographics_admin12_pcoded.parquet", "Locations of admin 1 and 2; p-codes joined by name, where none fitted the location's name stands in facet.", demographics.demographics),
    _gidd("gidd-conflict", "idmc_gidd_conflict_country_year_2009_2024.csv", idmc.CONFLICT, idmc.conflict),
    _gidd("gidd-disaster", "idmc_gidd_disaster_country_year_hazard_2008_2024.csv", idmc.DISASTER, idmc.disaster),
    _gidd("gidd-sex-age", "idmc_stocks_sex_age_gdidata.csv", idmc.SEX_AGE, idmc.sex_and_age),
    _unpd("wpp2024", "population/wpp2024_annual.parquet", unpd.WPP, date(2024, 7, 11), _BACKWARD, unpd.prospects),
    _unpd("migrants2024", "stocks/un_desa_ims2024_bilateral.parquet", unpd.MIGRANTS, date(2024, 12, 31), _NO_DAY, unpd.migrants),
    _unpd("migrant-ages2024", "stocks/un_desa_ims2024_age_sex.parquet", unpd.MIGRANT_AGES, date(2024, 12, 31), _NO_DAY, unpd.migrant_ages),
    *_money(),
    *(_release(name) for name in vintages.RELEASES),
)  # fmt: skip
