"""Job: the stocks an earlier revision lists by birthplace where the newer one has them among the rest."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final

import polars as pl

from qanat.errors import SourceError
from qanat.figures import Document

EARLIER: Final = "stocks/un_desa_ims2020_bilateral.parquet"
NEWER: Final = "stocks/un_desa_ims2024_bilateral.parquet"
_LEFT_OUT: Final = ("XXX", "WLD")


def write_unlisted(tables: Path, folder: Path) -> None:
    """Write unlisted.parquet and unlisted.documents.json into the edition's folder; the same tables, the same bytes."""
    absent = [name for name in (EARLIER, NEWER) if not (tables / name).is_file()]
    if absent:
        raise SourceError(f"unlisted: not below {tables}: {', '.join(absent)}; give the folder of published tables")
    content = (tables / EARLIER).read_bytes()
    frame = unlisted_stocks(pl.read_parquet(content), pl.read_parquet(tables / NEWER))
    frame.write_parquet(folder / "unlisted.parquet", compression="zstd", compression_level=19)
    told = json.dumps([asdict(_document(content))], ensure_ascii=False, indent=0, default=str) + "\n"
    (folder / "unlisted.documents.json").write_text(told, encoding="utf-8")


def unlisted_stocks(earlier: pl.DataFrame, newer: pl.DataFrame) -> pl.DataFrame:
    """year, birth, residence, stock of both sexes that `earlier` gives and `newer` does not, where newer has that year and place.

    earlier, newer  published tables: orig, dest, sex (b, m, f), year, value
    """
    keys = ["year", "birth", "residence"]
    old, new = (_both_sexes(table) for table in (earlier, newer))
    return (
        old.filter(~pl.col("birth").is_in(_LEFT_OUT), pl.col("birth") != pl.col("residence"))
        .join(new, on=keys, how="anti")
        .join(new.select("year", "residence").unique(), on=["year", "residence"], how="semi")
        .sort(keys)
    )


def _both_sexes(table: pl.DataFrame) -> pl.DataFrame:
    return table.filter(pl.col("sex") == "b", pl.col("value") > 0).select(
        year=pl.col("year").cast(pl.Int64),
        birth=pl.col("orig").cast(pl.String),
        residence=pl.col("dest").cast(pl.String),
        stock=pl.col("value").cast(pl.Float64),
    )


def _document(content: bytes) -> Document:
    return Document(
        id="unpd.migrant-stock-2020", publisher="UN DESA Population Division", title="International Migrant Stock 2020",
        url="https://www.un.org/development/desa/pd/content/international-migrant-stock", licence="CC-BY-3.0-IGO",
        citation="United Nations, Department of Economic and Social Affairs, Population Division (2020), International Migrant Stock 2020, POP/DB/MIG/Stock/Rev.2020",
        published=date(2021, 1, 15), retrieved=date(2026, 11, 23), sha256=sha256(content).hexdigest(), size=len(content),
        note="Only birthplaces that the revision of 2024 does not list for the place and year.",
    )  # fmt: skip
