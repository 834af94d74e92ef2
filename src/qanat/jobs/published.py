"""Job: the figures of one source, or of an imported file, as they were published, whatever they count, newest vintage each, with their citations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from qanat.edition.places import places
from qanat.errors import AskError, NothingFound
from qanat.figures import SCHEMA, F
from qanat.jobs.by_unit import with_units
from qanat.jobs.knowing import told_day
from qanat.reconcile.newest import newest
from qanat.sources.known import SOURCES, chosen
from qanat.store import Ask, Engine

_TOLD = (
    "measure", "group", "unit", "place", "origin", "sex", "age_from", "age_to", "facet", "value", "low", "high", "level", "status", "counter",
    "known", "licence", "source",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRequest:
    """Which source (an id or the end of it, or an imported file's "own.NAME"), about which country (as place or origin, its units too; null: all), which year its figures
    touch (null: all), with which text in their cuts, measure or group (null: any), how many at most, as known on a day."""

    source: str
    country: str | None = None
    year: int | None = None
    about: str | None = None
    most: int = 50
    as_of: date | None = None


def published(request: PublishedRequest, store: Engine) -> dict[str, Any]:
    """The newest figures first, at most `most` of them; `of` says how many there are.

    Each row: cite, first and last (the days it speaks of, both counted), name (the place's; its p-code where none is listed), what it counts, of whom, its value (null = not
    counted) with its bounds, and on what terms it may travel. Raises AskError for a source or country that is none,
    NothingFound where nothing of it is held or fits.
    """
    source = _source(request.source, store)
    code = places().find(request.country).code if request.country else None
    named = [one.id for one in store.documents() if one.series == source]
    asks = [Ask(source=name, known_by=request.as_of) for name in sorted(named)]
    held = [with_units(code, ask, store) if code else store.get(ask) for ask in asks]
    found = newest(pl.concat([pl.DataFrame(schema=SCHEMA), *held])).filter(*_wanted(request))
    if found.is_empty():
        raise NothingFound(_absent(source, held=bool(named)))
    last = pl.when(F.start < F.end).then(F.end.dt.offset_by("-1d")).otherwise("end")
    order = ["last", "place", "origin", "measure", "group", "facet", "sex", "age_from", "run", "row"]
    told = found.with_columns(last=last).sort(order, descending=[True] + [False] * 9, nulls_last=True)
    cited = pl.format("{}:{}", "run", "row").alias("cite")
    head = told.head(request.most)
    names = {code: places().name(code) for code in head.get_column("place").unique()}
    rows = head.select(cited, F.start.alias("first"), "last", F.place.replace_strict(names).alias("name"), *_TOLD)
    return {
        "schema": "qanat.figures/1", "source": source, "as_of": told_day(request.as_of), "of": found.height, "rows": rows.to_dicts(),
    }  # fmt: skip


def _absent(source: str, *, held: bool) -> str:
    if held:
        return f"{source}: no figure that is held here fits; leave out --country, --year or --about, or ask for others"
    return f"{source}: no figure is held here; `qanat sources` shows what is, `qanat pull {source}` asks for it"


def _source(word: str, store: Engine) -> str:
    """The whole id of a source, or of a file that was imported ("own.survey")."""
    imported = {one.series for one in store.documents() if one.id.startswith("own.")}
    if word in SOURCES or word in imported:
        return word
    if word.startswith("own."):
        raise AskError(f"no imported file {word!r}; there are: {', '.join(sorted(imported)) or 'none'}")
    fits = [adapter.source.id for adapter in chosen(word)]
    if len(fits) != 1:
        raise AskError(f"{word} means {', '.join(fits)}; name one of them")
    return fits[0]


def _wanted(request: PublishedRequest) -> list[pl.Expr]:
    wanted: list[pl.Expr] = []
    if request.year is not None:
        touches = (F.start < date(request.year + 1, 1, 1)) & (F.end >= date(request.year, 1, 1))
        wanted.append(touches & ((F.start == F.end) | (F.end > date(request.year, 1, 1))))
    if request.about is not None:
        texts = pl.concat_str("measure", "group", pl.col("facet").fill_null(""), separator=" ").str.to_lowercase()
        wanted.append(texts.str.contains(request.about.lower(), literal=True))
    return wanted
