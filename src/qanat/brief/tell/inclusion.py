"""What if we invest: a return of inclusion as a block of a brief, and as a page of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from qanat.brief.blocks import Brief, Cell, Figure, KeyFigure, Section, Table
from qanat.brief.charts import Heading, Look
from qanat.brief.charts.worth import SoFar, WorthWords, worth
from qanat.brief.numbers import Form, Number, Row, total
from qanat.brief.prose import Name, Sentence, Voice
from qanat.brief.tell.imprint import Imprint, bound_notes, kicked
from qanat.brief.tell.inclusion_found import Given, Inclusion, Used
from qanat.figures import Document

_SIDES: Final = ("together", "state", "people")
_DRAWN: Final = ("together", "state")
_LITTLE: Final = 0.0015  # a change of poverty that is none for a reader


@dataclass(frozen=True)
class Telling:
    """A return with the voice it is told in and the names of its places: as a sentence takes them, as a table does, by code."""

    found: Inclusion
    voice: Voice
    host: str
    origin: str
    host_name: str
    place: Callable[[str], str]

    def block(self) -> Section:
        """The block a brief can include: what it is worth, how sure, for whom, and the chart."""
        told = (self.headline(), *self.lede())
        title = self.voice.label("invest.title")
        return Section(name="invest", title=title, sentences=told, figures=(self.figure(),))

    def headline(self) -> Sentence:
        """The finding: what it would be worth to people and state together, and on what condition."""
        row = self.found.worth["together"]
        key = "gain" if row.value >= 0 else "loss"
        condition = "unverified" if self.found.unverified else "assumed" if self.found.carried else "found"
        return self.voice.say(
            f"invest.headline.{key}.{condition}", value=_value(abs(row.value), row), measure=self._measure(), adults=total(self.found.adults),
            origin=Name(self.origin), country=Name(self.host), years=self._years(),
        )  # fmt: skip

    def lede(self) -> tuple[Sentence, ...]:
        """How sure, by when, for the state, and what was never measured here."""
        say, found = self.voice.say, self.found
        row, share = found.worth["together"], found.above["together"]
        out = [say("invest.lede.range", level=_value(0.8, row, "percent"), low=_value(row.low or 0.0, row), high=_value(row.high or 0.0, row), share=_value(share.value, share, "percent"))]  # fmt: skip
        even = found.even.get("together")
        out.append(say("invest.lede.even", year=_value(even.value, even, "full")) if even else say("invest.lede.never", years=self._years()))  # fmt: skip
        out += [self._state(), *self._at_origin()]
        if found.carried:
            out.append(say("invest.lede.assumption"))
        if found.unverified:
            out.append(say("invest.lede.unverified"))
        return tuple(out)

    def _state(self) -> Sentence:
        """The state's own balance, or that it is not known."""
        row, above = self.found.worth.get("state"), self.found.above.get("state")
        if row is None or above is None:
            return self.voice.say("invest.lede.state.unknown")
        return self.voice.say("invest.lede.state", **_three(row, "short"), share=_value(above.value, above, "percent"))

    def _at_origin(self) -> Iterator[Sentence]:
        """What reaches the origin and what it does to poverty there, where both are known."""
        origin, sent, poverty = Name(self.origin), self.found.sent, self.found.poverty
        if sent is not None:
            yield self.voice.say("invest.lede.sent", **_three(sent, "short"), origin=origin)
        if poverty is not None and max(abs(end) for end in _ends(poverty)) < _LITTLE:
            yield self.voice.say("invest.lede.poverty.little", origin=origin)
        elif poverty is not None:
            yield self.voice.say("invest.lede.poverty", **_three(poverty, "percent"), origin=origin)

    def keys(self) -> tuple[KeyFigure, ...]:
        """Worth together, share of draws above zero, the state's balance where it is known, people of working age."""
        say, found = self.voice.say, self.found
        adults = total(found.adults)
        keys = [
            KeyFigure(number=_value(found.worth["together"].value, found.worth["together"]), label=say("invest.key.together", years=self._years()), range=self._range(found.worth["together"])),
            KeyFigure(number=_value(found.above["together"].value, found.above["together"], "percent"), label=say("invest.key.above")),
        ]  # fmt: skip
        if state := found.worth.get("state"):
            keys.append(KeyFigure(number=_value(state.value, state), label=say("invest.key.state", years=self._years()), range=self._range(state)))  # fmt: skip
        return (*keys, KeyFigure(number=adults, label=say("invest.key.adults", origin=Name(self.origin))))

    def figure(self) -> Figure:
        """What each side has after each year, with its interval."""
        voice = self.voice
        sides = {side: self.found.so_far[side] for side in _DRAWN if side in self.found.so_far}
        names = {side: voice.label(f"invest.side.{side}") for side in sides}
        table = self._yearly(sides, names)
        last = "; ".join(f"{names[side]}: {voice.spelling.long(rows[-1].value)}" for side, rows in sides.items())
        heading = Heading(title=voice.label("invest.figure.title"), description=voice.label("invest.figure.said", last=last))  # fmt: skip
        words = WorthWords(heading=heading, unit=voice.label("invest.figure.unit"), spell=voice.spelling.short, year=lambda year: voice.label("invest.figure.year", year=str(year)))  # fmt: skip
        drawn = [
            SoFar(
                name=names[side], medians=tuple(row.value for row in rows), lows=tuple(row.low or 0.0 for row in rows),
                highs=tuple(row.high or 0.0 for row in rows), told=voice.spelling.short(rows[-1].value),
            )
            for side, rows in sides.items()
        ]  # fmt: skip
        rtl = voice.messages.right_to_left
        return Figure(
            name="invest", title=voice.label("invest.figure.title"), subtitle=voice.label("invest.figure.subtitle"),
            chart=worth(drawn, words, Look(name="invest760", width=760, rtl=rtl)), small=worth(drawn, words, Look(name="invest360", width=360, rtl=rtl)),
            table=table, sources=tuple(dict.fromkeys(row.source for rows in sides.values() for row in rows)),
        )  # fmt: skip

    def _yearly(self, sides: Mapping[str, tuple[Row, ...]], names: Mapping[str, str]) -> Table:
        voice = self.voice
        head = (voice.label("table.year"), *(f"{names[side]}{told}" for side in sides for told in ("", *(f", {voice.label(f'invest.table.{end}')}" for end in ("low", "high")))))  # fmt: skip
        rows = tuple(
            (Cell(text=str(at + 1)), *(Cell(number=_value(value, rows[at], "full")) for rows in sides.values() for value in _ends(rows[at])))
            for at in range(self.found.horizon)
        )  # fmt: skip
        return Table(caption=voice.label("invest.figure.title"), head=head, rows=rows)

    def sides(self) -> Table:
        """Present values by side, and of women's and men's earnings."""
        voice = self.voice
        head = tuple(voice.label(f"invest.table.{word}") for word in ("side", "median", "low", "high", "above"))
        named = [(voice.label(f"invest.side.{side}"), self.found.worth[side], self.found.above[side]) for side in _SIDES if side in self.found.worth]  # fmt: skip
        rows = [self._row(name, row, above) for name, row, above in named]
        rows += [self._row(voice.label(f"invest.sex.{row.sex}"), row, None) for row in self.found.sexes]
        return Table(caption=voice.label("invest.sides.caption"), head=head, rows=tuple(rows))

    def _row(self, name: str, row: Row, above: Row | None) -> tuple[Cell, ...]:
        share = Cell(text="") if above is None else Cell(number=_value(above.value, above, "percent"))
        return (Cell(text=name), *(Cell(number=_value(value, row)) for value in _ends(row)), share)

    def evidence(self) -> Table:
        """The findings used: as what, what was found, what differs."""
        voice = self.voice
        head = tuple(voice.label(f"invest.table.{word}") for word in ("used", "finding", "differs"))
        rows = tuple((Cell(text=self._as(one)), Cell(text=f"{one.says} ({one.citation})"), Cell(text=self._differs(one))) for one in self.found.used)  # fmt: skip
        return Table(caption=voice.label("invest.used.caption"), head=head, rows=rows)

    def _as(self, one: Used) -> str:
        word = self.voice.label(f"invest.word.{one.word}")
        return f"{word}, {self.voice.label('invest.word.unverified')}" if one.unverified else word

    def _differs(self, one: Used) -> str:
        label = self.voice.label
        told = [label(f"invest.differs.{what}", there=self._context(there), here=self._context(here)) for what, there, here in one.differs]  # fmt: skip
        where = [label("invest.own")] if one.own else told or [label("invest.here")]
        share = self.voice.spelling.percent(one.weight)
        widened = label("invest.widened", factor=f"{one.factor:g}", share=share) if one.factor > 1 else label("invest.unwidened", share=share)  # fmt: skip
        return "; ".join([*where, widened])

    def _context(self, word: str) -> str:
        """A word of a context in the reader's language: an income group, a status, a place's name."""
        key = f"invest.context.{word}"
        return self.voice.label(key) if key in self.voice.messages else self.place(word)

    def besides(self) -> Table:
        """What others found, for and against; never added."""
        voice = self.voice
        order = ("positive", "negative", "none")
        head = tuple(voice.label(f"invest.table.{word}") for word in ("direction", "finding"))
        ranked = sorted(self.found.beside, key=lambda one: order.index(one.direction))
        rows = tuple((Cell(text=voice.label(f"invest.direction.{one.direction}")), Cell(text=f"{one.says} ({one.citation})")) for one in ranked)  # fmt: skip
        return Table(caption=voice.label("invest.beside.caption"), head=head, rows=rows)

    def assumed(self) -> Table:
        """The numbers whoever asks has given."""
        voice = self.voice
        head = tuple(voice.label(f"invest.table.{word}") for word in ("quantity", "range", "whose"))
        rows = tuple((Cell(text=self._quantity(one)), Cell(text=_span(one)), Cell(text=self._whose(one))) for one in self.found.given)  # fmt: skip
        return Table(caption=voice.label("invest.given.caption"), head=head, rows=rows)

    def _quantity(self, one: Given) -> str:
        what = self.voice.label(f"invest.given.{one.name}")
        return what if one.sex == "all" else f"{what}, {self.voice.label(f'sexes.{one.sex}').lower()}"

    def _whose(self, one: Given) -> str:
        key = f"invest.whose.{one.whose}"
        return self.voice.label(key) if key in self.voice.messages else one.whose

    def sections(self) -> tuple[Section, ...]:
        """The parts of the page."""
        label = self.voice.label
        return (
            Section(name="invest", title="", figures=(self.figure(),)),
            Section(name="sides", title=label("invest.sides"), tables=(self.sides(),)),
            Section(name="given", title=label("invest.given"), tables=(self.assumed(),)),
            Section(name="used", title=label("invest.used"), tables=(self.evidence(),)),
            Section(name="beside", title=label("invest.beside"), tables=(self.besides(),)),
        )

    def _measure(self) -> Name:
        key = f"invest.measure.{self.found.measure}"
        return Name(self.voice.label(key) if key in self.voice.messages else self.found.measure)

    def _years(self) -> Number:
        return Number(value=self.found.horizon, form="full", how="count", rows=(self.found.worth["together"],))

    def _range(self, row: Row) -> Sentence:
        return self.voice.say("invest.key.range", low=_value(row.low or 0.0, row), high=_value(row.high or 0.0, row))


def including(brief: Brief, telling: Telling, documents: Iterable[Document]) -> Brief:
    """The brief with the block "what if we invest" as its last section, and the documents the block cites."""
    return _cited(replace(brief, sections=(*brief.sections, telling.block())), documents)


def page(telling: Telling, documents: Iterable[Document], imprint: Imprint) -> Brief:
    """The whole page of a return; every number cites the return's run, whose figures lead back to the counts."""
    found, voice = telling.found, telling.voice
    kicker = voice.label("invest.kicker", country=telling.host_name, date=voice.spelling.date(found.day))
    brief = Brief(
        country=found.host, name=telling.host_name, language=voice.messages.language, right_to_left=voice.messages.right_to_left, reference=found.day,
        as_of=imprint.as_of, made=imprint.made, run=imprint.run, code=imprint.code, kicker=kicked(voice, kicker, imprint),
        headline=telling.headline(), lede=telling.lede(), keys=telling.keys(), sections=telling.sections(), notes=(*bound_notes(voice, imprint), *found.assumed, *found.unknown),
        disclaimers=(), documents=(), internal=imprint.internal, bound=imprint.bound,
    )  # fmt: skip
    return _cited(brief, documents)


def _cited(brief: Brief, documents: Iterable[Document]) -> Brief:
    """The brief with every document its numbers rest on; those it had keep their marks."""
    by_id = {document.id: document for document in documents}
    used = dict.fromkeys([*(one.id for one in brief.documents), *(source for number in brief.numbers for source in number.sources)])  # fmt: skip
    return replace(brief, documents=tuple(by_id[source] for source in used))


def _value(value: float, row: Row, form: Form = "short") -> Number:
    return Number(value=value, form=form, how="interval", rows=(row,))


def _three(row: Row, form: Form) -> dict[str, Number]:
    """A figure and its ends, as a sentence takes them."""
    return {name: _value(value, row, form) for name, value in zip(("value", "low", "high"), _ends(row), strict=True)}


def _ends(row: Row) -> tuple[float, float, float]:
    return row.value, row.low if row.low is not None else row.value, row.high if row.high is not None else row.value


def _span(one: Given) -> str:
    return f"{one.low:g}" if one.low == one.high else f"{one.low:g}\u2013{one.high:g}"
