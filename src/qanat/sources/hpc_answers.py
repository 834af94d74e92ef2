"""Answers of OCHA's HPC Tools (api.hpc.tools): their envelope, their countries, their clusters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, cast

from qanat.errors import SourceError
from qanat.sources.countries import HPC
from qanat.sources.record import Source
from qanat.sources.rows import Record, listed, parts, several_of, text
from qanat.sources.shape import WORLD

NOT_TOLD: Final = "not told"
PEOPLE: Final = {"totalPopulation": "stock", "affected": "affected", "inNeed": "need", "target": "target", "reached": "reached", "expectedReach": "target"}  # fmt: skip
EXPECTED: Final = {"expectedReach": "expected-reach"}


def pages(data: bytes, source: Source) -> list[Record]:
    """The pages of an answer with their pointers. Raises SourceError where the service states a status but "ok"."""
    found = parts(data, source, ("data",))
    for at, page in found:
        if not isinstance(cast("object", page), dict):
            raise SourceError(f"{source.id}: the answer is {page!r:.40}, no object; look at {source.url}")
        status = page.get("status", "ok")
        if status != "ok":
            raise SourceError(
                f"{source.id}: the service says status {status!r} instead of 'ok'{f' on page {at[1:]}' if at else ''}: "
                f"{page.get('message') or page.get('code') or 'no message'}; ask again, or look at {source.url}"
            )
    return found


def objects(data: bytes, source: Source, *path: str) -> list[Record]:
    """The objects at the end of a path of every page, with their pointers."""
    return [one for page in pages(data, source) for one in listed(page, source, path)]


def country(codes: Iterable[object]) -> dict[str, str | None]:
    """`place` and `countries` of something in several countries: the one, or the world undivided with all of them named."""
    found = sorted({told_code for code in codes if (told_code := text(code))})
    if len(found) == 1:
        return {"place": found[0], "countries": None}
    return {"place": WORLD, "countries": "+".join(found) or NOT_TOLD}


def of_number(number: object) -> str | None:
    """The country of one of HPC Tools' numbers; null for a number that is none."""
    return HPC.get(text(number) or "")


def of_type(flow: dict[str, Any], end: str, kind: str) -> list[dict[str, Any]]:
    """The objects at an end of a flow (sourceObjects, destinationObjects) that are of a type."""
    return [one for one in several_of(flow, end) if one.get("type") == kind]


def told(record: dict[str, Any], source: Source, *names: str) -> dict[str, Any]:
    """A record that has these fields, or SourceError naming those it lacks."""
    missing = [name for name in names if name not in record]
    if missing:
        raise SourceError(
            f"{source.id}: a record has no {', no '.join(missing)} but {', '.join(list(record)[:8])}; "
            "nothing was kept; if the publisher changed the service, its adapter must learn the new fields"
        )
    return record
