"""When a figure may be called official: rules as data, and what of them a figure's statements meet."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from qanat.errors import AskError
from qanat.figures.words import COUNTERS, nearest
from qanat.register.statements import Statement

FILE = "policies.toml"
_WORDS: Final = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_SEVERAL: Final = re.compile(r"(?P<least>\w+)\s+of\s+(?P<names>.+)")


@dataclass(frozen=True, slots=True)
class Term:
    """So many of these agencies."""

    least: int
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A name, the rule as written, and its terms; all of them must be met."""

    name: str
    rule: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a policy finds of a figure: met or not, who has endorsed it, who disputes it, and of whom how many are missing
    (terms with the agencies that have not spoken)."""

    policy: Policy
    met: bool
    endorsed: tuple[str, ...]
    disputed: tuple[str, ...]
    missing: tuple[Term, ...]


def policies(text: str, name: str) -> tuple[Policy, ...]:
    """The policies of a TOML file of `name = "agency + two of agency, agency"`. Raises AskError with every fault."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as cause:
        raise AskError(f"{name} is not TOML ({cause}); mend it") from cause
    found, faults = list[Policy](), list[str]()
    for word, rule in content.items():
        terms = [_term(part.strip()) for part in str(rule).split("+")]
        faults += [f"{word}: {term}" for term in terms if isinstance(term, str)]
        found.append(Policy(word, str(rule), tuple(term for term in terms if isinstance(term, Term))))
    if faults:
        raise AskError(f'{name}: {"; ".join(faults)}. A policy reads official = "government + two of iom, unhcr, ocha"')
    return tuple(found)


def house_policies() -> tuple[Policy, ...]:
    """The policies that come with the house."""
    return policies(files("qanat.register").joinpath(FILE).read_text(encoding="utf-8"), FILE)


def _term(text: str) -> Term | str:
    """A term, or what is wrong with it."""
    several = _SEVERAL.fullmatch(text)
    names = tuple(part.strip() for part in (several["names"] if several else text).split(","))
    least = _WORDS.get(several["least"], int(several["least"]) if several["least"].isdigit() else 0) if several else 1
    unknown = [name for name in names if name not in COUNTERS]
    if unknown:
        near = nearest(unknown[0], list(COUNTERS))
        return f"{unknown[0]!r} is no agency of the code list" + (f" (did you mean {near!r}?)" if near else "")
    if not 1 <= least <= len(names) or len(set(names)) < len(names):
        return f"{text!r} asks for what its agencies cannot give"
    return Term(least, names)


def judged(policy: Policy, said: Iterable[Statement]) -> Judgement:
    """What a policy finds, given all that was said of one figure in order: an agency's last word counts."""
    last = {one.agency: one.says for one in said}
    endorsed = tuple(sorted(agency for agency, word in last.items() if word == "endorse"))
    missing = tuple(
        Term(term.least - sum(name in endorsed for name in term.of), tuple(n for n in term.of if n not in endorsed))
        for term in policy.terms
        if sum(name in endorsed for name in term.of) < term.least
    )
    disputed = tuple(sorted(agency for agency, word in last.items() if word != "endorse"))
    return Judgement(policy=policy, met=not missing, endorsed=endorsed, disputed=disputed, missing=missing)
