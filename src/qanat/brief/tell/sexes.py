"""Women and men, girls and boys: what is known of whom, and how much is not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from qanat.brief import numbers
from qanat.brief.numbers import Number, Row
from qanat.brief.situation import ABROAD, Situation, View
from qanat.reconcile.divided_sums import Told

BANDS: Final[tuple[tuple[int, int | None], ...]] = ((0, 5), (5, 12), (12, 18), (18, 60), (60, None))
_ADULT: Final = 18
_FEW: Final = 0.01  # of all people
_TOLD: Final = 0.01  # of the estimated people; donors of fewer are not named in the brief


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """How a group divides. Each is null where what it needs is not known.

    total      everyone in the group, by the population statistics
    sex_known  share of the total whose sex is recorded; age_known the same for age
    women      women and girls among those whose sex is known
    children   under 18 among those whose age is known
    female, male  everyone of a sex, all ages
    bands      cells by sex and age band; unknown_age by sex; unknown_sex people whose sex is not recorded
    estimate   everyone by estimate; null where nobody is unknown, or nobody could be divided
    """

    total: Number
    sex_known: Number | None
    age_known: Number | None
    women: Number | None
    children: Number | None
    female: Number | None
    male: Number | None
    bands: dict[tuple[str, int], Number]
    unknown_age: dict[str, Number]
    unknown_sex: Number | None
    estimate: Estimate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Everyone by sex and age, those whose sex or age is not recorded put where the donors' are (reconcile.divided).

    bands       by sex and age band, empty where no donor tells ages;  female, male  everyone of a sex
    women       women and girls as a share of all, with the least and the most it is (80 %);  children  under 18, null
                where no ages
    unrecorded  people whose sex or age is not recorded;  donors  from whom theirs is taken, most first
    """

    bands: dict[tuple[str, int], Number]
    female: Number
    male: Number
    women: Number
    women_low: Number
    women_high: Number
    children: Number | None
    unrecorded: Number
    donors: tuple[str, ...] = field(default_factory=tuple[str, ...])


def shares(situation: Situation, view: View) -> Shares | None:
    """The division of a view's people at the reference date; null where there are none."""
    row = situation.newest("idps" if view == "inside" else ABROAD, view, "unhcr")
    if row is None or row.value <= 0:
        return None
    cells = situation.by_sex_and_age(view)
    sexes = {
        sex: [c for c in cells if c.sex == sex and c.age_from == 0 and c.age_to is None] for sex in ("female", "male")
    }
    by_age = [c for c in cells if c.sex in sexes and _is_band(c)]
    total = numbers.published(row)
    both = _sum([*sexes["female"], *sexes["male"]])
    women = _sum(sexes["female"])
    aged = _sum(by_age)
    young = _sum([c for c in by_age if c.age_to is not None and c.age_to <= _ADULT])
    return Shares(
        total=total,
        sex_known=numbers.share(both, total) if both else None,
        age_known=numbers.share(aged, total) if aged else None,
        women=numbers.share(women, both) if women and both else None,
        children=numbers.share(young, aged) if young and aged else None,
        female=women,
        male=_sum(sexes["male"]),
        bands=_bands(by_age),
        unknown_age=_by_sex([c for c in cells if c.sex in sexes and c.age_from is None]),
        unknown_sex=_missing(total, both),
        estimate=estimate(total, situation.divided_by_sex_and_age(view), [*by_age]),
    )


def estimate(total: Number, rows: list[Row], counted: list[Row]) -> Estimate | None:
    """The estimate of a view from its division's rows; null where there are none, or so few are unrecorded that it would be
    told and drawn as the counted are.

    counted  the cells of recorded sex and age, which it goes beyond
    """
    sexes = {row.sex: row for row in rows if row.age_from == 0 and row.age_to is None}
    if not {"female", "male"} <= sexes.keys() or total.value <= 0:
        return None
    left = total.value - sum(row.value for row in counted)
    if left < _FEW * total.value:
        return None
    cells = [row for row in rows if _is_band(row)]
    young = [row for row in cells if row.age_to is not None and row.age_to <= _ADULT]
    women = sexes["female"]
    return Estimate(
        bands=_bands(cells), female=numbers.published(women), male=numbers.published(sexes["male"]),
        women=_of(women.value, total, women), women_low=_of(women.low, total, women), women_high=_of(women.high, total, women),
        children=numbers.share(numbers.total(young), total) if young else None,
        unrecorded=Number(value=left, form="short", how="difference", rows=(*total.rows, *counted)),
        donors=_donors(women.locator or ""),
    )  # fmt: skip


def _of(people: float | None, total: Number, row: Row) -> Number:
    value = (row.value if people is None else people) / total.value
    return Number(value=value, form="percent", how="share", rows=(row, *total.rows))


def _donors(locator: str) -> tuple[str, ...]:
    """Kinds of donors that put at least a hundredth of the people in place, most first; the largest in any case."""
    by = sorted(Told.read(locator).by.items(), key=lambda one: -one[1])
    whole = sum(people for _, people in by)
    return tuple(kind for at, (kind, people) in enumerate(by) if at == 0 or people >= _TOLD * whole)


def told_of_most(known: Number | None) -> bool:
    """Whether what is recorded covers at least half of the people: below that a share says little of them all."""
    return known is not None and known.value >= 0.5


def _is_band(row: Row) -> bool:
    return row.age_from is not None and (row.age_from, row.age_to) in BANDS


def _sum(rows: list[Row]) -> Number | None:
    return numbers.total(rows) if rows else None


def _bands(rows: list[Row]) -> dict[tuple[str, int], Number]:
    keys = {(row.sex, row.age_from) for row in rows if row.age_from is not None}
    return {
        (sex, start): numbers.total(r for r in rows if r.sex == sex and r.age_from == start)
        for sex, start in sorted(keys)
    }


def _by_sex(rows: list[Row]) -> dict[str, Number]:
    return {sex: numbers.total(r for r in rows if r.sex == sex) for sex in sorted({row.sex for row in rows})}


def _missing(total: Number, both: Number | None) -> Number | None:
    if both is None:
        return total
    left = total.value - both.value
    if left <= 0:
        return None
    return Number(value=left, form="short", how="difference", rows=(*total.rows, *both.rows))
