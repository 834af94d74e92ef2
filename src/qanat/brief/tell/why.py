"""Why counters differ, in one paragraph: who says what, every flag, what the picture is and which figure is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from qanat.brief.charts.evidence import EvidenceWords, Mark, Whole, evidence
from qanat.brief.charts.sheet import Chart, Heading, Look
from qanat.brief.flagged import sentences
from qanat.brief.messages import Messages
from qanat.brief.numbers import Form, How
from qanat.brief.spell import Spelling
from qanat.reconcile.alongside import Alongside
from qanat.reconcile.compared import Compared
from qanat.reconcile.declared import Declared
from qanat.reconcile.flags import Flag
from qanat.reconcile.intervals import LONE_CASES, LONE_HELD
from qanat.reconcile.nowcast import Nowcast
from qanat.reconcile.said import Figure

_PAIRS: Final = ("CAUSE_MISMATCH", "UNIT_MIX", "DATE_MISMATCH")  # flags about one counter against another


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number of a sentence: how it is written, how it was made, and from which figures."""

    value: float
    form: Form
    how: How
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence before it is spelled: its message and the words in its places. A brief cites the numbers in it."""

    key: str
    words: Mapping[str, str | date | Amount]


@dataclass(frozen=True, slots=True)
class Telling:
    """One language's sentences for comparisons, and how it writes numbers."""

    words: Messages
    spell: Spelling

    @classmethod
    def of(cls, language: str) -> Telling:
        """The telling of a language. Raises AskError naming the languages there are."""
        return cls(sentences(language), Spelling(language))

    def counter(self, code: str) -> str:
        """An agency's name, its code in capitals where the language has none."""
        return str(self.words.texts.get(f"counter.{code}", code.upper()))

    def group(self, code: str) -> str:
        """A group's name, its code where the language has none."""
        return str(self.words.texts.get(f"group.{code}", code))

    def told(self, saying: Saying) -> str:
        """A sentence as plain text."""
        text = self.words.fill(saying.key, **{name: self._spelled(word) for name, word in saying.words.items()})
        return text[:1].upper() + text[1:]

    def _spelled(self, word: str | date | Amount) -> str:
        if isinstance(word, Amount):
            forms = {
                "full": self.spell.full,
                "short": self.spell.long,
                "percent": self.spell.percent,
                "times": self.spell.times,
            }
            return forms[word.form](word.value)
        return self.spell.date(word) if isinstance(word, date) else word

    def named(self, code: str) -> str:
        """An agency's name at the head of a row."""
        name = self.counter(code)
        return name[:1].upper() + name[1:]

    def flag(self, flag: Flag) -> str:
        """A flag as a plain sentence."""
        return self.told(self._flagged(flag))

    def _flagged(self, flag: Flag, figures: tuple[Figure, ...] = ()) -> Saying:
        """A flag as a sentence; figures = those a number in it rests on."""
        names = [self.counter(code) for code in dict.fromkeys(flag.counters)]
        words: dict[str, str | date | Amount] = {
            "counters": self.spell.listed(names), "counter": names[0], "other": self.spell.listed(names[1:] or names), "date": flag.day or "",
            "factor": "",
        }  # fmt: skip
        if flag.factor is not None:
            words["factor"] = Amount(value=flag.factor, form="times", how="change", figures=figures)
        return Saying(f"flag.{flag.code}" + (f".{flag.how}" if flag.how else ""), words)

    def title(self, place: str, group: str, year: str) -> str:
        """What a comparison is of."""
        return self.told(self._said("chart.title", place=place, group=group, year=year))

    def why(self, found: Compared, ahead: Nowcast | None = None) -> str:
        """The whole paragraph, with how often the range of a lone count held."""
        held = [self._held(found)] if found.one.held is not None else []
        return " ".join(self.told(one) for one in (*self._evidence(found), *held, *self._shown(found, ahead)))

    def sayings(self, found: Compared, ahead: Nowcast | None = None) -> tuple[Saying, ...]:
        """The paragraph sentence by sentence, every number of it from the figures compared."""
        return (*self._evidence(found), *self._shown(found, ahead))

    def _evidence(self, found: Compared) -> list[Saying]:
        told = [self._apart(found.figures)]
        told += [self._flagged(flag, tuple(one for one in found.figures if one.counter in flag.counters)) for flag in together(found.flags)]  # fmt: skip
        told += [self._said("why.digit", counter=self.counter(one.counter), value=_whole(one)) for one in found.ten_times_off]  # fmt: skip
        told += [self._revised(before, after) for before, after in found.revised]
        told += [
            self._stated(one, said)
            for one in found.figures
            if (said := found.declared.get(one.cite)) and said.original is None
        ]
        told += [self._beside(one) for one in found.along]
        return [*told, self._picture(found)]

    def _shown(self, found: Compared, ahead: Nowcast | None) -> list[Saying]:
        told: list[Saying] = []
        if found.shown is not None:
            told.append(self._said("picture.shown", counter=self.counter(found.shown.counter), value=_whole(found.shown)))  # fmt: skip
        if ahead is not None:
            told.append(self._said("nowcast.is", date=ahead.day, **_numbers((ahead.median, ahead.low80, ahead.high80), found)))  # fmt: skip
        return told

    def _revised(self, before: Figure, after: Figure) -> Saying:
        return self._said(
            "why.revised", counter=self.counter(after.counter), before=_whole(before), after=_whole(after), date=before.known,
        )  # fmt: skip

    def _beside(self, one: Alongside) -> Saying:
        share: str | Amount = "" if one.share is None else Amount(value=one.share, form="percent", how="share", figures=())  # fmt: skip
        return self._said(
            f"overlap.{one.kind}", value=Amount(value=one.value, form="full", how="sum", figures=()), counter=self.counter(one.counter),
            groups=self.spell.listed([self.group(group) for group in one.groups]), share=share,
        )  # fmt: skip

    def _stated(self, figure: Figure, said: Declared) -> Saying:
        return self._said("why.declared", counter=self.counter(said.counter), other=self.counter(figure.counter))

    def _held(self, found: Compared) -> Saying:
        """How often the range of a lone count held, and the range that would hold four of five: learnt on many countries,
        so no figure of this comparison can be cited for it."""
        wide = found.one.held
        ends = {} if wide is None else {"low": wide.low, "high": wide.high}
        return self._said(
            "why.held", cases=self.spell.full(LONE_CASES), share=self.spell.percent(LONE_HELD / LONE_CASES),
            **{name: self.spell.long(value) for name, value in ends.items()},
        )  # fmt: skip

    def _apart(self, figures: tuple[Figure, ...]) -> Saying:
        least, most = min(figures, key=lambda one: one.value), max(figures, key=lambda one: one.value)
        if len(figures) == 1:
            return self._said("why.one", counter=self.counter(most.counter), value=_whole(most))
        if least.value == most.value:
            names = self.spell.listed([self.counter(one.counter) for one in figures])
            return self._said("why.same", counters=names, value=_whole(most))
        spread: str | Amount = "∞"
        if least.value:
            spread = Amount(value=most.value / least.value - 1, form="percent", how="spread", figures=(most, least))
        return self._said(
            "why.apart", low=_whole(least), counter=self.counter(least.counter), high=_whole(most), other=self.counter(most.counter),
            spread=spread,
        )  # fmt: skip

    def _picture(self, found: Compared) -> Saying:
        one = found.one
        if one.median is None or one.low80 is None or one.high80 is None:
            return self._said("picture.nothing")
        return self._said(f"picture.{one.basis}", **_numbers((one.median, one.low80, one.high80), found))

    def _said(self, key: str, **words: str | date | Amount) -> Saying:
        return Saying(key, words)


def together(flags: Sequence[Flag]) -> list[Flag]:
    """The flags, those that say the same of one counter against several others made one."""
    found: dict[tuple[str, str, date | None] | Flag, Flag] = {}
    for flag in flags:
        alike = (flag.code, flag.counters[0], flag.day) if flag.code in _PAIRS else flag
        others = found[alike].counters if alike in found else flag.counters[:1]
        found[alike] = replace(flag, counters=(*others, *flag.counters[1:]))
    return list(found.values())


def _whole(figure: Figure) -> Amount:
    return Amount(value=figure.value, form="full", how="as published", figures=(figure,))


def _numbers(values: tuple[float, float, float], found: Compared) -> dict[str, Amount]:
    """Median, low and high of the picture; they rest on every figure of the counts it uses."""
    behind = tuple(figure for cluster in found.one.used for figure in cluster.members) or found.figures
    made = [Amount(value=value, form="short", how="picture", figures=behind) for value in values]
    return dict(zip(("median", "low", "high"), made, strict=True))


def chart(found: Compared, place: str, telling: Telling, *, width: int = 760, internal: bool = False) -> Chart:
    """The comparison as a drawing, in the telling's language; one that is `internal` says first that it must stay."""
    spell, one = telling.spell, found.one
    marks = [
        Mark(
            counter=telling.named(figure.counter), value=figure.value, told=spell.full(figure.value), low=figure.low, high=figure.high,
            count=found.cluster[figure.cite].name, shown=found.shown is not None and figure.cite == found.shown.cite,
        )
        for figure in found.figures
    ]  # fmt: skip
    whole = None
    if one.median is not None and one.low80 is not None and one.high80 is not None:
        whole = Whole(name=telling.words.text("chart.picture"), median=one.median, told=spell.long(one.median), low=one.low80, high=one.high80)  # fmt: skip
    mark = f"{telling.words.text('chart.internal')}. " if internal else ""
    title = telling.title(place, telling.group(found.group), str(found.year))
    heading = Heading(title=f"{mark}{title}", description=telling.why(found))
    words = EvidenceWords(heading=heading, unit=f"{mark}{telling.words.text('chart.unit')}", spell=spell.short)
    look = Look(name=f"who-{found.place}-{found.group}-{found.year}", width=width, rtl=telling.words.right_to_left)
    return evidence(marks, whole, words, look)
