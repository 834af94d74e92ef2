"""Job: the edition's table of places, from the UN's names and codes, UNHCR's codes and the list of p-codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import polars as pl

from qanat.errors import SourceError
from qanat.figures.places import COUNTRIES, LANGUAGES, UNITS

_M49: Final = {"en": "English", "fr": "French", "es": "Spanish", "ar": "Arabic", "ru": "Russian", "zh": "Chinese"}
# shorter English names for charts and prose, where the UN's own is long
SHORT: Final = {
    "BOL": "Bolivia", "BRN": "Brunei", "CAF": "Central African Republic", "COD": "DR Congo", "COG": "Congo", "FLK": "Falkland Islands (Malvinas)",
    "FSM": "Micronesia", "GBR": "United Kingdom", "HKG": "Hong Kong (China)", "IRN": "Iran", "KOR": "Republic of Korea", "PRK": "DPR Korea",
    "LAO": "Lao PDR", "MAC": "Macao (China)", "MDA": "Moldova", "NLD": "Netherlands", "PSE": "Palestine", "RUS": "Russia", "SYR": "Syria",
    "TWN": "Taiwan (Province of China)", "TZA": "Tanzania", "USA": "United States", "VEN": "Venezuela", "VGB": "British Virgin Islands",
    "VIR": "US Virgin Islands", "BIH": "Bosnia and Herzegovina", "MKD": "North Macedonia", "VCT": "Saint Vincent", "STP": "Sao Tome and Principe",
}  # fmt: skip
ARTICLE: Final = frozenset({
    "BHS", "CAF", "COD", "COK", "COM", "DOM", "FLK", "FRO", "GBR", "GMB", "MDV", "MHL", "MNP", "NLD", "PHL", "KOR", "SLB", "TCA", "USA", "ARE",
    "VGB", "VIR", "CYM", "ATF", "IOT", "PRK", "LAO",
})  # fmt: skip
# what people also write; old names as in documents of their time
ALSO: Final = {
    "BOL": ["Bolivia"], "CIV": ["Ivory Coast", "Cote d'Ivoire"], "COD": ["DR Congo", "DRC", "Congo-Kinshasa", "Democratic Republic of Congo", "Zaire", "Congo"],
    "COG": ["Congo-Brazzaville", "Republic of the Congo", "Republic of Congo"], "CPV": ["Cape Verde"], "CZE": ["Czech Republic"],
    "FLK": ["Falkland Islands", "Malvinas"], "GBR": ["UK", "Great Britain", "Britain"], "IRN": ["Iran", "Islamic Republic of Iran"],
    "KOR": ["South Korea"], "PRK": ["North Korea"], "LAO": ["Laos"], "MDA": ["Moldova", "Republic of Moldova"], "MKD": ["Macedonia", "FYROM"],
    "MMR": ["Burma"], "NLD": ["The Netherlands", "Holland"], "NRU": ["Naoero"], "PSE": ["Palestine", "oPt", "occupied Palestinian territory", "Palestinian territories"],
    "RUS": ["Russia"], "SWZ": ["Swaziland"], "SYR": ["Syria"], "TLS": ["East Timor"], "TUR": ["Turkey"], "TZA": ["Tanzania"],
    "USA": ["United States", "US", "America", "U.S.A."], "VEN": ["Venezuela"], "VNM": ["Vietnam"], "VAT": ["Vatican"], "BRN": ["Brunei"],
    "CAF": ["CAR", "Central African Rep."], "FSM": ["Micronesia"], "TWN": ["Taiwan", "China, Taiwan Province of China"], "ARE": ["UAE"], "SRB": ["Serbia and Kosovo"], "LBY": ["Libya"],
    "ESH": ["Western Sahara"], "XKX": ["Kosovo"], "XXA": ["Stateless people"], "XXX": ["Unknown", "Various"], "SDN": ["North Sudan", "Republic of the Sudan"],
}  # fmt: skip
# places figures name that no list of countries has; names of people without a country in UNHCR's wording
OWN: Final = (
    ("WLD", "world", "World", "Monde", "Mundo", "العالم", "Мир", "世界", None),
    ("XXA", "people", "Stateless", "Apatrides", "Apátridas", "عديمو الجنسية", "Лица без гражданства", "无国籍人", "STA"),
    ("XXX", "people", "Unknown or various origins", "Origines inconnues ou diverses", "Orígenes desconocidos o varios", "أصول مجهولة أو متنوعة", "Неизвестное или разное происхождение", "来源不明或多样", "UKN"),
    ("XTB", "people", "Tibetan", "Tibétains", "Tibetanos", "تبتيون", "Тибетцы", "藏人", "TIB"),
    ("XKX", "area", "Kosovo (S/RES/1244)", "Kosovo (S/RES/1244)", "Kosovo (S/RES/1244)", "كوسوفو (S/RES/1244)", "Косово (S/RES/1244)", "科索沃 (S/RES/1244)", None),
    ("XCX", "area", "Channel Islands", "Îles Anglo-Normandes", "Islas del Canal", "جزر القنال", "Нормандские острова", "海峡群岛", None),
    ("AB9", "area", "Abyei Area", "Zone d'Abyei", "Zona de Abyei", "منطقة أبيي", "Район Абьей", "阿卜耶伊地区", None),
)  # fmt: skip


def countries(taxonomy: Path, codes: Path, unhcr: Path) -> pl.DataFrame:
    """Countries and territories with COUNTRIES' columns, by code.

    taxonomy  OCHA's countries and territories taxonomy (CSV): UN names in six languages, M49, regions, centres
    codes     M49 and ISO codes with the UN's development groups (Parquet)
    unhcr     UNHCR's own codes and regions (CSV)
    """
    own = pl.read_csv(taxonomy, infer_schema=False)
    named = own.filter(pl.col("ISO 3166-1 Alpha 3-Codes").is_not_null() & pl.col("m49 numerical code").is_not_null() & (pl.col("Deprecated") != "Y")).select(
        code="ISO 3166-1 Alpha 3-Codes", iso2="ISO 3166-1 Alpha 2-Codes", m49=pl.col("m49 numerical code").cast(pl.Int32),
        kind=pl.when(pl.col("Independent") == "Y").then(pl.lit("country")).otherwise(pl.lit("territory")),
        **{f"name_{code}": pl.coalesce(f"M49 {word}", f"{word} Short").str.replace_all("’", "'") for code, word in _M49.items()},
        region="Region Name", subregion="Sub-region Name", lat=pl.col("Latitude").cast(pl.Float64), lon=pl.col("Longitude").cast(pl.Float64),
    )  # fmt: skip
    groups = pl.read_parquet(codes).select(
        pl.col("iso3").alias("code"), *(pl.col(name).cast(pl.Boolean) for name in ("ldc", "lldc", "sids"))
    )
    agency = (
        pl.read_csv(unhcr)
        .select(code="iso3", unhcr_code="unhcr_code", unhcr_region="unhcr_region")
        .unique("code", keep="first", maintain_order=True)
    )
    joined = named.join(groups, on="code", how="left").join(agency, on="code", how="left")
    return _checked(pl.concat([_shaped(joined), _shaped(_own())]).sort("code"))


def _own() -> pl.DataFrame:
    names = ["code", "kind", *(f"name_{language}" for language in LANGUAGES), "unhcr_code"]
    return pl.DataFrame(list(OWN), schema=dict.fromkeys(names, pl.String()), orient="row")


def _shaped(frame: pl.DataFrame) -> pl.DataFrame:
    codes = frame.get_column("code").to_list()
    words: dict[str, list[Any]] = {
        "short": [SHORT.get(code) for code in codes],
        "article": [code in ARTICLE for code in codes],
        "also": [ALSO.get(code, []) for code in codes],
    }
    told = frame.with_columns(pl.Series(name, values, dtype=COUNTRIES[name]) for name, values in words.items())
    told = told.with_columns(pl.col("short").fill_null(pl.col("name_en")))
    absent = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in COUNTRIES.items() if name not in told.columns]
    return told.with_columns(absent).select(pl.col(name).cast(dtype) for name, dtype in COUNTRIES.items())


def units(pcodes: Path, nodes: Path) -> pl.DataFrame:
    """Admin 1 and 2 units with UNITS' columns, by p-code.

    A parent the list itself does not have (299 units, most of Ecuador, in the list of 2025) is null.

    pcodes  HDX's global list of p-codes (CSV);  nodes  centres of admin 1 units, taken where the p-code is in the list
    """
    listed = pl.read_csv(pcodes, infer_schema=False).select(
        code="P-Code", country="Location", level=pl.col("Admin Level").cast(pl.Int8), name=pl.col("Name").str.strip_chars(),
        parent="Parent P-Code", valid_from=pl.col("Valid from date").str.to_date(),
    )  # fmt: skip
    coded = listed.filter(pl.col("code").str.contains("^[A-Z]{2,3}[0-9]")).unique(
        ["code"], keep="first", maintain_order=True
    )
    centres = (
        pl.read_csv(nodes, infer_schema_length=5000)
        .filter(pl.col("level") == 1)
        .select(code="pcode", lat="lat", lon="lon")
        .unique("code", keep="first", maintain_order=True)
    )
    frame = coded.join(centres, on="code", how="left").sort("code")
    listed_parent = pl.col("parent").is_in(frame.get_column("code").implode())
    frame = frame.with_columns(parent=pl.when((pl.col("level") == 1) | listed_parent).then("parent"))
    return frame.select(pl.col(name).cast(dtype) for name, dtype in UNITS.items())


def _checked(frame: pl.DataFrame) -> pl.DataFrame:
    twice = frame.filter(pl.col("code").is_duplicated()).get_column("code").unique().to_list()
    unnamed = frame.filter(pl.col("name_en").is_null() | (pl.col("name_en") == "")).get_column("code").to_list()
    if twice or unnamed:
        raise SourceError(
            f"places: codes twice {twice}, without a name {unnamed}; mend the taxonomy or the tables in jobs/places.py"
        )
    return frame
