"""Charts: one figure, one drawing, the same bytes for page, notebook, PDF and download. Pure Python."""

from __future__ import annotations

from qanat.brief.charts.bars import Bar, BarsWords, bars
from qanat.brief.charts.flow_map import flow_map, lands_shown
from qanat.brief.charts.flows import Flows, Focus, MapWords, Partner
from qanat.brief.charts.intervals import Estimate, Estimates, IntervalsWords, intervals
from qanat.brief.charts.land import Area, Border, Land
from qanat.brief.charts.pyramid import Band, Half, People, PyramidWords, pyramid
from qanat.brief.charts.ranges import Count, Counted, RangesWords, ranges, spread
from qanat.brief.charts.sheet import INK, Chart, Heading, Ink, Look
from qanat.brief.charts.trend import Series, TrendWords, Year, trend

__all__ = [
    "INK", "Area", "Band", "Bar", "BarsWords", "Border", "Chart", "Count", "Counted", "Estimate", "Estimates", "Flows", "Focus", "Half",
    "Heading", "Ink", "IntervalsWords", "Land", "Look", "MapWords", "Partner", "People", "PyramidWords", "RangesWords", "Series",
    "TrendWords", "Year", "bars", "flow_map", "intervals", "lands_shown", "pyramid", "ranges", "spread", "trend",
]  # fmt: skip
