"""Job: the page of a corridor, of what the store holds about it: estimates, published flows, stocks, and why it changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from qanat import __version__
from qanat.brief.blocks import Bound, Brief
from qanat.brief.corridors import corridor_words
from qanat.brief.numbers import Row
from qanat.brief.prose import Voice
from qanat.brief.spell import Spelling
from qanat.brief.tell.corridor import Corridor, CorridorScene, Moved, Part, Reasons, whole
from qanat.brief.tell.corridor_page import corridor_page
from qanat.brief.tell.imprint import Imprint
from qanat.edition.places import places
from qanat.errors import AskError, BriefError, NothingFound
from qanat.figures import UNDIVIDED, F
from qanat.figures.licensing import RESTRICTED, may_travel, withheld
from qanat.jobs.driver_tables import TablesRequest
from qanat.jobs.held_flows import ROW, bound_flows, documents_of, held_flows, moved, row_of
from qanat.jobs.knowing import told_day, told_first
from qanat.jobs.passing import passable
from qanat.store import Ask, Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class CorridorRequest:
    """Which corridor, in which language; `tables` for the why (null: not asked for), as known on which day (null: today)."""

    origin: str
    place: str
    language: str = "en"
    tables: TablesRequest | None = None
    without: tuple[str, ...] = ()
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorridorTold:
    """A page, the voice that tells it, and what it was made of."""

    page: Brief
    corridor: Corridor
    voice: Voice


def corridor(request: CorridorRequest, store: Engine, now: datetime) -> CorridorTold:
    """The page of a corridor.

    Raises AskError for places or a language that are none, NothingFound where no flow of the corridor is held (and says what brings one).
    """
    origin, place = (places().country(one).code for one in (request.origin, request.place))
    if origin == place:
        raise AskError(f"{origin} to {place}: a corridor goes from one country to another; name two")
    voice = Voice(corridor_words(request.language), Spelling(request.language))
    flows = held_flows(store, origin, known_by=request.as_of)
    there, back = (moved(flows.filter((F.origin == a) & (F.place == b))) for a, b in ((origin, place), (place, origin)))
    if not any(one.row.sex == "all" and one.kind is None for one in there):
        raise NothingFound(
            f"no flow from {places().name(origin)} ({origin}) to {places().name(place)} ({place}) is held; `qanat flows estimate --keep` estimates "
            f"them, `qanat pull abel-cohen.flows --from FILE` brings the published ones{_since(request, store, (origin, place))}"
        )
    stocks = _stocks(store, (origin, place), request.as_of)
    odd, checked = _odd(store, stocks, request.as_of)
    found = Corridor(
        origin=origin, place=place, there=there, back=back, partners=(), stocks=tuple(stocks), odd=odd, checked=checked, reasons=None,
    )  # fmt: skip
    scene = _scene(found, voice)
    found = replace(found, partners=_partners(flows, scene), reasons=_reasons(request, scene, store))
    scene = _scene(found, voice)
    imprint = Imprint(
        made=now, code=__version__, run=scene.newest.row.cite.rsplit(":", 1)[0], as_of=request.as_of,
        bound=_left_out(store, (origin, place), request.as_of),
    )  # fmt: skip
    return CorridorTold(
        page=corridor_page(scene, documents_of(store, flows, now), imprint), corridor=found, voice=voice
    )


def _since(request: CorridorRequest, store: Engine, ends: tuple[str, str]) -> str:
    """For a message: since when a flow of the corridor is known, where it is since a later day than the one asked about."""
    ask = Ask(measure="flow", groups=("migrants",), origin=ends[0], place=ends[1], known_by=request.as_of)
    return told_first(ask, store)


def _scene(found: Corridor, voice: Voice) -> CorridorScene:
    language = voice.messages.language
    return CorridorScene(
        corridor=found,
        voice=voice,
        name=lambda code: places().name(code, language),
        spoken=lambda code: places().spoken(code, language),
    )


def _partners(flows: pl.DataFrame, scene: CorridorScene) -> tuple[Moved, ...]:
    """From the origin to every country in the newest period, by the main maker."""
    one = scene.newest
    mine = flows.filter(
        (F.origin == scene.corridor.origin)
        & (F.sex == "all")
        & (pl.col("maker") == one.maker)
        & (F.start == one.start)
        & pl.col("kind").is_null()
        & (F.place != "XXX")
    )
    return moved(mine)


def _left_out(store: Engine, ends: tuple[str, str], as_of: date | None) -> tuple[Bound, ...]:
    """Flows and stocks between the two that may not be passed on."""
    flows = bound_flows(store, ends[0], known_by=as_of).filter(F.origin.is_in(ends) & F.place.is_in(ends))
    stocks = [
        store.get(_settled(born, lives, as_of)).filter(F.value.is_not_null()) for born, lives in (ends, ends[::-1])
    ]
    return tuple(Bound(**row) for row in withheld(pl.concat([flows, *stocks])).iter_rows(named=True))


def _settled(born: str, lives: str, as_of: date | None) -> Ask:
    return Ask(
        measure="stock", groups=("migrants",), origin=born, place=lives, counter="unpd", known_by=as_of, undivided=True,
    )  # fmt: skip


def _stocks(store: Engine, ends: tuple[str, str], as_of: date | None) -> list[Row]:
    """The newest release of the stocks of people born in either and living in the other."""
    found: list[Row] = []
    for born, lives in (ends, ends[::-1]):
        rows = store.get(_settled(born, lives, as_of)).filter(UNDIVIDED & F.value.is_not_null() & may_travel())
        newest = rows.filter(F.known == F.known.max()).unique("end", keep="first", maintain_order=True).sort("end")
        told = newest.select(pl.format("{}:{}", "run", "row").alias("cite"), *ROW)
        found += [row_of(row) for row in told.iter_rows(named=True)]
    return found


def _odd(store: Engine, stocks: list[Row], as_of: date | None) -> tuple[tuple[Row, ...], bool]:
    """The stocks that stand far apart, worst first, and whether they could be looked through (needs the extra engines)."""
    from qanat.jobs.stock_check import StockCheckRequest, check_stocks

    try:
        found = check_stocks(StockCheckRequest(as_of=as_of), lambda: passable(store))
    except (AskError, NothingFound):
        return (), False
    worst = {(row["origin"], row["place"], row["year"]): at for at, row in enumerate(found["cells_flagged"])}
    mine = [(worst[key], row) for row in stocks if (key := (row.origin, row.place, row.year)) in worst]
    return tuple(row for _, row in sorted(mine, key=lambda one: one[0])), True


def _reasons(request: CorridorRequest, scene: CorridorScene, store: Engine) -> Reasons | None:
    """The change between the newest two periods, taken apart; null where no table was named, or there is one period only."""
    earlier = [one.start.year for one in whole(scene.corridor.there) if one.start < scene.newest.start]
    if request.tables is None or not earlier:
        return None
    from qanat.jobs.driving import WhyRequest, why

    years = (max(earlier), scene.newest.start.year)
    asked = WhyRequest(
        tables=request.tables, origin=scene.corridor.origin, place=scene.corridor.place, start=years[0], end=years[1], without=request.without, as_of=request.as_of,
    )  # fmt: skip
    found = why(asked, lambda: passable(store))
    parts = tuple(
        Part(driver=row["driver"], people=row["people"], low95=row["low95"], high95=row["high95"])
        for row in found["drivers"]
    )
    return Reasons(
        start=years[0],
        end=years[1],
        before=found["before"],
        after=found["after"],
        parts=parts,
        circular=found["built_from_stocks"],
    )


def write_page(told: CorridorTold, out: Path) -> Path:
    """The page as one file, ORIGIN-PLACE.html (with the language where it is not English). Raises BriefError where it cannot be written."""
    from qanat.brief.html import html

    page = told.page
    name = page.country if page.language == "en" else f"{page.country}.{page.language}"
    file, fresh = out / f"{name}.html", out / f".{name}.new"
    try:
        out.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(html(page, told.voice).encode())
        return fresh.replace(file)
    except OSError as cause:
        raise BriefError(
            f"the page cannot be written to {out} ({cause.strerror or cause}); choose another folder with --out"
        ) from cause


def document(told: CorridorTold, file: Path) -> dict[str, Any]:
    """The page as a document: what its opening says, the flows each way with maker, period and interval, where the file is."""
    page, found = told.page, told.corridor
    return {
        "schema": "qanat.flows-page/1", "origin": found.origin, "place": found.place, "as_of": told_day(page.as_of), "language": page.language, "file": str(file),
        "headline": page.headline.text, "lede": [one.text for one in page.lede],
        "flows": [_flow(one) for one in (*found.there, *found.back)], "odd_stocks": [row.cite for row in found.odd], "stocks_checked": found.checked,
        "references": [one.id for one in page.documents], "restricted": [{"code": RESTRICTED, **asdict(one)} for one in page.bound],
    }  # fmt: skip


def _flow(one: Moved) -> dict[str, Any]:
    row = one.row
    return {
        "cite": row.cite, "maker": one.maker, "method": one.method, "origin": row.origin, "place": row.place, "start": one.start.isoformat(),
        "end": row.end.isoformat(), "sex": row.sex, "kind": one.kind, "value": row.value, "low": row.low, "high": row.high, "level": one.level,
    }  # fmt: skip
