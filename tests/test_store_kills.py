"""A write is all or nothing: a process killed at any step leaves the run whole or not there, and the rest as it was."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from qanat.errors import StoreError
from qanat.store import Ask, Batch, Disk
from tests.build import batch, document, figure


def second() -> Batch:
    data = b"a second table"
    return batch(
        "b",
        figure(place="PER", value=5.0),
        figure(place="ECU"),
        sources=(data,),
        documents=(document(sha256=sha256(data).hexdigest()),),
    )


def steps_of_a_write(home: Path) -> list[str]:
    seen: list[str] = []
    Disk(home).close()
    store = Disk(home, seen.append)
    store.put(second())
    store.close()
    return seen


KILLED = """
import os, signal, sys
from pathlib import Path
from qanat.store import Disk
from tests.test_store_kills import second

batch, store_at = second(), Path(sys.argv[1])
count, wanted = 0, int(sys.argv[2])


def step(name):
    global count
    if count == wanted:
        os.kill(os.getpid(), signal.SIGKILL)
    count += 1


Disk(store_at, step).put(batch)
"""


def killed_at(home: Path, which: int) -> None:
    """Put the second run in a process of its own that kills itself at its n-th step."""
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(home), str(which)], check=False, cwd=Path(__file__).parent.parent
    )
    assert ended.returncode == -signal.SIGKILL, "the process was to be killed"


def test_a_kill_at_every_step_leaves_the_run_whole_or_absent(tmp_path: Path) -> None:
    steps = steps_of_a_write(tmp_path / "twin")
    assert {"write", "fsync", "rename", "fsync directory", "commit", "seal", "committed"} <= set(steps)
    twin = Disk(tmp_path / "twin").get(Ask(run="b"))
    for which, name in enumerate(steps):
        home = tmp_path / f"killed-{which}"
        before = Disk(home)
        before.put(batch("a", figure()))
        before.close()
        killed_at(home, which)
        after = Disk(home)
        assert after.get(Ask(run="a")).height == 1, f"killed at {name}"
        found = after.get(Ask(run="b"))
        assert found.equals(twin) if name in ("seal", "committed") else found.is_empty(), f"killed at {name}"
        after.put(second())
        assert after.get(Ask(run="b")).equals(twin), f"put again after a kill at {name}"
        after.close()


def failing(at: int, error: OSError) -> Callable[[str], None]:
    count = 0

    def step(name: str) -> None:
        nonlocal count
        if name not in ("write", "written", "fsync", "rename"):
            return
        if count == at:
            raise error
        count += 1

    return step


@pytest.mark.parametrize("at", range(8))
def test_a_full_disk_is_told_and_the_store_stays_as_it_was(tmp_path: Path, at: int) -> None:
    before = Disk(tmp_path)
    before.put(batch("a", figure()))
    before.close()
    full = Disk(tmp_path, failing(at, OSError(errno.ENOSPC, "No space left on device")))
    with pytest.raises(StoreError, match="Free some space"):
        full.put(second())
    full.close()
    after = Disk(tmp_path)
    assert [run.id for run in after.runs()] == ["a"]
    assert list((tmp_path / "tmp").glob("*")) == []
    after.put(second())
    assert [run.id for run in after.runs()] == ["a", "b"]


def test_what_a_kill_leaves_behind_is_swept(tmp_path: Path) -> None:
    store = Disk(tmp_path)
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tmp" / "left").write_bytes(b"half")
    assert store.record.sweep() == 1
    assert list((tmp_path / "tmp").glob("*")) == []
