"""What the cells of a column look like: e-mails, phones, document numbers, dates, coordinates, names of persons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from qanat.sources.own.person_names import given, mentions, named, shaped_like_name

_EMAIL: Final = r"(?i)[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+"
# boxes of an office, not of a person
_OFFICE: Final = (
    r"(?i)(?:^|[^a-z0-9._%+-])(?:info|contact|contacto|office|admin|data|hello|support|help|helpdesk|media|press|hr|mail|news|"
    r"registry|im|imu|dtm[a-z]*|ocha[a-z.-]*|unhcr[a-z.-]*|webmaster|noreply|no-reply)@"
)
_PHONE: Final = r"^[(]?[+]?[0-9][0-9 ().\-/\x{a0}]{6,20}[0-9]$"
_THOUSANDS: Final = r"^[1-9][0-9]{0,2}(?:[ .,\x{a0}\x{202f}][0-9]{3})+$"
_DOCUMENT: Final = r"^(?:[A-Z]{1,3}[ -]?[0-9]{6,10}|[0-9]{10,18}|[0-9]{5,8}[ -][0-9]{3,8}(?:[ -][0-9]{1,6})?|[0-9]{3,4}(?:[ -][0-9]{2,4}){2,3})$"
_DATE: Final = r"^(?:(?:19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:19|20)[0-9]{2})(?:[ T][0-9:.]+)?$"
_DAY: Final = (
    r"^[0-9]{1,2}(?:[-/. ]+[0-9]{1,2}|[-/. ]*[^\W\d]{3,10})[-/., ]+(?:[0-9]{2}|[0-9]{4})$"  # 14/03/86, 14 mars 1986
)
_YEAR: Final = r"(19[0-9]{2}|20[0-9]{2})"
_DEGREES: Final = r"^[-+]?[0-9]{1,3}[.,][0-9]{4,}°?[NSEWnsew]?$"
_PAIR: Final = r"^[-+]?[0-9]{1,2}\.[0-9]{4,}[,; ]+[-+]?[0-9]{1,3}\.[0-9]{4,}"
_NUMBER: Final = r"^[-+]?[0-9]{1,3}(?:[ ,\x{a0}\x{202f}]?[0-9]{3})*(?:[.,][0-9]+)?$|^[-+]?[0-9]+(?:[.,][0-9]+)?$"
_SEXES: Final = (
    "m f h male female man woman boy girl homme femme hombre mujer masculin feminin masculino femenino garcon fille nino nina "
    "ወንድ ሴት 男 女 ke lalaki mwanaume mwanamke namiji mace lab dhedig "
    "ذكر أنثى انثى чоловік жінка чол жін ч ж муж жен erkek kadin"
)
_TO_CALL: Final = r"[^\W\d_].*(?:[+]|\b00?)[1-9][0-9 ()\-]{6,14}[0-9]|(?:[+]|\b00?)[1-9][0-9 ()\-]{6,14}[0-9].*[^\W\d_]"
_REGISTERED: Final = r"^(?:[A-Z]{3}-[0-9]{8}|[0-9]{3}-[0-9]{2}[A-Z][0-9]{5})$"
_LOOKED_AT: Final = 2000  # distinct cells whose words are compared


@dataclass(frozen=True)
class Cells:
    """The cells of one column that say something, without blanks around them."""

    said: pl.Series

    @cached_property
    def rows(self) -> int:
        """How many."""
        return self.said.len()

    @cached_property
    def distinct(self) -> float:
        """Share of different cells, 0 to 1."""
        return self.said.n_unique() / self.rows if self.rows else 0.0

    def share(self, pattern: str) -> float:
        """Share of the cells that a pattern is found in."""
        return _count(self.said.str.contains(pattern)) / self.rows if self.rows else 0.0

    @cached_property
    def emails(self) -> int:
        """Cells with the e-mail address of a person; those of an office do not count."""
        return _count(self.said.str.count_matches(_EMAIL) > self.said.str.count_matches(_OFFICE))

    @cached_property
    def phones(self) -> float:
        """Share of the cells written as phone numbers are: with a plus, a zero in front, brackets or groups."""
        digits = self.said.str.replace_all(r"[^0-9]", "").str.len_chars()
        shaped = self.said.str.contains(_PHONE) & digits.is_between(8, 15) & ~self.said.str.contains(_DATE)
        written = self.said.str.contains(r"^[(]?(?:[+]|0)") | self.said.str.contains(r"[0-9][ ()\-/][(]?[0-9]")
        number = self.said.str.contains(_THOUSANDS) | self.said.str.contains(r"^[0-9]*[.][0-9]+$")
        return _count(shaped & written & ~number) / self.rows if self.rows else 0.0

    @cached_property
    def contacts(self) -> int:
        """Cells of running text with a person's given name and a phone number, as in "call Deng on +211 ..."."""
        told = self.said.filter(self.said.str.contains(_TO_CALL)).unique().head(_LOOKED_AT).to_list()
        return _count(self.said.is_in([cell for cell in told if mentions(cell)]))

    @cached_property
    def registrations(self) -> float:
        """Share of numbers as UNHCR registers persons and families: JOR-00123456, 123-18C01234."""
        return self.share(_REGISTERED)

    @cached_property
    def running(self) -> bool:
        """Whether they are running numbers: whole, each once, hardly a gap between them."""
        whole = self.said.cast(pl.Int64, strict=False).drop_nulls()
        low, high = whole.min(), whole.max()
        if (
            whole.len() < self.rows
            or whole.n_unique() < self.rows
            or not isinstance(low, int)
            or not isinstance(high, int)
        ):
            return False
        return high - low < 1.2 * self.rows + 1

    @cached_property
    def years(self) -> bool:
        """Whether they are years of our time."""
        return self.rows > 0 and self.share("^(?:19|20)[0-9]{2}$") > 0.95

    @cached_property
    def numbers(self) -> float:
        """Share of plain numbers."""
        return self.share(_NUMBER)

    @cached_property
    def digits(self) -> float:
        """Share of the cells with six digits or more."""
        return _count(self.said.str.count_matches("[0-9]") >= 6) / self.rows if self.rows else 0.0

    @cached_property
    def documents(self) -> bool:
        """Whether they are numbers of documents: of one shape, one a row, and not built like p-codes, parent by parent."""
        if self.rows < 3 or self.distinct < 0.9 or self.share(_DOCUMENT) < 0.8 or self.dates > 0.2:
            return False
        lengths = self.said.str.len_chars()
        prefixes = self.said.str.extract("^([A-Z]{2,3})").unique()
        if lengths.n_unique() > 3 or (prefixes.len() == 1 and prefixes[0] is not None):
            return False
        stem = lengths.min()
        if not isinstance(stem, int):
            return False
        return all(self.said.str.slice(0, stem - cut).n_unique() / self.rows > 0.6 for cut in (2, 3))

    @cached_property
    def dates(self) -> float:
        """Share of dates."""
        return self.share(_DATE)

    @cached_property
    def days(self) -> float:
        """Share of days however they are written, and of years."""
        return self.share(f"{_DATE}|{_DAY}|^(?:19|20)[0-9]{{2}}$")

    @cached_property
    def generations(self) -> bool:
        """Whether they are dates as births are: of many days, over thirty years or more."""
        if self.rows < 3 or self.dates < 0.7 or self.distinct < 0.5:
            return False
        years = self.said.str.extract(_YEAR).cast(pl.Int32, strict=False).drop_nulls()
        spread = years.quantile(0.95, "nearest"), years.quantile(0.05, "nearest")
        return spread[0] is not None and spread[1] is not None and spread[0] - spread[1] >= 30

    @cached_property
    def degrees(self) -> bool:
        """Whether they are coordinates to four decimals or more, one a row."""
        return self.distinct >= 0.5 and (self.share(_DEGREES) >= 0.7 or self.share(_PAIR) >= 0.7)

    @cached_property
    def ages(self) -> bool:
        """Whether they are whole numbers up to 120, as single years of age."""
        years = self.said.cast(pl.Int32, strict=False).drop_nulls()
        return self.rows > 0 and years.len() >= 0.9 * self.rows and bool(years.is_between(0, 120).all())

    @cached_property
    def sexes(self) -> bool:
        """Whether each is one sex."""
        return self.rows > 0 and _count(self.said.str.to_lowercase().is_in(_SEXES.split())) > 0.9 * self.rows

    @cached_property
    def name_shaped(self) -> float:
        """Share of different cells of two to five words, in letters only."""
        looked = self._looked_at
        return sum(map(shaped_like_name, looked)) / len(looked) if looked else 0.0

    @cached_property
    def names(self) -> float:
        """Share of different cells that are shaped like a name and have a given name or a family's ending in them."""
        looked = self._looked_at
        return sum(shaped_like_name(cell) and named(cell) for cell in looked) / len(looked) if looked else 0.0

    @cached_property
    def given(self) -> float:
        """Share of different cells that are one given name each; 0 where there are fewer than five."""
        looked = self._looked_at
        return sum(map(given, looked)) / len(looked) if len(looked) >= 5 else 0.0

    @cached_property
    def _looked_at(self) -> list[str]:
        every = self.said.unique().sort()
        return every.gather_every(max(1, -(-every.len() // _LOOKED_AT))).to_list()


def _count(of: pl.Series) -> int:
    return int(of.sum() or 0)


def cells_of(column: pl.Series) -> Cells:
    """The cells of a column that say something; HXL tags do not."""
    text = column.cast(pl.String(), strict=False).str.strip_chars()
    return Cells(text.filter((text.str.len_chars() > 0) & ~text.str.starts_with("#")).rename("said"))
