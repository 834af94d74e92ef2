"""qanat in Python: `qanat.open()["SDN"].idps` and what can be asked of it.

Everything here is read-only and knows where it came from; plain frames appear only at the exit (`to_polars`, `to_pandas`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from qanat.edition.places import places
from qanat.errors import AskError, MixError, NothingFound
from qanat.figures.ages import label
from qanat.figures.licensing import restricted
from qanat.figures.periods import by_year
from qanat.figures.words import GROUPS
from qanat.jobs.drawing import drawn
from qanat.jobs.knowing import known_day
from qanat.jobs.opening import open_store
from qanat.jobs.ordering import ordered, precedence
from qanat.jobs.show import ShowRequest, compare, group_code, show
from qanat.jobs.tracing import trace
from qanat.reconcile.precedence import Precedence
from qanat.store import Disk

if TYPE_CHECKING:
    import pandas as pd


class Picture:
    """A store opened for reading; `picture["Sudan"]` is a country, by any name or code."""

    def __init__(self, store: Disk, as_of: date | None = None, order: Precedence | None = None) -> None:
        self._store = store
        self._as_of = as_of
        self._order = order or Precedence()

    def __getitem__(self, country: str) -> Country:
        """The country. Raises AskError naming the nearest places where there is none of that name."""
        return Country(self._store, places().find(country).code, self._as_of, self._order)

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()

    def __enter__(self) -> Picture:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_picture(
    home: str | Path | None = None, *, as_of: date | None = None, prefer: Mapping[str, Sequence[str]] | None = None
) -> Picture:
    """The picture of a store: of `home`, else of QANAT_HOME, qanat.toml or the user's data folder.

    as_of  answer with what was known on this day; null = everything. Raises AskError for a day that lies ahead.
    prefer  by group the counters whose figure is shown first, before the order of the nearest qanat.toml and the house's
    """
    return Picture(
        open_store(Path(home) if home is not None else None),
        known_day(as_of, datetime.now(UTC)),
        ordered(prefer or {}, precedence()),
    )


@dataclass(frozen=True)
class Country:
    """A country: `.idps`, `.refugees`, ... give the series of a group; `.group(word)` takes any spelling."""

    store: Disk
    code: str
    as_of: date | None = None
    order: Precedence = field(default_factory=Precedence)

    @property
    def name(self) -> str:
        """The country's short English name."""
        return places().name(self.code)

    def group(self, word: str) -> Series:
        """The yearly figures of a group, by view (inside, origin, host).

        Raises AskError for an unknown group, NothingFound where nobody counted it here.
        """
        found = show(ShowRequest(country=self.code, group=word, as_of=self.as_of, order=self.order), self.store)
        return Series(self, group_code(word), tuple(found["rows"]))

    def __getattr__(self, word: str) -> Series:
        name = word.replace("_", "-")
        if word.startswith("_") or name not in GROUPS:
            raise AttributeError(
                f"a country has no {word!r}; its groups are {', '.join(code.replace('-', '_') for code in GROUPS)}"
            )
        return self.group(name)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(code.replace("-", "_") for code in GROUPS)]

    def __repr__(self) -> str:
        return f"<{self.name} ({self.code})>"


@dataclass(frozen=True)
class Series:
    """Figures of one group and country, newest first; immutable.

    Each row is a dict as `qanat show --json` prints it: view, year, value (None = not counted), low, high, counter,
    source, licence, known, cites ...
    """

    country: Country
    group: str
    rows: tuple[dict[str, Any], ...]
    divided: tuple[str, ...] = ()
    estimates: tuple[dict[str, Any], ...] = ()

    @property
    def unit(self) -> str:
        """people, cases or movements. Raises MixError where the rows are of several."""
        return self._one("unit")

    @property
    def measure(self) -> str:
        """stock or flow. Raises MixError where the rows are of several."""
        return self._one("measure")

    def _one(self, column: str) -> str:
        found = sorted({row[column] for row in self.rows})
        if len(found) != 1:
            raise MixError(
                f"{self.group} of {self.country.name} is of several kinds ({column}: {', '.join(found)}); choose one with .where()"
            )
        return str(found[0])

    def where(self, **equal: object) -> Series:
        """The rows whose columns have these values, as `.where(view="origin", counter="unhcr")`."""
        unknown = sorted(set(equal) - set(self.rows[0]))
        if unknown:
            raise AskError(f"a figure has no {', '.join(unknown)}; it has {', '.join(self.rows[0])}")
        kept = tuple(row for row in self.rows if all(row[name] == value for name, value in equal.items()))
        near = {name: value for name, value in equal.items() if name in ("view", "group", "counter")}
        guesses = tuple(one for one in self.estimates if all(one[name] == value for name, value in near.items()))
        if not kept:
            raise NothingFound(f"no {self.group} figure of {self.country.name} fits {equal}")
        return replace(self, rows=kept, estimates=guesses)

    @property
    def inside(self) -> Series:
        """People of the country counted inside it."""
        return self.where(view="inside")

    @property
    def abroad(self) -> Series:
        """People from the country counted elsewhere."""
        return self.where(view="origin")

    @property
    def hosted(self) -> Series:
        """People from elsewhere counted in the country."""
        return self.where(view="host")

    @property
    def latest(self) -> Series:
        """The rows of the newest year."""
        return self.where(year=max(row["year"] for row in self.rows))

    @property
    def bound(self) -> tuple[str, ...]:
        """What of the rows may be used here and not passed on, a line a source; empty where all may be."""
        return restricted((row["source"], row["licence"]) for row in self.rows)

    def by(self, *dimensions: str, year: int | None = None) -> Series:
        """The same group divided by "sex" or by "sex", "age", for one year (null: the newest): `rows` are what is counted, the
        unknown a row of their own; `estimates` have everyone by view and counter, the unknown spread, as `qanat show --by`."""
        request = ShowRequest(
            country=self.country.code,
            group=self.group,
            year=year,
            as_of=self.country.as_of,
            by=dimensions,
            order=self.country.order,
        )
        found = show(request, self.country.store)
        return replace(self, rows=tuple(found["rows"]), divided=dimensions, estimates=tuple(found["divided"]))

    def sources(self) -> pl.DataFrame:
        """Every counter side by side, a row a year and counter: year, counter, value, low, high, known, source, licence, cite,
        shown, spread (null where one spoke alone), differs."""
        found = compare(
            ShowRequest(
                country=self.country.code, group=self.group, as_of=self.country.as_of, order=self.country.order
            ),
            self.country.store,
        )
        rows = [
            {"year": one["year"], **said, "shown": said["counter"] == one["shown"], "spread": one["spread"] if len(one["figures"]) > 1 else None, "differs": one["differs"]}
            for one in found["years"]
            for said in one["figures"]
        ]  # fmt: skip
        return pl.DataFrame(rows, infer_schema_length=None)

    def explain(self) -> dict[str, Any]:
        """How the newest figure came to be: its run, the figures it was made from, documents and digests."""
        first = next(row for row in self.rows if row["cites"])
        return trace(first["cites"][0], self.country.store, self.country.as_of)

    def __add__(self, other: object) -> Series:
        """Two series of one measure, unit, country and division as one list of rows (nothing is summed).

        Raises MixError where a stock meets a flow, cases meet people, or UNRWA's or IDMC's figures meet UNHCR's.
        """
        if not isinstance(other, Series):
            return NotImplemented
        for name, why in (
            ("measure", "a stock counts people on a day, a flow what happened in a year"),
            ("unit", "cases hold one or more people"),
        ):
            if getattr(self, name) != getattr(other, name):
                raise MixError(
                    f"{self.group} is a {name} of {getattr(self, name)}, {other.group} of {getattr(other, name)}: {why}; they cannot be put together"
                )
        counters = {row["counter"] for row in (*self.rows, *other.rows)}
        if len(counters) > 1:
            raise MixError(
                f"figures of {', '.join(sorted(counters))} stand beside each other and are never put together; see .sources()"
            )
        return replace(self, group=f"{self.group}+{other.group}", rows=(*self.rows, *other.rows))

    def to_polars(self) -> pl.DataFrame:
        """The rows as a Polars frame."""
        return pl.DataFrame([dict(row) for row in self.rows], infer_schema_length=None)

    def to_pandas(self) -> pd.DataFrame:
        """The rows as a pandas frame (extra `pandas`)."""
        return self.to_polars().to_pandas()

    @property
    def estimated(self) -> pl.DataFrame:
        """The estimates as a Polars frame, a row a view, counter, sex and age: value, low, high (80 %), status, and the shares
        of the total whose sex and age are not known. Empty where the series is not divided, or nobody could be."""
        rows = [
            {name: one[name] for name in ("view", "group", "counter", "total", "sex_unknown", "age_unknown")} | row
            for one in self.estimates
            for row in one["rows"]
        ]
        return pl.DataFrame(rows, infer_schema_length=None)

    @cached_property
    def svg(self) -> str:
        """The chart of the series as SVG."""
        return drawn(self.country.code, self.group, list(self.rows), list(self.estimates) if self.divided else None)

    def __repr__(self) -> str:
        shown = [
            f"{by_year(row['period'])} {row['view']:7} {row['counter']:5} {_told(row)}  {row['source']}"
            for row in self.rows[:12]
        ]
        more = f"\n... {len(self.rows) - 12} more" if len(self.rows) > 12 else ""
        return f"{self.group} of {self.country.name}\n" + "\n".join([*self.bound, *shown]) + more

    def _repr_html_(self) -> str:
        sources = ", ".join(sorted({row["source"] for row in self.rows}))
        words = f"{self.group}, {self.country.name}. {sources}{''.join(f'. {one}' for one in self.bound)}"
        return f'<figure style="max-width:640px;margin:0">{self.svg}<figcaption>{escape(words)}</figcaption></figure>'


def _told(row: dict[str, Any]) -> str:
    if row["value"] is None:
        return "not counted"
    bounds = "" if row["low"] is None else f" ({row['low']:,.0f}\u2013{row['high']:,.0f})"
    age = label(row["age_from"], row["age_to"]) or ("age unknown" if row["age_from"] is None else "")
    division = " ".join(filter(None, ("" if row["sex"] == "all" else row["sex"], age)))
    return f"{row['value']:>14,.0f}{bounds} {division}".rstrip()
