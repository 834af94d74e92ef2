"""Who does the parts of a large work: this process, several processes, or a Dask cluster; the results are the same."""

from __future__ import annotations

import os
from collections.abc import Generator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from multiprocessing import get_context

from qanat.errors import AskError
from qanat.estimate.parts import Serial


def calm() -> None:
    """Keep linear algebra to one thread: tables of a few hundred places are too small for more, and parts share the machine.

    Works before numpy is first imported in a process; whoever has set the variable keeps it.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@contextmanager
def executor(word: str = "serial") -> Generator[Executor, None, None]:
    """The executor meant by `serial`, `processes`, `processes:4` or a Dask scheduler's address (tcp://host:8786).

    Raises AskError for another word, or where the extra a cluster needs is not installed.
    """
    if word == "serial":
        with Serial() as one:
            yield one
    elif word.partition(":")[0] == "processes":
        with ProcessPoolExecutor(_workers(word), mp_context=get_context("spawn"), initializer=calm) as pool:
            yield pool
    elif "://" in word:
        yield from _cluster(word)
    else:
        raise AskError(
            f"--workers {word}: give serial, processes, processes:4, or a Dask scheduler's address as tcp://host:8786"
        )


def _workers(word: str) -> int:
    told = word.partition(":")[2]
    if not told:
        return max(1, os.cpu_count() or 1)
    if not told.isdigit() or int(told) < 1:
        raise AskError(f"--workers {word}: the number of processes is a whole number from 1 on")
    return int(told)


def _cluster(address: str) -> Generator[Executor, None, None]:
    if find_spec("distributed") is None:
        raise AskError('a Dask cluster needs the extra: pip install "qanat[cluster]"')
    from distributed import Client

    with Client(address) as client, client.get_executor() as workers:  # type: ignore[no-untyped-call]  # pyright: ignore[reportUnknownMemberType]
        yield workers
