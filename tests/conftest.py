"""Fixtures every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real tables and recorded answers; tests that need it are skipped where it is absent."""
    beside = Path(__file__).parent.parent.parent / "shared"
    folder = Path(os.environ.get("QANAT_SHARED", beside)) / "data"
    if not folder.is_dir():
        pytest.skip("needs the shared data folder (set QANAT_SHARED)")
    return folder
