"""Where the store's folder is, and who decided it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from qanat.errors import AskError
from qanat.store.settings import settings

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

    Raises AskError with every fault of a qanat.toml.
    """
    if given is not None:
        if str(given) in ("", "."):
            raise AskError("--home names no folder; write the folder's path, as --home ./store")
        return Home(given.expanduser(), "--home")
    named = (os.environ if environment is None else environment).get("QANAT_HOME")
    if named:
        return Home(Path(named).expanduser(), "QANAT_HOME")
    found = settings(working)
    if found.home is not None and found.file is not None:
        return Home((found.file.parent / Path(found.home).expanduser()).resolve(), "qanat.toml", found.file)
    from platformdirs import user_data_path

    return Home(user_data_path("qanat", appauthor=False), "user data folder")
