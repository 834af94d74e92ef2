"""Where the store's folder is, and who decided it."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from qanat.errors import AskError

Decided = Literal["--home", "QANAT_HOME", "qanat.toml", "user data folder"]


@dataclass(frozen=True, slots=True)
class Home:
    """The store's folder, what decided it, and the file that did where it was a file."""

    folder: Path
    decided: Decided
    file: Path | None = None


def home(
    given: Path | None = None, *, environment: Mapping[str, str] | None = None, working: Path | None = None
) -> Home:
    """The folder by --home, else QANAT_HOME, else `home` in the nearest qanat.toml above, else the user's data folder.

    Raises AskError for a qanat.toml that cannot be read or has an unknown key.
    """
    if given is not None:
        if str(given) in ("", "."):
            raise AskError("--home names no folder; write the folder's path, as --home ./store")
        return Home(given.expanduser(), "--home")
    named = (os.environ if environment is None else environment).get("QANAT_HOME")
    if named:
        return Home(Path(named).expanduser(), "QANAT_HOME")
    here = (working or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        found = _from_file(folder / "qanat.toml")
        if found is not None:
            return found
    from platformdirs import user_data_path

    return Home(user_data_path("qanat", appauthor=False), "user data folder")


def _from_file(file: Path) -> Home | None:
    if not file.is_file():
        return None
    try:
        settings = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
        raise AskError(f"{file} is not TOML ({cause}); mend it or remove it") from cause
    unknown = sorted(set(settings) - {"home"})
    if unknown:
        raise AskError(f"{file} has unknown keys {', '.join(unknown)}; it may have: home")
    folder = settings.get("home")
    if folder is None:
        return None
    if not isinstance(folder, str):
        raise AskError(f"{file}: home must be text, the path of a folder")
    return Home((file.parent / Path(folder).expanduser()).resolve(), "qanat.toml", file)
