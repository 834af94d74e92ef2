"""The visible list of sources this qanat reads, and of how each is asked and read."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from qanat.errors import AskError
from qanat.figures.words import nearest
from qanat.sources import (
    demographics,
    fts,
    gdacs,
    hapi,
    hdx,
    hpc,
    idmc,
    inform,
    ipc,
    reliefweb,
    unhcr,
    unpd,
    vintages,
)
from qanat.sources.asking import following, gidd
from qanat.sources.asking import unhcr as asked
from qanat.sources.record import Adapter, Source

_UNHCR: Final = (
    (unhcr.POPULATION, unhcr.population), (unhcr.SOLUTION, unhcr.solutions), (unhcr.APPLICATION, unhcr.applications),
    (unhcr.DECISION, unhcr.decisions), (unhcr.UNRWA, unhcr.unrwa), (unhcr.IDMC, unhcr.idmc), (demographics.DEMOGRAPHICS, demographics.demographics),
)  # fmt: skip
_ALL: Final = (
    *(Adapter(source=source, read=read, ask=asked, following=following) for source, read in _UNHCR),
    Adapter(source=idmc.CONFLICT, read=idmc.conflict, ask=gidd, following=following),
    Adapter(source=idmc.DISASTER, read=idmc.disaster, ask=gidd, following=following),
    *hdx.ADAPTERS,
    *hapi.ADAPTERS,
    *fts.ADAPTERS,
    *hpc.ADAPTERS,
    *ipc.ADAPTERS,
    *gdacs.ADAPTERS,
    *inform.ADAPTERS,
    *reliefweb.ADAPTERS,
)
_EDITION_ONLY: Final = (
    replace(demographics.DEMOGRAPHICS, id="unhcr.demographics-admin"), vintages.WIDE, idmc.SEX_AGE, unpd.WPP, unpd.MIGRANTS, unpd.MIGRANT_AGES,
)  # fmt: skip

ADAPTERS: Final[dict[str, Adapter]] = {adapter.source.id: adapter for adapter in _ALL}
SOURCES: Final[dict[str, Source]] = {
    **{name: adapter.source for name, adapter in ADAPTERS.items()},
    **{source.id: source for source in _EDITION_ONLY},
}
USUAL: Final = tuple(source.id for source, _ in _UNHCR)  # what a brief rests on and anyone may ask


def chosen(word: str | None) -> tuple[Adapter, ...]:
    """The sources a person means: one by its id ("unhcr.population") or the end of it ("population"), all of a
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
    ends = [name for name in ADAPTERS if name.split(".", 1)[1] == word]
    if len(ends) == 1:
        return (ADAPTERS[ends[0]],)
    if ends:
        raise AskError(f"{word!r} can mean several sources: {', '.join(ends)}; write the whole id")
    words = [*ADAPTERS, *(name.split(".", 1)[1] for name in ADAPTERS), *{name.split(".")[0] for name in ADAPTERS}]
    near = nearest(word, words)
    raise AskError(f"no source {word!r}; " + (f"did you mean {near!r}?" if near else "`qanat sources` lists them all"))
