"""What a person set in a qanat.toml: where the store is, and whose figure is shown first."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from qanat.errors import AskError
from qanat.figures.words import COUNTERS, GROUPS, nearest

FILE: Final = "qanat.toml"
_KEYS: Final = ("home", "precedence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one or more files set.

    home        the store's folder as written;  file  where it was read; both null: none names one
    precedence  by group the counters that are shown first, in their order
    """

    home: str | None = None
    file: Path | None = None
    precedence: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, "tuple[str, ...]"])


def settings(working: Path | None = None) -> Settings:
    """Each setting as the nearest qanat.toml that has it sets it, at or above a folder (null: the working folder).

    Raises AskError with every fault of a file: unknown keys, groups and counters with the nearest word.
    """
    here = (working or Path.cwd()).resolve()
    found = Settings()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            one = _read(folder / FILE)
            named = found if found.home is not None else one
            found = Settings(home=named.home, file=named.file, precedence=found.precedence or one.precedence)
    return found


def _read(file: Path) -> Settings:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
        raise AskError(f"{file} is not TOML ({cause}); mend it or remove it") from cause
    faults = list(_faults(content))
    if faults:
        raise AskError(f"{file}: {'; '.join(faults)}")
    orders: dict[str, list[str]] = content.get("precedence", {})
    return Settings(
        home=content.get("home"),
        file=file if "home" in content else None,
        precedence={group: tuple(order) for group, order in orders.items()},
    )


def _faults(content: Mapping[str, Any]) -> Iterator[str]:
    unknown = sorted(set(content) - set(_KEYS))
    if unknown:
        yield f"it has unknown keys {', '.join(unknown)}; it may have: {', '.join(_KEYS)}"
    if not isinstance(content.get("home", ""), str):
        yield "home must be text, the path of a folder"
    orders = content.get("precedence", {})
    if not isinstance(orders, dict):
        yield 'precedence must be a table of groups, as [precedence] and a line idps = ["unhcr", "idmc"]'
        return
    for group, order in cast("dict[str, Any]", orders).items():
        if group not in GROUPS:
            yield f"no group {group!r}{_near(group, list(GROUPS))}"
        yield from _order_faults(group, order)


def _order_faults(group: str, order: Any) -> Iterator[str]:
    listed = cast("list[object]", order) if isinstance(order, list) else []
    words = [one for one in listed if isinstance(one, str)]
    if not words or len(words) < len(listed):
        yield f'precedence of {group} must be a list of counters, as ["unhcr", "idmc"]'
        return
    for one in words:
        if one not in COUNTERS:
            yield f"no counter {one!r} (precedence of {group}){_near(one, list(COUNTERS))}"
    if len(set(words)) < len(words):
        yield f"the precedence of {group} names a counter twice"


def _near(word: str, valid: list[str]) -> str:
    near = nearest(word, valid)
    return f", did you mean {near!r}?" if near else f"; there are: {', '.join(valid)}"
