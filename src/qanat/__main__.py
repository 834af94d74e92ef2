"""`python -m qanat`."""

from __future__ import annotations

from qanat.cli import run

run()
