"""Where figures are kept. The only room that knows an engine."""

from __future__ import annotations

from qanat.store.disk import Disk
from qanat.store.engine import ASIDE, Ask, Batch, Engine, Run
from qanat.store.memory import Memory
from qanat.store.seal import Sealed

__all__ = ["ASIDE", "Ask", "Batch", "Disk", "Engine", "Memory", "Run", "Sealed"]
