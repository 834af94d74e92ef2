"""Proofs over a tree of hashes (RFC 9162, section 2.1), and the small file that lets a run's rows be proved quickly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from qanat.verify import node, root
from qanat.verify_store import WIDTH, tiles


def path(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The inclusion proof of one leaf: the hashes beside its way to the root, lowest first."""
    return paths(hashes, [index])[index]


def paths(hashes: Sequence[bytes], wanted: Iterable[int]) -> dict[int, list[bytes]]:
    """The inclusion proofs of several leaves of one tree, by leaf."""
    level, at = list(hashes), {index: index for index in wanted}
    beside: dict[int, list[bytes]] = {index: [] for index in at}
    while len(level) > 1:
        for index, place in at.items():
            if place ^ 1 < len(level):
                beside[index].append(level[place ^ 1])
        pairs = [node(level[one], level[one + 1]) for one in range(0, len(level) - 1, 2)]
        level, at = pairs + level[len(pairs) * 2 :], {index: place >> 1 for index, place in at.items()}
    return beside


def growth(hashes: Sequence[bytes], before: int) -> list[bytes]:
    """The consistency proof that a tree over `hashes` only added to the tree over the first `before` of them."""

    def part(low: int, high: int, old: int, *, whole: bool) -> list[bytes]:
        if old == high:
            return [] if whole else [root(hashes[low:high])]
        middle = low + (1 << ((high - low - 1).bit_length() - 1))
        if old <= middle:
            return [*part(low, middle, old, whole=whole), root(hashes[middle:high])]
        return [*part(middle, high, old, whole=False), root(hashes[low:middle])]

    return part(0, len(hashes), before, whole=True) if 0 < before < len(hashes) else []


@dataclass(frozen=True, slots=True)
class Tiles:
    """A run's tree in short: how many rows, one hash for every 256 of them, and (not of the embedded edition) the first
    four bytes of every row's hash, which name the row that was altered."""

    rows: int
    hashes: tuple[bytes, ...]
    marks: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        """The root over all rows."""
        return root(self.hashes)

    @property
    def data(self) -> bytes:
        """As it is kept."""
        return b"".join((*self.hashes, *self.marks))

    def row_path(self, row: int, block: Sequence[bytes]) -> list[bytes]:
        """A row's inclusion proof.  block: the leaf hashes of the 256 rows it stands among."""
        return path(block, row % WIDTH) + path(self.hashes, row // WIDTH)

    def around(self, wanted: Iterable[int], blocks: Mapping[int, Sequence[bytes]]) -> list[bytes]:
        """The hashes that stand for all but the wanted rows, left to right (verify.pruned puts them together).

        blocks  leaf hashes of every block a wanted row stands in, by row // 256
        """
        rows = sorted(set(wanted))

        def over(low: int, high: int, here: list[int]) -> list[bytes]:
            if not here:
                return [self._subtree(low, high, blocks)]
            if high - low == 1:
                return []
            middle = low + (1 << ((high - low - 1).bit_length() - 1))
            left = [row for row in here if row < middle]
            return over(low, middle, left) + over(middle, high, here[len(left) :])

        return over(0, self.rows, rows)

    def _subtree(self, low: int, high: int, blocks: Mapping[int, Sequence[bytes]]) -> bytes:
        if low % WIDTH == 0 and (high % WIDTH == 0 or high == self.rows):
            return root(self.hashes[low // WIDTH : -(-high // WIDTH)])
        start = low // WIDTH * WIDTH
        return root(blocks[low // WIDTH][low - start : high - start])


def tiled(leaves: Sequence[bytes], *, marked: bool = True) -> Tiles:
    """The tiles over a run's leaf hashes."""
    return Tiles(len(leaves), tuple(tiles(leaves)), tuple(one[:4] for one in leaves) if marked else ())


def tiles_from(data: bytes, rows: int) -> Tiles | None:
    """Tiles read back; null where the bytes are not those of a run of so many rows."""
    hashed = -(-rows // WIDTH) * 32
    if len(data) not in (hashed, hashed + 4 * rows):
        return None
    hashes = tuple(data[at : at + 32] for at in range(0, hashed, 32))
    return Tiles(rows, hashes, tuple(data[at : at + 4] for at in range(hashed, len(data), 4)))


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a growing tree: the roots of its full subtrees, largest first. Appending costs a few hashes."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def added(self, hashed: bytes) -> Edge:
        """With one more leaf."""
        last, kept, size = hashed, list(self.hashes), self.size
        while size & 1:
            last, size = node(kept.pop(), last), size >> 1
        return Edge(self.size + 1, (*kept, last))

    @property
    def root(self) -> bytes:
        """The root of the whole tree."""
        if not self.hashes:
            return sha256(b"").digest()
        found = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            found = node(left, found)
        return found
