"""Where declared corrections are kept: the house's own in the package, a user's in HOME/corrections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

from qanat.errors import CorrectionError
from qanat.figures.words import nearest
from qanat.sources.corrections import Correction, corrections
from qanat.sources.known import SOURCES


def declared(home: Path | None = None) -> tuple[Correction, ...]:
    """All corrections by file name, the house's first. Raises CorrectionError with the faults of a file, or of all together."""
    house = [
        (entry.name, entry.read_text(encoding="utf-8"))
        for entry in files("qanat").joinpath("corrections").iterdir()
        if entry.name.endswith(".toml")
    ]
    found = tuple(one for name, text in [*sorted(house), *_own(home)] for one in corrections(text, name))
    if faults := [*_strange(found), *_twice(found)]:
        raise CorrectionError(f"{len(faults)} faults, no correction was applied\n  " + "\n  ".join(faults))
    return found


def _strange(found: tuple[Correction, ...]) -> Iterator[str]:
    """Corrections of what is no source that is pulled."""
    for one in found:
        if one.source not in SOURCES:
            near = nearest(one.source, list(SOURCES))
            more = f"; did you mean {near!r}?" if near else "; `qanat sources` lists them, and a file of your own is mended itself"  # fmt: skip
            yield f"{one.file}: correction {one.id!r}: no source {one.source!r}{more}"


def _twice(found: tuple[Correction, ...]) -> Iterator[str]:
    """Corrections of one name in two files: the method of a figure could not tell which was made."""
    for name, count in Counter(one.id for one in found).items():
        if count > 1:
            yield f"two corrections are called {name!r}, in {' and '.join(one.file for one in found if one.id == name)}"


def _own(home: Path | None) -> Iterable[tuple[str, str]]:
    if home is None:
        return
    for file in sorted((home / "corrections").glob("*.toml")):
        try:
            yield str(file), file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as cause:
            raise CorrectionError(f"{file} cannot be read ({cause}); mend it or take it away") from cause
