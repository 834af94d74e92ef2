"""Fixtures every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small tables: threads would only wait for each other

import pytest
from hypothesis import settings

from qanat.jobs.edition import load
from qanat.store import Disk

# how long an example takes hangs on the machine, speed is measured in bench/; the same examples come every time, so that
# a change that fails is the change that failed
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real tables and recorded answers; tests that need it are skipped where it is absent."""
    beside = Path(__file__).parent.parent.parent / "shared"
    folder = Path(os.environ.get("QANAT_SHARED", beside)) / "data"
    if not folder.is_dir():
        pytest.skip("needs the shared data folder (set QANAT_SHARED)")
    return folder


@pytest.fixture(scope="session")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Disk:
    """A store with the embedded edition; tests may add runs of their own to it, never count on it having none."""
    store = Disk(tmp_path_factory.mktemp("edition"))
    load(store)
    return store
