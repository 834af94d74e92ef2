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
from qanat.sources.begin import begin
from qanat.sources.pages import envelope
from qanat.sources.record import Source

Shape = tuple[list[str], list[int], list[list[str]]]  # names, sizes and codes of the dimensions
_EVERYWHERE: Final = -1
_OWN: Final = ("value", "flag", "at", "row", "place")  # columns of the table beside those of dimensions
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
    if begin(data, 1) == b"<":
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
    shape, values, flags = _parts(told, source)
    everywhere = flags.pop(_EVERYWHERE, None)
    _fits(source, shape, [*values, *flags], len(values) if isinstance(told["value"], list) else None)
    updated = told.get("updated")
    return Cube(
        cells=_table(shape, values, flags, everywhere),
        dimensions=tuple(shape[0]),
        updated=updated if isinstance(updated, str) else None,
    )


def _parts(told: dict[str, Any], source: Source) -> tuple[Shape, dict[int, str | None], dict[int, str | None]]:
    """The shape, the values and the flags of a data set. Raises SourceError where they are of another kind."""
    try:
        return _shape(told), _by_place(told["value"]), _by_place(told.get("status") or {})
    except (TypeError, ValueError, AttributeError, KeyError, OverflowError) as cause:
        raise SourceError(
            f"{source.id}: the answer is no JSON-stat data set: its dimensions, sizes, values or flags are of another kind "
            f"({cause}); nothing was kept, ask again"
        ) from cause


def _shape(told: dict[str, Any]) -> Shape:
    """Names, sizes and codes of the dimensions."""
    names, sizes = [str(name) for name in told["id"]], [int(size) for size in told["size"]]
    return names, sizes, [_codes(told["dimension"].get(name, {})) for name in names]


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
        order = {int(place): code for code, place in cast("dict[str, Any]", index).items()}
        return [order[place] for place in range(len(cast("dict[str, Any]", index)))]
    if isinstance(index, list):
        return [str(code) for code in cast("list[object]", index)]
    return [str(code) for code in category.get("label", {})]


def _by_place(cells: object) -> dict[int, str | None]:
    """Cells by their place, from a list or an object; one word for all, as a status may be one, under _EVERYWHERE."""
    if isinstance(cells, dict):
        return {int(place): text(cell) for place, cell in cast("dict[str, object]", cells).items()}
    if isinstance(cells, list):
        return {place: text(cell) for place, cell in enumerate(cast("list[object]", cells))}
    return {_EVERYWHERE: text(cells)}


def _fits(source: Source, shape: Shape, told: list[int], dense: int | None) -> None:
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
    faults += [
        f"{name} has a code twice" for name, have in zip(names, codes, strict=True) if len(set(have)) < len(have)
    ]
    if len({*names, *_OWN}) < len(names) + len(_OWN):
        faults.append("a dimension stands there twice or is called as a part of a cube")
    if len(names) != len(sizes):
        faults.append(f"{len(names)} dimensions have {len(sizes)} sizes")
    if dense not in (None, whole):
        faults.append(f"{dense} values fill a cube of {whole} cells")
    beyond = [place for place in told if not 0 <= place < whole]
    if beyond:
        faults.append(f"cells {', '.join(map(str, beyond[:5]))} lie outside the cube of {whole} cells")
    if faults:
        raise SourceError(
            f"{source.id}: the parts of the answer do not fit together: {'; '.join(faults)}; nothing was kept, ask again"
        )


def _table(
    shape: Shape, values: dict[int, str | None], flags: dict[int, str | None], everywhere: str | None
) -> pl.DataFrame:
    """The cells that are told, with the code of each dimension; `everywhere` is the flag of a cell without its own."""
    names, _, codes = shape
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
        codes_of = at.replace_strict(list(range(len(have))), have, return_dtype=pl.String) if told else pl.lit(None, dtype=pl.String)  # fmt: skip
        columns.append(codes_of.alias(name))
        step *= len(have)
    return frame.with_columns(columns).select(
        *names, "value", "flag", at=pl.format("/value/{}", "place"), row=pl.col("place") + 1
    )
