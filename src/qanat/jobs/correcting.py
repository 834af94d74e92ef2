"""Where declared corrections are kept: the house's own in the package, a user's in HOME/corrections."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from qanat.errors import CorrectionError
from qanat.sources.corrections import Correction, corrections


def declared(home: Path | None = None) -> tuple[Correction, ...]:
    """All corrections by file name, the house's first. Raises CorrectionError with the faults of a file."""
    house = [
        (entry.name, entry.read_text(encoding="utf-8"))
        for entry in files("qanat").joinpath("corrections").iterdir()
        if entry.name.endswith(".toml")
    ]
    return tuple(one for name, text in [*sorted(house), *_own(home)] for one in corrections(text, name))


def _own(home: Path | None) -> Iterable[tuple[str, str]]:
    if home is None:
        return
    for file in sorted((home / "corrections").glob("*.toml")):
        try:
            yield str(file), file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as cause:
            raise CorrectionError(f"{file} cannot be read ({cause}); mend it or take it away") from cause
