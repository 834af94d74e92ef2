"""The visible list of sources this qanat reads, and of how each is asked and read."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from qanat.errors import AskError
from qanat.figures.words import nearest
from qanat.sources import (
    abel_cohen,
    demographics,
    detections,
    eurostat,
    fts,
    gdacs,
    hapi,
    hdx,
    hpc,
    idmc,
    idmc_events,
    inform,
    iom_dtm_rounds,
    iom_missing,
    ipc,
    reliefweb,
    remittances,
    ucdp,
    unhcr,
    unhcr_nowcast,
    unhcr_odp_reading,
    unhcr_prmn,
    unhcr_reference,
    unpd,
    unpd_csv,
    unpd_stock,
    vintages,
    worldbank,
    worldbank_table,
)  # fmt: skip
from qanat.sources.record import Adapter, Source

# the publishers' own lists, in the order a person meets them
_ALL: Final = (
    *unhcr.ADAPTERS, *demographics.ADAPTERS, *unhcr_nowcast.ADAPTERS, *unhcr_reference.ADAPTERS, *unhcr_odp_reading.ADAPTERS,
    *unhcr_prmn.ADAPTERS, *idmc.ADAPTERS, *idmc_events.ADAPTERS, *iom_dtm_rounds.ADAPTERS, *iom_missing.ADAPTERS,
    *hdx.ADAPTERS, *hapi.ADAPTERS, *fts.ADAPTERS, *hpc.ADAPTERS, *ipc.ADAPTERS, *gdacs.ADAPTERS, *inform.ADAPTERS, *reliefweb.ADAPTERS,
    *ucdp.ADAPTERS, *worldbank.ADAPTERS, *worldbank_table.ADAPTERS, *remittances.ADAPTERS, *unpd.ADAPTERS, *unpd_csv.ADAPTERS, *unpd_stock.ADAPTERS, *eurostat.ADAPTERS,
    *detections.ADAPTERS, *abel_cohen.ADAPTERS,
)  # fmt: skip
_EDITION_ONLY: Final = (
    replace(demographics.DEMOGRAPHICS, id="unhcr.demographics-admin"), vintages.WIDE,
)  # fmt: skip

ADAPTERS: Final[dict[str, Adapter]] = {adapter.source.id: adapter for adapter in _ALL}
SOURCES: Final[dict[str, Source]] = {
    **{name: adapter.source for name, adapter in ADAPTERS.items()},
    **{source.id: source for source in _EDITION_ONLY},
}
PAST: Final = frozenset({vintages.WIDE.id})  # earlier releases, kept for what was known then: no newer one is awaited
USUAL: Final = tuple(
    adapter.source.id for adapter in (*unhcr.ADAPTERS, *demographics.ADAPTERS)
)  # what a brief rests on and anyone may ask


def chosen(word: str | None) -> tuple[Adapter, ...]:
    """The sources a person means: one by its id ("unhcr.population") or the end of it ("unrwa"), all of a
    publisher ("unhcr"); the usual ones where none is named.

    Raises AskError for a word that fits none, naming the nearest, or that fits several publishers.
    """
    if word is None:
        return tuple(ADAPTERS[name] for name in USUAL)
    if word in ADAPTERS:
        return (ADAPTERS[word],)
    family = tuple(adapter for name, adapter in ADAPTERS.items() if name.startswith(f"{word}."))
    if family:
        return family
    ends = _ending(word)
    if len(ends) == 1:
        return (ADAPTERS[ends[0]],)
    if ends:
        raise AskError(f"{word!r} can mean several sources: {', '.join(ends)}; write the whole id")
    words = [*ADAPTERS, *(name.split(".", 1)[1] for name in ADAPTERS), *{name.split(".")[0] for name in ADAPTERS}]
    near = nearest(word, words)
    if near is None:
        raise AskError(f"no source {word!r}; `qanat sources` lists them all")
    several = _ending(near)
    likely = several if len(several) > 1 else [near]
    raise AskError(f"no source {word!r}; did you mean {' or '.join(repr(name) for name in likely)}?")


def _ending(word: str) -> list[str]:
    """The sources whose id ends with a word."""
    return [name for name in ADAPTERS if name.split(".", 1)[1] == word]
