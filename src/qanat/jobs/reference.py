"""Job: the reference pages, made from the code itself."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from typing import Any, Final

from qanat import errors, picture
from qanat.estimate.cards import FLOWS
from qanat.estimate.remittances import METHOD as REMITTANCES
from qanat.figures.columns import MEANING, SCHEMA
from qanat.figures.words import COUNTERS, GROUPS, LICENCES, MEASURES, PEOPLE_WITHOUT_COUNTRY, UNITS, Word
from qanat.methods import Method
from qanat.reconcile.balanced import BALANCED
from qanat.reconcile.concepts import CONCEPTS
from qanat.reconcile.constraints import RULES
from qanat.reconcile.declared import DECLARED
from qanat.reconcile.divided import DIVIDED
from qanat.reconcile.donors import ORDER
from qanat.reconcile.limits import LIMITS
from qanat.reconcile.overlaps import OVERLAPS
from qanat.reconcile.picture import PICTURE
from qanat.reconcile.pictures import PICTURES
from qanat.reconcile.side_by_side import METHOD, PRECEDENCE, USUAL
from qanat.sources.known import ADAPTERS, SOURCES
from qanat.sources.record import Source

METHODS: Final[tuple[Method[Any], ...]] = (PICTURE, PICTURES, DIVIDED, BALANCED, *FLOWS, REMITTANCES)
# what the `method` column may say beside the cards' names, and where it is written
SMALL: Final = {
    "published": "the row is in the document as it stands",
    "unknown-sex@1": "a record's total less both sexes: people whose sex is not recorded (sources/sexes.py)",
    "unknown-age@1": "a sex's total less its bands: people whose age is not recorded (sources/sexes.py)",
    "records@1": "several records of one place, added up (sources/demographics.py)",
    "hazards@1": "the sum over hazards (sources/idmc.py)",
    "sexes@1": "the sum over all sexes and ages, known and unknown (sources/idmc.py)",
    "reasons@1": "a round's reasons of displacement added up, of one type of assessment (sources/iom_dtm_rounds.py)",
    "origins@1": "a reason's places of origin added up, of one round and type of assessment (sources/iom_dtm_rounds.py)",
    "cuts@1": "acts over all sexes, ages and other cuts of one nationality and month, added up (sources/detections.py)",
    "presence@1": "different organisations of a place and sector, counted (sources/hapi.py)",
    "last-day@1": "a stock told for a period, put on the period's last day (sources/rules.py)",
    "reports@1": "reports of a country and month, counted (sources/reliefweb.py)",
    "totals.origin@1": "people from a country, summed over where they are (reconcile/totals.py)",
    "totals.inside@1": "people of a country counted in it",
    "totals.host@1": "people from elsewhere, summed over where they are from",
    "totals.abroad@1": "refugees, asylum-seekers and others in need of international protection together",
    "flows.prior@1": "flows in the proportions of a table of one's own (estimate/ways.py)",
    "estimate.inclusion@1": "what a measure of inclusion is worth, from draws over assumed effects (estimate/inclusion.py)",
    METHOD: "the displayed figure of every key, by precedence (reconcile/side_by_side.py)",
}  # fmt: skip


def pages(commands: Callable[[], dict[str, str]]) -> dict[str, str]:
    """Every page of docs/reference by file name.

    commands  gives each command's name and help, from the door that has them
    """
    made = {
        "commands.md": _commands(commands()), "figures.md": _figures(), "words.md": _words(), "sources.md": _sources(), "methods.md": _methods(),
        "concepts.md": _concepts(), "schemas.md": _schemas(), "python.md": _python(), "errors.md": _errors(),
    }  # fmt: skip
    listed = "\n".join(f"- [{name.removesuffix('.md')}]({name})" for name in sorted(made))
    return {"README.md": f"# Reference\n\nMade from the code by `make docs`; do not edit.\n\n{listed}\n", **made}


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in (head, tuple("---" for _ in head), *rows)]
    return "\n".join(lines) + "\n"


def _commands(found: dict[str, str]) -> str:
    return "# Commands\n\n" + "\n".join(f"## qanat {name}\n\n{text}\n" for name, text in found.items())


def _figures() -> str:
    return "# The columns of a figure\n\n" + _table(
        ("column", "type", "meaning"), [(f"`{name}`", str(dtype), MEANING[name]) for name, dtype in SCHEMA.items()]
    )


def _words() -> str:
    lists: dict[str, Mapping[str, Word]] = {
        "Measures": MEASURES,
        "Units": UNITS,
        "Groups": GROUPS,
        "Counters": COUNTERS,
        "Licences": LICENCES,
    }
    parts = [f"## {title}\n\n{_listed(words)}" for title, words in lists.items()]
    people = _table(("code", "people"), [(f"`{code}`", name) for code, name in PEOPLE_WITHOUT_COUNTRY.items()])
    return (
        "# Words\n\nThe only words a figure may use.\n\n"
        + "\n".join(parts)
        + f"\n## People without a country\n\n{people}"
    )


def _listed(words: Mapping[str, Word]) -> str:
    return _table(
        ("word", "meaning", "EGRISS"), [(f"`{code}`", word.meaning, word.egriss or "") for code, word in words.items()]
    )


def _sources() -> str:
    rows = [
        (
            f"`{s.id}`",
            s.publisher,
            s.title,
            s.licence,
            _travels(s),
            f"{s.every} day{'' if s.every == 1 else 's'}",
            _asked(s),
            s.url,
        )
        for s in SOURCES.values()
    ]
    keys = {key.variable: key for s in SOURCES.values() for key in s.keys}
    told = [
        (f"`{name}`", ", ".join(f"`{s.id}`" for s in SOURCES.values() if key in s.keys), key.how)
        for name, key in sorted(keys.items())
    ]
    cautions = [f"- `{s.id}`: {s.caution}" for s in SOURCES.values() if s.caution]
    return (
        f"# Sources\n\nThe {len(SOURCES)} tables this qanat reads, made from their records. What each counts and what is never added is told in "
        "[the explanation](../explanation/sources.md).\n\n"
        + _table(("id", "publisher", "title", "licence", "may travel", "renewed", "asked", "address"), rows)
        + "\n## Keys\n\n" + _table(("variable", "for", "who gives it"), told)
        + "\n## Credit\n\n" + "\n".join(f"- `{s.id}`: {s.credit} ({s.terms})" for s in SOURCES.values())
        + ("\n\n## Cautions\n\n" + "\n".join(cautions) if cautions else "") + "\n"
    )  # fmt: skip


def _travels(source: Source) -> str:
    licence = LICENCES[source.licence]
    return "no" if not licence.may_redistribute else licence.condition or "yes"


def _asked(source: Source) -> str:
    """How a person gets at it: the service, with what it wants named; a file handed over; the edition."""
    if source.id not in ADAPTERS:
        return "edition"
    if not source.service:
        return "file (`--from`)"
    named = "".join(f", `--{need.replace('-or-', '` or `--')}`" for need in source.needs)
    parts = f" ({'' if 'part' in ''.join(source.needs) else '`--part`: '}{source.parts})" if source.parts else ""
    return ("service with a key" if source.keys else "service") + named + parts


def _methods() -> str:
    cards = [
        (f"`{m.name}`", f"{m.reads} to {m.writes}", (inspect.getdoc(m.compute) or "").split("\n")[0], m.paper)
        for m in METHODS
    ]
    order = [(f"`{group}`", ", ".join(counters)) for group, counters in PRECEDENCE.items()] + [
        ("every other", ", ".join(USUAL))
    ]
    held = [(f"`{r.kind}`", r.says, "held by a balance" if r.hard else "looked at", r.cites) for r in RULES.values()]
    return (
        "# Methods\n\n" + _table(("method", "stages", "gives", "source"), cards) + "\n## What the method column may say\n\n"
        + _table(("word", "means"), [(f"`{word}`", means) for word, means in SMALL.items()]) + "\n## Precedence of the displayed figure\n\n"
        + _table(("group", "counters, first shown"), order)
        + "\n## Who lends sex and age to the uncounted\n\nIn this order; the first with enough people lends (`reconcile.divided@1`).\n\n"
        + _table(("kind", "who"), [(f"`{kind}`", who) for kind, who in ORDER.items()])
        + "\n## What figures must keep to\n\n" + _table(("kind", "what holds", "", "source"), held)
    )  # fmt: skip


def _concepts() -> str:
    counted = [
        (f"`{c.counter}`", f"`{c.group}`", c.concept, c.cause, f"{c.kind}, {c.unit}", c.base, c.cites, _read(c.checked))
        for c in CONCEPTS
    ]
    limited = [(f"`{one.counter}`", one.place, one.what, one.where, one.cites, _read(one.checked)) for one in LIMITS]
    overlaps = [
        (f"`{o.groups[0]}`", f"`{o.groups[1]}`", o.relation, o.why, o.cites, _read(o.checked)) for o in OVERLAPS
    ]
    return (
        "# Concepts\n\nWhat each counter's column counts. Figures are compared where concept, cause, kind and unit are the same.\n\n"
        "A source marked *read* was at hand when the line was written, or its figures were measured; one marked *recalled* is cited from "
        "memory, chapters included: look it up before you quote it, and correct the line.\n\n"
        + _table(("counter", "group", "EGRISS", "cause", "counts", "base", "source", ""), counted)
        + "\n## Known limits of series\n\n" + _table(("counter", "place", "limit", "of what", "source", ""), limited)
        + "\n## Groups that may hold the same person\n\nOnly groups that are disjoint are added; pairs not listed are not.\n\n"
        + _table(("group", "and", "stand", "because", "source", ""), overlaps) + "\n" + _stated()
    )  # fmt: skip


def _stated() -> str:
    rows = [
        (f"`{one.counter}`", f"`{', '.join(one.groups)}`", f"{one.place or 'anywhere'} from {one.origin or 'anywhere'}", _spans(one.years), f"`{one.original}`", one.text, one.cites, _read(one.checked))
        for one in DECLARED
    ]  # fmt: skip
    return (
        "## Whose count a figure is, by its publisher's own words\n\nBeside these, what UNHCR's footnotes say where they were pulled, and what a "
        "figure's facet says (`told-by`).\n\n" + _table(("counter", "group", "where", "years", "count of", "words", "source", ""), rows)
    )  # fmt: skip


def _spans(years: tuple[tuple[int, int], ...]) -> str:
    return ", ".join(f"{first} to {last}" for first, last in years)


def _read(checked: bool) -> str:
    return "read" if checked else "recalled"


def _schemas() -> str:
    folder = files("qanat.cli").joinpath("schemas")
    told = {
        entry.name: json.loads(entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".json")
    }
    rows = [(f"`{name}`", content["title"], content["description"]) for name, content in sorted(told.items())]
    return (
        "# Schemas\n\nJSON Schemas (2020-12) of what commands print with `--json`, in `qanat/cli/schemas/`.\n\n"
        + _table(("file", "of", "what"), rows)
    )


def _python() -> str:
    parts = [f"## qanat.{name}\n\n{_documented(getattr(picture, name))}" for name in ("Picture", "Country", "Series")]
    return "# Python\n\n`qanat.open(home=None, *, as_of=None)` gives a Picture.\n\n" + "\n".join(parts)


def _documented(kind: type) -> str:
    own = [
        (name, value)
        for name, value in vars(kind).items()
        if not name.startswith("_")
        and inspect.getdoc(value)
        and (callable(value) or isinstance(value, property) or hasattr(value, "func"))
    ]
    rows = [(f"`.{name}`", " ".join((inspect.getdoc(value) or "").split())) for name, value in own]
    return f"{inspect.getdoc(kind)}\n\n" + _table(("", "gives"), rows)


def _errors() -> str:
    kinds = [
        value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, errors.QanatError)
    ]
    rows = [(f"`{kind.__name__}`", str(kind.exit_code), (inspect.getdoc(kind) or "").split("\n")[0]) for kind in kinds]
    return "# Errors\n\n" + _table(("error", "exit code", "means"), rows)
