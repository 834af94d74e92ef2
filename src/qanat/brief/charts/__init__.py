"""Charts: one SVG a figure, drawn once in plain Python, the same bytes for page, print and notebook."""

from __future__ import annotations

from qanat.brief.charts.svg import Chart

__all__ = ["Chart"]
