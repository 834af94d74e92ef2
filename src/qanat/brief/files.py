"""A brief for machines: one JSON document, and every cited figure as a table."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import polars as pl

from qanat.brief.blocks import Brief, Cell, Section, Table
from qanat.brief.numbers import Number
from qanat.brief.prose import Sentence, Voice
from qanat.errors import BriefError
from qanat.figures import MEANING
from qanat.figures.licensing import RESTRICTED
from qanat.figures.neutral import neutral

SCHEMA_ID = "qanat.brief/1"


Attest = Callable[[dict[str, Any]], dict[str, Any] | None]


def document_json(brief: Brief, voice: Voice, attest: Attest = lambda _: None) -> bytes:
    """The brief as JSON (schema: qanat/cli/schemas/brief.json): every sentence with its numbers, every number with its figures.

    attest  given all that the brief says, gives its `register`: what lets anyone check it offline (verify.brief)
    """
    content: dict[str, Any] = {
        "schema": SCHEMA_ID, "country": brief.country, "name": brief.name, "language": brief.language, "reference": brief.reference.isoformat(),
        "as_of": brief.as_of.isoformat() if brief.as_of else None, "made": brief.made.isoformat(), "run": brief.run, "qanat": brief.code,
        "headline": _sentence(brief.headline, voice), "lede": [_sentence(one, voice) for one in brief.lede],
        "key_figures": [{"number": _number(key.number, voice), "label": key.label.text} for key in brief.keys],
        "sections": [_section(section, voice) for section in brief.sections], "notes": list(brief.notes), "disclaimers": list(brief.disclaimers),
        "internal": brief.internal, "restricted": [{"code": RESTRICTED, **asdict(one)} for one in brief.bound],
        "references": [_plain(asdict(document)) for document in brief.documents],
    }  # fmt: skip
    content |= {"register": attest(content)}
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in record.items()}


def _number(number: Number, voice: Voice) -> dict[str, Any]:
    return {
        "text": voice.spelling.number(number),
        "value": number.value,
        "how": number.how,
        "figures": list(number.cites),
        "sources": list(number.sources),
    }


def _sentence(sentence: Sentence, voice: Voice) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "message": sentence.key,
        "numbers": [_number(number, voice) for number in sentence.numbers],
    }


def _section(section: Section, voice: Voice) -> dict[str, Any]:
    return {
        "name": section.name, "title": section.title, "sentences": [_sentence(one, voice) for one in section.sentences],
        "figures": [{"name": f.name, "title": f.title, "subtitle": f.subtitle, "sources": list(f.sources), "sentences": [_sentence(one, voice) for one in f.told], "table": _table(f.table, voice)} for f in section.figures],
    }  # fmt: skip


def _table(table: Table, voice: Voice) -> dict[str, Any]:
    return {
        "caption": table.caption,
        "head": list(table.head),
        "rows": [[_cell(cell, voice) for cell in row] for row in table.rows],
    }


def _cell(cell: Cell, voice: Voice) -> str | dict[str, Any]:
    return _number(cell.number, voice) if cell.number is not None else cell.text or ""


def cited_csv(brief: Brief, figures: pl.DataFrame) -> bytes:
    """Every figure the brief cites, one row each, with all its columns; `cite` is run:row.

    Raises BriefError where a cited figure is not among those handed in.
    """
    cites = sorted({cite for number in brief.numbers for cite in number.cites})
    named = (
        figures.with_columns(cite=pl.format("{}:{}", "run", "row"))
        .filter(pl.col("cite").is_in(cites))
        .unique("cite", keep="first", maintain_order=True)
    )
    absent = set(cites) - set(named.get_column("cite").to_list())
    if absent:
        raise BriefError(f"the brief cites {len(absent)} figures that were not handed in, first {sorted(absent)[0]}")
    ordered = named.sort("group", "origin", "place", "end", "sex", "age_from", "cite", nulls_last=True)
    ordered = ordered.with_columns(pl.col("value", "low", "high").map_batches(_plain_numbers, return_dtype=pl.String))
    texts = [
        name for name, dtype in ordered.schema.items() if dtype == pl.String() and name not in ("value", "low", "high")
    ]
    plain = ordered.with_columns(pl.col(name).map_batches(_neutral, return_dtype=pl.String) for name in texts)
    return plain.select("cite", *(pl.col(name) for name in MEANING if name not in ("run", "row"))).write_csv().encode()


def _neutral(texts: pl.Series) -> pl.Series:
    """Text that no spreadsheet runs as a formula; `figures.neutral.restored` gives it back as it was."""
    return pl.Series([None if text is None else neutral(text) for text in texts], dtype=pl.String)


def _plain_numbers(values: pl.Series) -> pl.Series:
    """Whole numbers without a decimal point; null stays empty."""
    return pl.Series(
        [None if value is None else f"{value:.6f}".rstrip("0").rstrip(".") for value in values], dtype=pl.String
    )
