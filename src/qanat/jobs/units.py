"""The admin units below countries, from the list of p-codes, with the list's own faults mended by declared repairs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from qanat.errors import SourceError
from qanat.figures.places import UNITS
from qanat.jobs.place_documents import read_columns

# rows that name no place: country, code, how many rows the list has, why
LEFT_OUT: Final = (
    ("ECU", "ECISLA", 2, "one code for an unnamed island at both levels"),
    ("ECU", "ECNO APLICA", 2, "'not applicable': land between provinces that belongs to none yet"),
    ("SOM", "Unspecified", 1, "no district"),
)
# countries whose level-2 units all name the country as parent, though their code begins with the province's
PARENT_IN_CODE: Final = {"ECU": 4}  # letters of the code that are the parent's
# codes of the table of centres that are no unit of the list's division, and do not make it another division
BESIDE: Final = ("EC90",)  # land between provinces

_LISTED: Final = {
    "code": "P-Code", "country": "Location", "level": "Admin Level", "name": "Name", "parent": "Parent P-Code", "valid_from": "Valid from date",
}  # fmt: skip
_PLACED: Final = {
    "country": "iso3",
    "code": "pcode",
    "level": "level",
    "source": "source",
    "spelt": "name",
    "lat": "lat",
    "lon": "lon",
}


def units(pcodes: Path, nodes: Path) -> pl.DataFrame:
    """Admin 1 and 2 units with UNITS' columns, by p-code.

    pcodes  HDX's global list of p-codes (CSV)
    nodes   centres of admin 1 units (CSV); a country's are taken only where all its codes are in the list: otherwise it
            has been divided anew since, and the same code may stand for other land (Mali, Burkina Faso, Central African Republic)
    Raises SourceError where a declared repair no longer fits the list.
    """
    listed = read_columns(pcodes, _LISTED).with_columns(
        pl.col("level").cast(pl.Int8), pl.col("name").str.strip_chars(), pl.col("valid_from").str.to_date()
    )
    placed = _mended(listed).join(_centres(nodes, listed), on=["country", "code"], how="left")
    spelt = placed.with_columns(name=pl.when(_bare("spelt") == _bare("name")).then("spelt").otherwise("name"))
    return spelt.sort("code").select(pl.col(name).cast(dtype) for name, dtype in UNITS.items())


def _mended(listed: pl.DataFrame) -> pl.DataFrame:
    kept = listed
    for country, code, rows, reason in LEFT_OUT:
        here = (pl.col("country") == country) & (pl.col("code") == code)
        found = listed.filter(here).height
        if found != rows:
            raise SourceError(
                f"p-codes: {found} rows {code!r} in {country}, where {rows} were to be left out ({reason}); "
                "the list has changed: look at jobs/units.py, LEFT_OUT"
            )
        kept = kept.filter(~here)
    for country, letters in PARENT_IN_CODE.items():
        below = (pl.col("country") == country) & (pl.col("level") == 2)
        if kept.filter(below & (pl.col("parent") != country)).height:
            raise SourceError(f"p-codes: {country} names parents of its own now; look at jobs/units.py, PARENT_IN_CODE")
        kept = kept.with_columns(parent=pl.when(below).then(pl.col("code").str.head(letters)).otherwise("parent"))
    return kept


def _centres(nodes: Path, listed: pl.DataFrame) -> pl.DataFrame:
    first = listed.filter(pl.col("level") == 1).select("country", "code")
    official = (pl.col("level") == "1") & (pl.col("source") == "unocha") & ~pl.col("code").is_in(BESIDE)
    found = (
        read_columns(nodes, _PLACED)
        .filter(official)
        .with_columns(pl.col("spelt").str.strip_chars(), pl.col("lat").cast(pl.Float64), pl.col("lon").cast(pl.Float64))
    )
    redrawn = found.join(first, on=["country", "code"], how="anti").get_column("country").unique()
    return found.filter(~pl.col("country").is_in(redrawn.implode())).drop("level", "source")


def _bare(column: str) -> pl.Expr:
    """A name without accents, for telling whether two tables spell one name."""
    return pl.col(column).str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
