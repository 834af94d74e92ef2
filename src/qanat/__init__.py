"""qanat: one shared, traceable picture of people on the move."""

from __future__ import annotations

__version__ = "0.1.0"
