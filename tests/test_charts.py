"""Charts say what they were given, to every reader, in either direction of reading, at any width."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qanat.brief.charts import (
    Band,
    Bar,
    BarsWords,
    Chart,
    Count,
    Counted,
    Flows,
    Focus,
    Half,
    Look,
    Partner,
    People,
    PyramidWords,
    RangesWords,
    Series,
    TrendWords,
    Year,
    bars,
    pyramid,
    ranges,
    trend,
)  # fmt: skip
from qanat.brief.charts.lint import faults
from qanat.errors import BriefError
from tests.drawings import (
    HEADING,
    OUTWARD,
    people,
    the_bars,
    the_estimate,
    the_map,
    the_pyramid,
    the_ranges,
    the_trend,
    thousands,
)

maybe = st.none() | people


DRAWINGS: dict[str, Callable[[int, bool], Chart]] = {
    "map": lambda width, rtl: the_map(width=width, rtl=rtl),
    "inward map": lambda width, rtl: the_map(replace(OUTWARD, direction="inward"), width=width, rtl=rtl),
    "empty map": lambda width, rtl: the_map(Flows(focus=Focus(code="HOM", name="Homeland")), width=width, rtl=rtl),
    "trend": the_trend,
    "pyramid": the_pyramid,
    "estimated pyramid": the_estimate,
    "ranges": the_ranges,
    "bars": the_bars,
}


@pytest.mark.parametrize("rtl", [False, True], ids=["ltr", "rtl"])
@pytest.mark.parametrize("width", [280, 360, 760, 1200])
@pytest.mark.parametrize("kind", DRAWINGS)
def test_every_drawing_keeps_the_house_rules(kind: str, width: int, rtl: bool) -> None:
    chart = DRAWINGS[kind](width, rtl)
    assert faults(chart.svg) == []
    assert (chart.width, chart.title, chart.description) == (width, HEADING.title, HEADING.description)


@pytest.mark.parametrize("kind", DRAWINGS)
def test_the_same_figure_gives_the_same_bytes(kind: str) -> None:
    assert DRAWINGS[kind](760, False).svg == DRAWINGS[kind](760, False).svg


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("<svg", "not well-formed"),
        (the_bars().svg.replace("<rect ", '<rect style="fill:red" ', 1), "attribute style"),
        (the_bars().svg.replace("</svg>", "<script/></svg>"), "script: not a plain element"),
        (the_bars().svg.replace('x="0"', 'x="0.25"', 1), "more than one decimal"),
        (the_bars().svg.replace('id="bars-desc"', 'id="other-desc"'), "does not begin with the drawing's name"),
        (the_bars().svg.replace("</svg>", '<text x="0" y="42" font-size="12">over</text></svg>'), "overlaps"),
        (
            the_bars().svg.replace("</svg>", '<text x="755" y="90" font-size="12">out of it</text></svg>'),
            "leaves the canvas",
        ),
        (the_bars().svg.replace('role="img"', ""), "role is None"),
    ],
)
def test_the_lint_names_what_is_wrong(broken: str, said: str) -> None:
    assert any(said in fault for fault in faults(broken)), faults(broken)


def test_drawing_needs_no_frames_or_arrays() -> None:
    asked = "import qanat.brief.charts, sys; print(sorted({'polars', 'numpy', 'shapely', 'babel'} & set(sys.modules)))"
    assert (
        subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


class TestAnythingAtAll:
    """Names of any letters and length and numbers of any size break neither XML nor the rules."""

    @given(st.text(), st.text(), maybe, maybe, st.booleans(), st.sampled_from([280, 360, 760]))
    @settings(max_examples=40, deadline=None)
    def test_maps(self, name: str, told: str, one: float | None, other: float | None, rtl: bool, width: int) -> None:
        partners = (
            Partner(code="EST", name=name, value=one, told=told),
            Partner(code="FAR", name=told, value=other, told=name),
        )
        flows = Flows(focus=Focus(code="HOM", name=name), partners=partners)
        assert faults(the_map(flows, width=width, rtl=rtl).svg) == []

    @given(st.text(), st.lists(st.tuples(st.integers(1951, 2030), maybe), max_size=12, unique_by=lambda row: row[0]), st.booleans(), st.sampled_from([280, 760]))  # fmt: skip
    @settings(max_examples=60, deadline=None)
    def test_trends(self, name: str, rows: list[tuple[int, float | None]], rtl: bool, width: int) -> None:
        one = Series(name=name, told=name, readings=tuple(Year(year=y, value=v, low=v, high=v) for y, v in rows))
        words = TrendWords(heading=HEADING, unit=name, spell=thousands)
        assert faults(trend([one, one, one, one], words, Look(name="t", width=width, rtl=rtl)).svg) == []

    @given(st.text(), st.text(), st.tuples(maybe, maybe, maybe), st.booleans(), st.sampled_from([280, 760]))
    @settings(max_examples=60, deadline=None)
    def test_pyramids(
        self, name: str, told: str, values: tuple[float | None, float | None, float | None], rtl: bool, width: int
    ) -> None:
        bands = [
            Band(
                label=name,
                women=Half(value=values[0], told=told, estimate=values[2]),
                men=Half(value=values[1], told=name),
                age_known=known,
            )
            for known in (True, False)
        ]
        words = PyramidWords(heading=HEADING, women=name, men=told, sex_unknown=told, counted=name, estimated=told)
        shown = People(bands=tuple(bands), sex_unknown=values[2])
        assert faults(pyramid(shown, words, Look(name="p", width=width, rtl=rtl)).svg) == []

    @given(st.text(), st.text(), st.tuples(maybe, maybe, maybe), st.booleans(), st.sampled_from([280, 760]))
    @settings(max_examples=60, deadline=None)
    def test_ranges(
        self, name: str, told: str, values: tuple[float | None, float | None, float | None], rtl: bool, width: int
    ) -> None:
        counts = tuple(
            Count(counter=name, value=v, low=v, high=values[0], told=told, chosen=v == values[0]) for v in values
        )
        words = RangesWords(heading=HEADING, unit=name, spell=thousands, flag=lambda _: told)
        groups = [Counted(group=told, counts=counts), Counted(group=name, counts=())]
        assert faults(ranges(groups, words, Look(name="r", width=width, rtl=rtl)).svg) == []

    @given(st.text(), st.text(), st.lists(maybe, max_size=8), st.booleans(), st.sampled_from([280, 760]))
    @settings(max_examples=60, deadline=None)
    def test_bars(self, name: str, told: str, values: list[float | None], rtl: bool, width: int) -> None:
        rows = [Bar(label=name, value=value, told=told, share=name) for value in values]
        words = BarsWords(heading=HEADING, value=told, share=name)
        assert faults(bars(rows, words, Look(name="b", width=width, rtl=rtl)).svg) == []


class TestRefusals:
    @pytest.mark.parametrize("value", [-1.0, math.nan, math.inf, 2e15])
    def test_what_no_count_of_people_can_be_is_refused(self, value: float) -> None:
        rows = [Bar(label="Chad", value=value, told=""), Bar(label="Egypt", value=-2, told="")]
        with pytest.raises(BriefError, match=r"chart b: .*Chad = .*; Egypt = -2"):
            bars(rows, BarsWords(heading=HEADING), Look(name="b"))

    @pytest.mark.parametrize("name", ["", "1a", "a b", 'a"', "é"])
    def test_a_name_that_is_no_id_is_refused(self, name: str) -> None:
        with pytest.raises(BriefError, match="it becomes an id"):
            Look(name=name)

    def test_a_drawing_too_narrow_to_read_is_refused(self) -> None:
        with pytest.raises(BriefError, match="the least is 280"):
            Look(name="a", width=200)
