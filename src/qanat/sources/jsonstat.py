"""JSON-stat 2.0: a cube of numbers as a table, one row a cell that is told.

Source: Badosa, JSON-stat Format 2.0 (json-stat.org/full). Dense and sparse values and flags, categories listed or
indexed, dimensions of one category are read; collections and bundles of data sets are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any, Final, cast

import polars as pl

from qanat.errors import SourceError
from qanat.sources.answers import text
from qanat.sources.pages import envelope
from qanat.sources.record import Source

_WAIT: Final = ("413", "asynchronous")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cube:
    """What an answer holds.

    cells    a column of codes a dimension, `value` and `flag` as texts (null: none), `at` the JSON pointer to the
             number, `row` its place in the cube from 1; only cells with a number or a flag
    updated  when the publisher says the data were updated; null where it does not
    """

    cells: pl.DataFrame
    dimensions: tuple[str, ...]
    updated: str | None


def cube(data: bytes, source: Source) -> Cube:
    """The cube in a JSON-stat answer.

    Raises SourceError for an answer that is cut, a web page, an error or warning of the service (also one that puts a
    large question off), no data set, or a data set whose parts do not fit together, every misfit named.
    """
    if data[:200].lstrip().startswith(b"<"):
        raise SourceError(
            f"{source.id}: the answer is a web page, not data; the service may be down: try later or look at {source.url}"
        )
    content = envelope(data, source.id)
    told = cast("dict[str, Any]", content) if isinstance(content, dict) else {}
    _refused(told, source)
    missing = [name for name in ("id", "size", "dimension", "value") if name not in told]
    if missing:
        raise SourceError(
            f"{source.id}: the answer is no JSON-stat data set: it has no {', no '.join(missing)} but {', '.join(list(told)[:8]) or f'{content!r:.40}'}"
        )
    names, sizes = [str(name) for name in told["id"]], [int(size) for size in told["size"]]
    codes = [_codes(told["dimension"].get(name, {})) for name in names]
    values, flags = _by_place(told["value"]), _by_place(told.get("status") or {})
    dense = len(values) if isinstance(told["value"], list) else None
    _fits(source, (names, sizes, codes), [*values, *flags], dense)
    return Cube(cells=_table(names, codes, values, flags), dimensions=tuple(names), updated=told.get("updated"))


def _refused(told: dict[str, Any], source: Source) -> None:
    """Raises SourceError with the service's own words where it answers with an error or a warning instead of data."""
    for kind in ("error", "warning"):
        if kind not in told:
            continue
        parts = cast("list[object]", told[kind] if isinstance(told[kind], list) else [told[kind]])
        facts = [cast("dict[str, Any]", part) for part in parts if isinstance(part, dict)]
        words = (
            "; ".join(f"{one.get('status', '')} {one.get('label', one)}".strip() for one in facts)
            or f"{told[kind]!r:.200}"
        )
        if any(word in words.lower() for word in _WAIT):
            raise SourceError(
                f"{source.id}: {source.publisher} puts the question off because the answer is too large ({words}); "
                "ask for fewer years or one country"
            )
        raise SourceError(f"{source.id}: {source.publisher} refuses the question ({words}); look at {source.url}")


def _codes(dimension: dict[str, Any]) -> list[str]:
    """The codes of a dimension in their order: listed, indexed, or one that only a label names."""
    category = dimension.get("category", {})
    index: Any = category.get("index")
    if isinstance(index, dict):
        order = cast("dict[str, int]", index)
        return sorted(order, key=lambda code: order[code])
    if isinstance(index, list):
        return [str(code) for code in cast("list[object]", index)]
    return [str(code) for code in category.get("label", {})]


def _by_place(cells: object) -> dict[int, str | None]:
    """Cells by their place, from a list or an object; one word for all (a status may be one) cannot be placed."""
    if isinstance(cells, dict):
        return {int(place): text(cell) for place, cell in cast("dict[str, object]", cells).items()}
    if isinstance(cells, list):
        return {place: text(cell) for place, cell in enumerate(cast("list[object]", cells))}
    return {-1: text(cells)}


def _fits(
    source: Source, shape: tuple[list[str], list[int], list[list[str]]], told: list[int], dense: int | None
) -> None:
    """Raises SourceError with every misfit of dimensions, sizes and the places that are told.

    dense  how many values a list has, which must fill the cube; null for sparse ones
    """
    names, sizes, codes = shape
    whole = prod(sizes)
    faults = [
        f"{name} has {len(have)} categories, its size is {size}"
        for name, have, size in zip(names, codes, sizes, strict=False)
        if len(have) != size
    ]
    if len(names) != len(sizes):
        faults.append(f"{len(names)} dimensions have {len(sizes)} sizes")
    if dense not in (None, whole):
        faults.append(f"{dense} values fill a cube of {whole} cells")
    beyond = [place for place in told if not -1 <= place < whole]
    if beyond:
        faults.append(f"cells {', '.join(map(str, beyond[:5]))} lie outside the cube of {whole} cells")
    if faults:
        raise SourceError(
            f"{source.id}: the parts of the answer do not fit together: {'; '.join(faults)}; nothing was kept, ask again"
        )


def _table(
    names: list[str], codes: list[list[str]], values: dict[int, str | None], flags: dict[int, str | None]
) -> pl.DataFrame:
    everywhere = flags.pop(-1, None)
    told = sorted({place for place, value in values.items() if value is not None} | set(flags))
    frame = pl.DataFrame(
        {
            "place": told,
            "value": [values.get(place) for place in told],
            "flag": [flags.get(place, everywhere) for place in told],
        },
        schema={"place": pl.Int64(), "value": pl.String(), "flag": pl.String()},
    )
    columns: list[pl.Expr] = []
    step = 1
    for name, have in zip(reversed(names), reversed(codes), strict=True):
        at = pl.col("place") // step % len(have)
        columns.append(at.replace_strict(list(range(len(have))), have, return_dtype=pl.String).alias(name))
        step *= len(have)
    return frame.with_columns(columns).select(
        *names, "value", "flag", at=pl.format("/value/{}", "place"), row=pl.col("place") + 1
    )
