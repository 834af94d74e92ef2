"""A brief as one self-contained page: no script, no request, readable without style or picture."""

from __future__ import annotations

import re
from functools import cache, partial
from typing import TYPE_CHECKING

from qanat.brief.blocks import Brief, Section
from qanat.brief.numbers import Number
from qanat.brief.prose import Sentence, Voice

if TYPE_CHECKING:
    from jinja2 import Template

_MOST_CITES = 4


def html(brief: Brief, voice: Voice, template: str = "brief.html.j2") -> str:
    """The page, set by one of the house's templates. The same brief gives the same text."""
    page = _template(template).render(
        b=brief, label=voice.label, spell=voice.spelling.number, date=voice.spelling.date, cited=cited,
        sources_of=sources_of, names_of=partial(names_of, brief), dict_of=_by_name,
    )  # fmt: skip
    return re.sub(r"\n\s*\n+", "\n", page)


@cache
def _template(name: str) -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("qanat.brief", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True).get_template(name)


def cited(number: Number) -> str:
    """How a number was made, from which figures, as its tooltip says."""
    cites = number.cites
    more = f" +{len(cites) - _MOST_CITES}" if len(cites) > _MOST_CITES else ""
    return f"{number.how}: {', '.join(cites[:_MOST_CITES])}{more}"


def sources_of(sentence: Sentence) -> list[str]:
    """The documents a sentence rests on, each once."""
    return list(dict.fromkeys(source for number in sentence.numbers for source in number.sources))


def names_of(brief: Brief, sources: tuple[str, ...]) -> str:
    """The publishers of documents, each once."""
    by_id = {document.id: document.publisher for document in brief.documents}
    return "; ".join(dict.fromkeys(by_id[source] for source in sources))


def _by_name(sections: tuple[Section, ...]) -> dict[str, Section]:
    return {section.name: section for section in sections}
