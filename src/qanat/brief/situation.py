"""What is known of a country, sorted into the three views a brief tells: from it, inside it, hosted by it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final, Literal

import polars as pl

from qanat.brief.numbers import Row
from qanat.figures import SCHEMA, UNDIVIDED, F

View = Literal["origin", "inside", "host"]
ABROAD: Final = "displaced-abroad"
WORLD: Final = "WLD"
_FIELDS: Final = (
    "group", "measure", "origin", "place", "end", "counter", "source", "sex", "age_from", "age_to", "value", "low",
    "high", "locator",
)  # fmt: skip


def rows_of(figures: pl.DataFrame) -> list[Row]:
    """The figures with a value as Rows, order kept; "not counted" rows give none."""
    told = figures.filter(F.value.is_not_null()).select(pl.format("{}:{}", "run", "row").alias("cite"), *_FIELDS)
    return [Row(**row) for row in told.iter_rows(named=True)]


@dataclass(frozen=True)
class Situation:
    """Figures about one country at one reference date.

    published  one vintage a counter (reconcile.newest), undivided since 2000 and by sex and age for the newest years
    picture    the country's picture run: totals by view and displayed figures
    divided    the country's division run: everyone by sex and age, the unknown spread (reconcile.divided); may be empty
    """

    country: str
    published: pl.DataFrame
    picture: pl.DataFrame
    divided: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SCHEMA))

    @cached_property
    def reference(self) -> date | None:
        """The newest year-end any agency counted displaced people for; null where none did."""
        counted = self.published.filter(
            (F.measure == "stock") & F.counter.is_in(["unhcr", "idmc"]) & F.value.is_not_null()
        )
        ends = counted.get_column("end").to_list()
        return max(ends, default=None)

    def series(self, group: str, view: View, counter: str | None = None) -> list[Row]:
        """A group's yearly totals in one view, oldest first; the displayed figure (counter qanat) where none is named."""
        key = (group, view, counter)
        if key not in self._told:
            self._told[key] = self._series(group, view, counter)
        return self._told[key]

    @cached_property
    def _told(self) -> dict[tuple[str, View, str | None], list[Row]]:
        return {}

    def _series(self, group: str, view: View, counter: str | None) -> list[Row]:
        wanted = (F.group == group) & _ends(self.country, view) & UNDIVIDED
        if view == "inside":
            pool = (
                self.picture.filter(F.counter == "qanat")
                if counter is None
                else self.published.filter(F.counter == counter)
            )
        else:
            pool = (
                self.picture.filter(F.counter != "qanat")
                if counter is None
                else self.picture.filter(F.counter == counter)
            )
        return rows_of(pool.filter(wanted).sort("end", "counter"))

    def newest(self, group: str, view: View, counter: str | None = None) -> Row | None:
        """A group's total at the reference date; null where nobody counted."""
        found = [row for row in self.series(group, view, counter) if self._current(row)]
        return found[-1] if found else None

    def partners(self, view: View) -> list[Row]:
        """People abroad by country of refuge (origin view) or by country of origin (host view), most first."""
        one, other = (F.origin, F.place) if view == "origin" else (F.place, F.origin)
        pairs = (
            (F.group == ABROAD)
            & (one == self.country)
            & other.is_not_null()
            & (other != WORLD)
            & (other != self.country)
        )
        found = rows_of(
            self.picture.filter(pairs & UNDIVIDED & (F.value > 0)).sort(
                "value", "place", "origin", descending=[True, False, False]
            )
        )
        return [row for row in found if self._current(row)]

    def by_sex_and_age(self, view: View) -> list[Row]:
        """UNHCR's cells by sex and age at the reference date, groups apart (they are summed by the teller)."""
        groups = ["idps"] if view == "inside" else ["refugees", "asylum-seekers", "other-in-need"]
        if self.reference is None:
            return []
        divided = (F.sex != "all") & F.facet.is_null() & F.group.is_in(groups) & (F.end == self.reference)
        if view == "inside":
            return rows_of(
                self.published.filter(divided & _ends(self.country, view) & (F.counter == "unhcr")).sort(
                    "sex", "age_from"
                )
            )
        return rows_of(self.picture.filter(divided & _ends(self.country, view)).sort("group", "sex", "age_from"))

    def plan(self) -> Row | None:
        """The people the newest humanitarian plan starts from, as OCHA counts them; null where no plan is here."""
        told = (F.group == "people") & (F.measure == "stock") & (F.counter == "ocha") & (F.place == self.country)
        found = rows_of(self.published.filter(told & UNDIVIDED).sort("end", "source"))
        return found[-1] if found else None

    def divided_by_sex_and_age(self, view: View) -> list[Row]:
        """Everyone UNHCR counts in a view at the reference date by sex and age, where somebody's is estimated; none where
        all are counted."""
        if self.reference is None:
            return []
        wanted = (F.group == ("idps" if view == "inside" else ABROAD)) & (F.end == self.reference)
        of_unhcr = F.facet == "of=unhcr"
        found = self.divided.filter(wanted & of_unhcr & _ends(self.country, view)).sort("sex", "age_from", "age_to")
        return rows_of(found) if (found.get_column("status") == "estimated").any() else []

    def people(self) -> Row | None:
        """Everyone living in the country at the reference date (31 December, UN Population Division)."""
        if self.reference is None:
            return None
        wanted = (
            (F.group == "people")
            & (F.measure == "stock")
            & (F.place == self.country)
            & (F.end == self.reference)
            & (F.counter == "unpd")
        )
        found = rows_of(self.published.filter(wanted & UNDIVIDED))
        return found[0] if found else None

    def migrants(self, view: View) -> Row | None:
        """International migrants in the country (host) or born there and living elsewhere (origin), newest year."""
        found = self.series("migrants", view, "unpd")
        return found[-1] if found else None

    def _current(self, row: Row) -> bool:
        return self.reference is not None and row.year == self.reference.year


def _ends(country: str, view: View) -> pl.Expr:
    if view == "origin":
        return (F.origin == country) & (F.place == WORLD)
    if view == "host":
        return F.origin.is_null() & (F.place == country)
    return (F.origin == country) & (F.place == country)
