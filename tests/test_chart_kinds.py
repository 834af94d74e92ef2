"""Trends, pyramids, ranges and bars say what they were given, gaps and unknowns included."""

from __future__ import annotations

import math
import re

import pytest

from qanat.brief.charts import (
    Count,
    Look,
    Series,
    TrendWords,
    Year,
    spread,
    trend,
)  # fmt: skip
from qanat.brief.charts.lint import faults, text_boxes
from qanat.brief.charts.trend import runs
from qanat.errors import BriefError
from tests.drawings import (
    HEADING,
    TORN,
    marks,
    texts,
    the_bars,
    the_estimate,
    the_pyramid,
    the_ranges,
    the_trend,
    thousands,
)


class TestTrend:
    def test_a_missing_year_interrupts_the_line(self) -> None:
        readings = tuple(Year(year=y, value=v) for y, v in [(2000, 1), (2001, 2), (2003, 3), (2004, None), (2005, 5)])
        assert [[r.year for r in run] for run in runs(readings)] == [[2000, 2001], [2003], [2005]]

    def test_a_line_is_never_drawn_across_a_gap_and_a_lone_year_is_a_dot(self) -> None:
        readings = tuple(Year(year=y, value=float(v)) for y, v in [(2000, 1), (2001, 2), (2003, 3)])
        words = TrendWords(heading=HEADING, unit="people", spell=thousands)
        chart = trend([Series(name="A", readings=readings, told="3")], words, Look(name="t"))
        lines = [mark["d"] for mark in marks(chart, "path") if mark["fill"] == "none"]
        assert [line.count("L") for line in lines] == [1]
        assert len(marks(chart, "circle")) == 4  # one a year, and the last one again, bigger

    def test_the_value_is_told_at_the_end_of_its_line(self) -> None:
        boxes = dict(text_boxes(the_trend().svg))
        rightmost = max(float(mark["cx"]) for mark in marks(the_trend(), "circle"))
        assert boxes["2.0 million"].left > rightmost

    def test_more_than_four_lines_are_refused(self) -> None:
        one = Series(name="A", readings=(), told="")
        with pytest.raises(BriefError, match="5 lines can't be told apart"):
            trend([one] * 5, TrendWords(heading=HEADING, unit="", spell=thousands), Look(name="t"))

    def test_no_year_at_all_is_an_empty_frame(self) -> None:
        chart = trend([], TrendWords(heading=HEADING, unit="people", spell=thousands), Look(name="t"))
        assert faults(chart.svg) == []


class TestPyramid:
    def test_bars_are_to_one_scale_and_unknown_ages_lie_at_the_bottom(self) -> None:
        rects = marks(the_pyramid(), "rect")
        women = [float(mark["width"]) for mark in rects if mark["fill"] == "#0d566e"]
        assert women[0] / women[1] == pytest.approx(70 / 700, rel=0.01)
        unknown = next(mark for mark in rects if mark["fill"] == "#a9c6d0")
        assert float(unknown["y"]) > max(float(mark["y"]) for mark in rects if mark["fill"] == "#0d566e")

    def test_a_value_not_known_has_words_but_no_bar(self) -> None:
        chart = the_pyramid()
        assert "not known" in texts(chart)
        assert not [mark for mark in marks(chart, "rect") if mark["fill"] == "#ecd2ae"]

    def test_people_of_unknown_sex_are_to_scale_or_broken(self) -> None:
        whole, broken = the_pyramid(sex_unknown=350), the_pyramid(sex_unknown=1e9)
        bar = next(mark for mark in marks(whole, "rect") if mark["fill"] == "#8d999c")
        women = max(float(mark["width"]) for mark in marks(whole, "rect") if mark["fill"] == "#0d566e")
        assert float(bar["width"]) == pytest.approx(women / 2, abs=0.2)
        assert not marks(whole, "path")
        assert len(marks(broken, "path")) == 2  # the break

    def test_what_is_estimated_is_hatched_beyond_the_counted_to_the_same_scale(self) -> None:
        chart = the_estimate()
        solid = [
            float(mark["width"])
            for mark in marks(chart, "rect")
            if mark["fill"] == "#0d566e" and float(mark["height"]) > 20
        ]
        assert len(solid) == 1  # 300 women are counted, of the women of 60 and over nobody is
        drawn = [mark for mark in marks(chart, "path") if mark["stroke"] == "#0d566e"]
        wide = [float(re.search(r"h([\d.]+)v", mark["d"]).group(1)) for mark in drawn]  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
        assert wide[1] / solid[0] == pytest.approx(150 / 300, rel=0.02)  # 450 less the counted 300
        assert wide[0] / solid[0] == pytest.approx(300 / 300, rel=0.02)
        assert {"counted", "450", "300"} <= set(texts(chart))
        assert all(mark["fill"] == "none" for mark in drawn)

    def test_without_an_estimate_there_is_no_hatch_and_no_key(self) -> None:
        assert not marks(the_pyramid(), "path")
        assert "counted" not in texts(the_pyramid())

    def test_nobody_of_unknown_sex_has_no_strip(self) -> None:
        assert "sex not known: 300" not in texts(the_pyramid(sex_unknown=None))


class TestRanges:
    def test_spread_is_the_largest_over_the_smallest(self) -> None:
        assert spread(TORN.counts) == pytest.approx(0.26)
        assert spread(TORN.counts[2:]) is None
        assert spread([Count(counter="a", value=0, told=""), Count(counter="b", value=1, told="")]) == math.inf
        assert spread([Count(counter="a", value=0, told=""), Count(counter="b", value=0, told="")]) == 0

    def test_sources_more_than_a_quarter_apart_are_flagged(self) -> None:
        assert [text for text in texts(the_ranges()) if "differ" in text] == ["they differ by 26%"]

    def test_the_chosen_value_is_filled_and_the_others_are_rings(self) -> None:
        assert [mark["fill"] for mark in marks(the_ranges(), "circle")] == ["#0d566e", "#ffffff", "#ffffff", "#ffffff"]

    def test_the_axis_is_mirrored_in_arabic(self) -> None:
        left, right = (marks(the_ranges(rtl=rtl), "circle")[0] for rtl in (False, True))
        assert float(left["cx"]) + float(right["cx"]) == pytest.approx(760, abs=0.2)


class TestBars:
    def test_the_largest_comes_first_unknown_late_and_the_rest_last(self) -> None:
        shown = [text for text in texts(the_bars()) if text in ("North", "South", "Others", "Nobody asked")]
        assert shown == ["North", "South", "Nobody asked", "Others"]

    def test_bars_grow_from_the_right_in_arabic(self) -> None:
        ends = [float(mark["x"]) + float(mark["width"]) for mark in marks(the_bars(rtl=True), "rect")]
        starts = [float(mark["x"]) for mark in marks(the_bars(), "rect")]
        assert ends == pytest.approx([760 - start for start in starts], abs=0.11)
        assert len(set(starts)) == 1

    def test_a_value_not_known_has_no_bar(self) -> None:
        assert len(marks(the_bars(), "rect")) == 3
