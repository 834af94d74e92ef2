"""Large work cut into parts: each pure, picklable, seeded by a hash of its key, so that who does it changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from hashlib import sha256
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    import numpy as np

Part = TypeVar("Part")
Found = TypeVar("Found")
Given = ParamSpec("Given")


class Serial(Executor):
    """Does a part when it is handed in, in this process."""

    def submit(self, fn: Callable[Given, Found], /, *args: Given.args, **kwargs: Given.kwargs) -> Future[Found]:
        """The part, done."""
        done: Future[Found] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as fault:  # noqa: BLE001 (told to whoever asks for the result, as every executor does)
            done.set_exception(fault)
        return done


def seed(*key: object) -> int:
    """A whole number below 2**64 that depends on the key alone: the same on every machine, for every Python."""
    return int.from_bytes(sha256("\x1f".join(str(one) for one in key).encode()).digest()[:8], "big")


def random(*key: object) -> np.random.Generator:
    """Randomness of a part, from its key."""
    import numpy as np

    return np.random.Generator(np.random.PCG64(seed(*key)))


def done(work: Callable[[Part], Found], parts: Iterable[Part], executor: Executor) -> list[Found]:
    """Each part's result, in the order of the parts, whoever does them and whenever they end."""
    waiting = [executor.submit(work, part) for part in parts]
    return [one.result() for one in waiting]
