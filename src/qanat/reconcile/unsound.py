"""What is wrong with a record by sex and age: parts beyond their whole, a sex or a total left out, ages that do not fit."""

from __future__ import annotations

from collections.abc import Iterator

from qanat.reconcile.breakdowns import SEXES, STEPS, Breakdown

Reason = tuple[str, float | None, str, str]  # code, size in people (null where it has none), what was found, the remedy


def reasons(record: Breakdown) -> Iterator[Reason]:
    """Everything that is wrong with a record; nothing where it is sound and divided."""
    if record.total is None:
        if record.known + (record.unknown or 0.0) > 0:
            yield (
                "no-total",
                None,
                "has cells by sex or age but no undivided figure",
                "publish the total; nothing is spread without it",
            )
        return
    yield from _sums(record, record.total)
    yield from _ages(record)
    if record.one_sex:
        missing = "male" if record.men is None else "female"
        yield (
            "one-sex",
            None,
            f"only one sex is counted, {missing} is not",
            "not counted is not nobody: the rest stays unknown",
        )
    if record.total > 0 and record.known == 0:
        yield (
            "SEX_AGE_MISSING",
            record.total,
            "no breakdown by sex or age is published",
            "ask the counter; until then only an estimate can be given",
        )


def _sums(record: Breakdown, total: float) -> Iterator[Reason]:
    """Sexes beyond the total, or with the unknown beside it; by more than rounding."""
    told, ask = record.known + (record.unknown or 0.0), "ask the counter which is right"
    over = record.least - total
    if over > 0.5:
        yield (
            "SUM_MISMATCH",
            over,
            f"the sexes add up to {record.known:,.0f} of {total:,.0f}",
            f"{ask}; cells are kept as published, the estimate is scaled to the total",
        )
    elif record.unknown is not None and abs(told - total) > max(0.5, record.known - record.least):
        yield (
            "SUM_MISMATCH",
            abs(told - total),
            f"the sexes and the unknown add up to {told:,.0f} of {total:,.0f}",
            f"{ask}; unknown is taken as the total less the known",
        )


def _ages(record: Breakdown) -> Iterator[Reason]:
    """Ages beyond their sex, by more than rounding; bands that overlap or do not nest."""
    for at, (sex, whole, aged) in enumerate(zip(SEXES, record.of_sex, record.aged, strict=True)):
        over = sum(record.low[at * STEPS : (at + 1) * STEPS]) - whole
        if over > 0.5:
            yield (
                "SUM_MISMATCH",
                over,
                f"the ages of {sex} add up to {aged:,.0f} of {whole:,.0f}",
                "ask the counter which is right; the ages are scaled to the sex",
            )
    if record.overlap:
        yield (
            "ages-overlap",
            None,
            "two age bands share a year of age",
            "give bands that do not overlap; their people are kept as of unknown age",
        )
    elif record.across > 0:
        yield (
            "ages-straddle",
            record.across,
            "ages do not nest in 0-4, 5-11, 12-17, 18-59, 60+",
            "give ages that end where these end; these people are kept as of unknown age",
        )
