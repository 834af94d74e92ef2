"""A brief as tagged PDF, set by Typst with fonts from packages: the same on every machine, no system library needed."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from qanat.brief.blocks import Brief, Cell, Figure, Section, Table
from qanat.brief.html import names_of, sources_of
from qanat.brief.prose import Sentence, Voice
from qanat.errors import BriefError


def pdf(brief: Brief, voice: Voice) -> bytes:
    """The brief as PDF/UA-1. Raises BriefError with Typst's own words where it cannot be set."""
    import typst

    with TemporaryDirectory() as folder:
        root = Path(folder)
        figures = [figure for section in brief.sections for figure in section.figures]
        for figure in figures:
            (root / f"{figure.name}.svg").write_text(figure.chart.svg, encoding="utf-8")
        (root / "data.json").write_text(json.dumps(_data(brief, voice), ensure_ascii=False), encoding="utf-8")
        (root / "brief.typ").write_bytes(files("qanat.brief").joinpath("templates", "brief.typ").read_bytes())
        try:
            return typst.compile(
                root / "brief.typ", root=root, font_paths=[Path(folder) for folder in fonts()], ignore_system_fonts=True, format="pdf", pdf_standards=["ua-1"],
                timestamp=int(brief.made.timestamp()),
            )  # fmt: skip
        except typst.TypstError as cause:
            raise BriefError(f"the print of {brief.country} could not be set: {cause}") from cause


@cache
def fonts() -> tuple[str, ...]:
    """The folders of the font packages."""
    return tuple(str(files(name).joinpath("files")) for name in ("fontpkg_noto_sans", "fontpkg_noto_sans_arabic"))


def _data(brief: Brief, voice: Voice) -> dict[str, Any]:
    label, date = voice.label, voice.spelling.date
    references = [
        {
            "text": f"{d.publisher}. {d.title}. {date(d.published)}. {d.url or ''} {label('page.retrieved', date=date(d.retrieved))}. {label('page.licence', licence=d.licence)}. {d.note or ''}",
            "digest": label("page.digest", digest=d.sha256),
        }
        for d in brief.documents
    ]  # fmt: skip
    figures = [figure for section in brief.sections for figure in section.figures]
    tables = [figure.table for figure in figures] + [table for section in brief.sections for table in section.tables]
    return {
        "title": f"{brief.headline.text} \u00b7 {brief.name}", "country": brief.name, "language": brief.language, "rtl": brief.right_to_left,
        "made": [brief.made.year, brief.made.month, brief.made.day], "kicker": brief.kicker, "headline": brief.headline.text, "headmarks": [brief.mark(source) for source in sources_of(brief.headline)],
        "lede": [_sentence(brief, one) for one in brief.lede], "keys": [_key(brief, voice, at) for at in range(len(brief.keys))],
        **{section.name: _section(brief, voice, section) for section in brief.sections},
        "tables": [_table(voice, table) for table in _once(tables)],
        "notes": list(brief.notes), "references": references, "disclaimers": list(dict.fromkeys(brief.disclaimers)),
        "trace": label("page.trace", run=brief.run), "imprint": label("page.made", date=date(brief.made.date()), version=brief.code, run=brief.run),
        "words": {"notes": label("page.notes"), "references": label("page.references"), "tables": label("page.tables")},
    }  # fmt: skip


def _once(tables: list[Table]) -> list[Table]:
    """The tables, one that says the same as an earlier one left out."""
    found = {table.rows: table for table in reversed(tables) if table.rows}
    return list(reversed(found.values()))


def _sentence(brief: Brief, sentence: Sentence) -> dict[str, Any]:
    spans = [{"text": span.text, "cited": span.number is not None} for span in sentence.spans]
    return {"spans": spans, "marks": [brief.mark(source) for source in sources_of(sentence)]}


def _key(brief: Brief, voice: Voice, at: int) -> dict[str, Any]:
    key = brief.keys[at]
    return {
        "number": voice.spelling.number(key.number), "label": key.label.text, "marks": [brief.mark(source) for source in key.number.sources],
        "range": key.range.text if key.range else "",
    }  # fmt: skip


def _section(brief: Brief, voice: Voice, section: Section) -> dict[str, Any]:
    return {
        "title": section.title, "sentences": [_sentence(brief, one) for one in section.sentences],
        "figures": [_figure(brief, voice, figure) for figure in section.figures],
    }  # fmt: skip


def _figure(brief: Brief, voice: Voice, figure: Figure) -> dict[str, Any]:
    source = voice.label("page.sources", sources=names_of(brief, figure.sources)) if figure.sources else ""
    return {
        "title": figure.title, "subtitle": figure.subtitle, "file": f"{figure.name}.svg", "alt": figure.chart.description, "source": source,
        "marks": [brief.mark(one) for one in figure.sources], "told": [_sentence(brief, one) for one in figure.told],
    }  # fmt: skip


def _table(voice: Voice, table: Table) -> dict[str, Any]:
    return {
        "caption": table.caption, "head": list(table.head), "rows": [[_cell(voice, cell) for cell in row] for row in table.rows],
        "left_out": table.left_out.text if table.left_out else "",
    }  # fmt: skip


def _cell(voice: Voice, cell: Cell) -> str:
    if cell.number is None:
        return cell.text or ""
    return voice.spelling.number(cell.number) + (f" ({cell.bounds})" if cell.bounds else "")
