"""Why counters differ, in one paragraph: who says what, every flag, what the picture is and which figure is shown."""

from __future__ import annotations

from dataclasses import dataclass

from qanat.brief.charts.evidence import EvidenceWords, Mark, Whole, evidence
from qanat.brief.charts.sheet import Chart, Heading, Look
from qanat.brief.flagged import sentences
from qanat.brief.messages import Messages
from qanat.brief.spell import Spelling
from qanat.reconcile.alongside import Alongside
from qanat.reconcile.compared import Compared
from qanat.reconcile.declared import Declared
from qanat.reconcile.flags import Flag
from qanat.reconcile.intervals import LONE_CASES, LONE_HELD
from qanat.reconcile.nowcast import Nowcast
from qanat.reconcile.said import Figure


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

    def flag(self, flag: Flag) -> str:
        """A flag as a plain sentence."""
        names = [self.counter(code) for code in dict.fromkeys(flag.counters)]
        return self._said(
            f"flag.{flag.code}" + (f".{flag.how}" if flag.how else ""), counters=self.spell.listed(names), counter=names[0], other=names[-1],
            date=self.spell.date(flag.day) if flag.day else "", factor=self.spell.times(flag.factor) if flag.factor else "",
        )  # fmt: skip

    def _revised(self, before: Figure, after: Figure) -> str:
        return self._said(
            "why.revised", counter=self.counter(after.counter), before=self.spell.full(before.value), after=self.spell.full(after.value),
            date=self.spell.date(before.known),
        )  # fmt: skip

    def title(self, place: str, group: str, year: str) -> str:
        """What a comparison is of."""
        return self._said("chart.title", place=place, group=group, year=year)

    def why(self, found: Compared, ahead: Nowcast | None = None) -> str:
        """The whole paragraph."""
        told = [self._apart(found.figures), *(self.flag(flag) for flag in found.flags)]
        told += [self._said("why.digit", counter=self.counter(one.counter), value=self.spell.full(one.value)) for one in found.ten_times_off]  # fmt: skip
        told += [self._revised(before, after) for before, after in found.revised]
        told += [
            self._stated(one, said)
            for one in found.figures
            if (said := found.declared.get(one.cite)) and said.original is None
        ]
        told += [self._beside(one) for one in found.along]
        told.append(self._picture(found))
        if found.shown is not None:
            told.append(self._said("picture.shown", counter=self.counter(found.shown.counter), value=self.spell.full(found.shown.value)))  # fmt: skip
        if ahead is not None:
            told.append(self._said("nowcast.is", date=self.spell.date(ahead.day), **self._numbers(ahead.median, ahead.low80, ahead.high80)))  # fmt: skip
        return " ".join(told)

    def _beside(self, one: Alongside) -> str:
        return self._said(
            f"overlap.{one.kind}", value=self.spell.full(one.value), counter=self.counter(one.counter),
            groups=self.spell.listed([self.group(group) for group in one.groups]), share=self.spell.percent(one.share) if one.share else "",
        )  # fmt: skip

    def _stated(self, figure: Figure, said: Declared) -> str:
        return self._said("why.declared", counter=self.counter(said.counter), other=self.counter(figure.counter))

    def _apart(self, figures: tuple[Figure, ...]) -> str:
        least, most = min(figures, key=lambda one: one.value), max(figures, key=lambda one: one.value)
        if len(figures) == 1:
            return self._said("why.one", counter=self.counter(most.counter), value=self.spell.full(most.value))
        if least.value == most.value:
            names = self.spell.listed([self.counter(one.counter) for one in figures])
            return self._said("why.same", counters=names, value=self.spell.full(most.value))
        spread = self.spell.percent(most.value / least.value - 1) if least.value else "∞"
        return self._said(
            "why.apart", low=self.spell.full(least.value), counter=self.counter(least.counter), high=self.spell.full(most.value),
            other=self.counter(most.counter), spread=spread,
        )  # fmt: skip

    def _picture(self, found: Compared) -> str:
        one = found.one
        if one.median is None or one.low80 is None or one.high80 is None:
            return self._said("picture.nothing")
        told = self._said(f"picture.{one.basis}", **self._numbers(one.median, one.low80, one.high80))
        if one.held is None:
            return told
        cases, share = self.spell.full(LONE_CASES), self.spell.percent(LONE_HELD / LONE_CASES)
        wide = {"low": self.spell.long(one.held.low), "high": self.spell.long(one.held.high)}
        return f"{told} {self._said('why.held', cases=cases, share=share, **wide)}"

    def _numbers(self, median: float, low: float, high: float) -> dict[str, str]:
        return {"median": self.spell.long(median), "low": self.spell.long(low), "high": self.spell.long(high)}

    def _said(self, key: str, **words: str) -> str:
        told = self.words.fill(key, **words)
        return told[:1].upper() + told[1:]


def chart(found: Compared, place: str, telling: Telling, *, width: int = 760) -> Chart:
    """The comparison as a drawing, in the telling's language."""
    spell, one = telling.spell, found.one
    marks = [
        Mark(
            counter=telling.counter(figure.counter), value=figure.value, told=spell.full(figure.value), low=figure.low, high=figure.high,
            count=found.cluster[figure.cite].name, shown=found.shown is not None and figure.cite == found.shown.cite,
        )
        for figure in found.figures
    ]  # fmt: skip
    whole = None
    if one.median is not None and one.low80 is not None and one.high80 is not None:
        whole = Whole(name=telling.words.text("chart.picture"), median=one.median, told=spell.long(one.median), low=one.low80, high=one.high80)  # fmt: skip
    heading = Heading(
        title=telling.title(place, telling.group(found.group), str(found.year)), description=telling.why(found)
    )
    words = EvidenceWords(heading=heading, unit=telling.words.text("chart.unit"), spell=spell.short)
    look = Look(name=f"who-{found.place}-{found.year}", width=width, rtl=telling.words.right_to_left)
    return evidence(marks, whole, words, look)
