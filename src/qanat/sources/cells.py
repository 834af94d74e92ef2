"""What each cell of a published table must be: numbers, years, country codes, words; every fault of a table at once."""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.errors import FigureError
from qanat.figures.check import COUNTRY
from qanat.figures.words import nearest
from qanat.sources.record import Source
from qanat.sources.tables import table

EMPTY: Final = ("-", "")
SUMMED: Final = "-"  # in a country column: added up over all countries
_YEARS: Final = (1900, 2150)
_FAULTS: Final = pl.Schema(
    {"row": pl.Int64(), "column": pl.String(), "found": pl.String(), "rule": pl.String(), "fault": pl.String(), "nearest": pl.String()}
)  # fmt: skip
MOST_FAULTY: Final = 10_000  # wrong records of a refused table whose faults are told one by one
TOLERATED: Final = 0.02  # share of records that may be set aside; above it the table is not what it was


def records(data: bytes, source: Source, places: frozenset[str] | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The table's records, and those set aside (REJECTED) because a cell of theirs is wrong.

    Records: numbers as Float64 ("-" and blank null, never 0), the year as Int32, all else as text.
    places  the country codes that exist; null leaves them unchecked but for their shape
    Set aside is a record with text in place of a number, a negative number, a fraction of a person, no year, no country
    or no word of its list. Rows count from 1, as published, the head not counted.
    Raises SourceError where the bytes are not this table, and FigureError with every wrong cell where more than one
    record in fifty is wrong: then the publisher changed the table and nothing of it can be trusted.
    """
    return sifted(texts_of(data, source), source, places)


def texts_of(data: bytes, source: Source) -> pl.DataFrame:
    """The table's records as they stand, texts stripped. Raises SourceError where the bytes are not this table."""
    texts = table(data, source).with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
    return texts.with_columns(pl.col(pl.String).str.strip_chars())


def sifted(
    texts: pl.DataFrame, source: Source, places: frozenset[str] | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`records` of a frame that an adapter has made itself; its text cells are as published, numbers may be numbers.

    A column `row` (place in the document, from 1) may stand in it and is then used and kept.
    """
    own = "row" in texts.columns
    numbered = texts if own else texts.with_row_index("row", 1)
    numbered = numbered.with_columns(pl.col("row").cast(pl.Int64))
    parsed = numbered.with_columns(number(numbered, name) for name in source.numbers)
    found = _faults(numbered, source, places)
    wrong = found.get_column("row").drop_nulls().unique()
    if wrong.len() > TOLERATED * texts.height or found.get_column("row").has_nulls():
        raise FigureError(source.id, found.drop("rule"))
    kept = parsed.filter(~pl.col("row").is_in(wrong.implode())) if wrong.len() else parsed
    if source.year:
        kept = kept.with_columns(pl.col(source.year).cast(pl.Int32))
    return (kept if own else kept.drop("row")), found.select("row", "column", "found", "rule", why=_sentence())


def _faults(texts: pl.DataFrame, source: Source, places: frozenset[str] | None) -> pl.DataFrame:
    """Every fault of the cells; looked for one by one only where a single pass finds any.

    Of a table with more than MOST_FAULTY wrong records that is refused anyway, the faults of the first of them, and a
    line without a row that says how many there are.
    """
    broken = faulty(texts, source, places)
    wrong = texts.select(pl.any_horizontal(broken)).to_series().fill_null(value=False) if broken else pl.Series([False])
    if not wrong.any():
        return pl.DataFrame(schema=_FAULTS)
    many = wrong.sum() > max(MOST_FAULTY, TOLERATED * texts.height)
    texts = texts.filter(wrong).head(MOST_FAULTY) if many else texts
    faults = pl.collect_all([_numeric(texts, name, source) for name in source.numbers])
    faults += [_unknown_words(texts, name, allowed) for name, allowed in source.words.items()]
    faults += [_unknown_codes(texts, name, source, places) for name in source.codes]
    told = pl.concat(faults).sort("row", "column")
    if not many:
        return told
    more = f"of {wrong.sum():,} wrong records the faults of the first {MOST_FAULTY:,} are told"
    rest = pl.DataFrame([(None, "records", None, "many", more, None)], schema=_FAULTS, orient="row")
    return pl.concat([told, rest])


def faulty(texts: pl.DataFrame, source: Source, places: frozenset[str] | None = None) -> list[pl.Expr]:
    """Every way a record may be wrong, as conditions on its cells."""
    numeric = [
        rule
        for name in source.numbers
        for rule in _rules(name, source, pl.col(name).cast(pl.String), number(texts, name))
    ]
    broken = [one for _, one, _ in numeric]
    broken += [_outside(name, allowed) for name, allowed in source.words.items()]
    return broken + [~_is_country(code(texts, name, source), places) for name in source.codes]


def set_aside(rejected: pl.DataFrame) -> int:
    """How many records were set aside; one may have several faults."""
    return rejected.get_column("row").n_unique()


def _sentence() -> pl.Expr:
    """The fault as a sentence, with the nearest word where there is one."""
    hint = (
        pl.when(pl.col("nearest").is_not_null()).then(pl.format("; did you mean {}?", "nearest")).otherwise(pl.lit(""))
    )
    return pl.format("{} {} {}{}", "column", pl.col("found").fill_null("(blank)"), "fault", hint)


def code(frame: pl.DataFrame, column: str, source: Source) -> pl.Expr:
    """A country column as ISO 3166 alpha-3: the publisher's own codes replaced, "-" as it is, null where there is none.

    UNHCR leaves the ISO code of people without a country blank in places; its own code beside it then tells them.
    """
    iso = pl.col(column).replace({"": None})
    beside = column.removesuffix("_iso")
    if beside != column and beside in frame.columns:
        own = pl.col(beside)
        iso = pl.coalesce(iso, pl.when(own.is_in(list(source.aliases))).then(own))
    return iso.replace(dict(source.aliases))


def number(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A column of numbers: "-" and blanks null; null too where the cell is text."""
    if frame.schema[name] != pl.String():
        return pl.col(name).cast(pl.Float64)
    return pl.when(~pl.col(name).is_in(EMPTY)).then(pl.col(name)).cast(pl.Float64, strict=False).alias(name)


def _rules(name: str, source: Source, was: pl.Expr, value: pl.Expr) -> list[tuple[str, pl.Expr, str]]:
    """What a column of numbers must not hold: the rule's word, when it is broken, and the fault.

    was  the cell as text;  value  as a number
    """
    blank = was.is_null() | was.is_in(EMPTY)
    least, most = _YEARS
    faults = [
        ("number", ~blank & value.is_null(), "is text where a number belongs; '-' or nothing means not counted"),
        ("number", value.is_nan() | value.is_infinite(), "is no number"),
    ]
    if name == source.year:
        wrong = value.is_null() | ~value.is_between(least, most) | (value % 1 != 0)
        faults.append(("year", wrong, f"is no year from {least} to {most}"))
    if name in source.counts or name in source.decimals:
        least_of = "a count is zero or more" if name in source.counts else "only numbers of zero or more are read here"
        faults.append(("negative", value < 0, f"is negative; {least_of}"))
    if name in source.counts:
        faults.append(("fraction", value % 1 != 0, "is a fraction of a person; was a thousands mark lost?"))
    return faults


def _numeric(texts: pl.DataFrame, name: str, source: Source) -> pl.LazyFrame:
    """The faults of one column of numbers; a cell has one at most, the first that fits."""
    faults = _rules(name, source, pl.col("found"), pl.col("value"))
    fault = pl.coalesce(pl.when(broken).then(pl.lit(told)) for _, broken, told in faults)
    rule = pl.coalesce(pl.when(broken).then(pl.lit(word)) for word, broken, _ in faults)
    pair = texts.lazy().select("row", found=pl.col(name).cast(pl.String), value=number(texts, name))
    told = pair.with_columns(fault=fault, rule=rule).filter(pl.col("fault").is_not_null())
    return told.select(
        "row", pl.lit(name).alias("column"), "found", "rule", "fault", pl.lit(None, dtype=pl.String).alias("nearest")
    )


def _outside(name: str, allowed: tuple[str, ...]) -> pl.Expr:
    return ~pl.col(name).is_in(allowed).fill_null(value=False)


def _unknown_words(texts: pl.DataFrame, name: str, allowed: tuple[str, ...]) -> pl.DataFrame:
    bad = texts.filter(_outside(name, allowed)).select("row", found=pl.col(name))
    return _listed(bad, (name, "word"), f"is not one of {', '.join(allowed)}", list(allowed))


def _is_country(iso: pl.Expr, places: frozenset[str] | None) -> pl.Expr:
    known = iso.str.contains(COUNTRY) if places is None else iso.is_in(sorted(places))
    return ((iso == SUMMED) | known).fill_null(value=False)


def _unknown_codes(texts: pl.DataFrame, name: str, source: Source, places: frozenset[str] | None) -> pl.DataFrame:
    both = texts.select("row", found=pl.col(name), code=code(texts, name, source))
    bad = both.filter(~_is_country(pl.col("code"), places))
    fault = "is no country; ISO 3166 alpha-3 codes are read, no names and no codes of the publisher's own"
    return _listed(bad, (name, "country"), fault, [])  # three letters are too few to guess a country from


def _listed(bad: pl.DataFrame, where: tuple[str, str], fault: str, valid: list[str]) -> pl.DataFrame:
    near = {word: nearest(word, valid) for word in bad.get_column("found").unique().drop_nulls().to_list()}
    rows = [
        (at, where[0], word, where[1], fault, near.get(word)) for at, word in bad.select("row", "found").iter_rows()
    ]
    return pl.DataFrame(rows, schema=_FAULTS, orient="row")
