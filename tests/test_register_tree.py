"""The tree: published vectors of RFC 6962 logs, and laws for trees of every size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.register.tree import Edge, growth, path, tiled, tiles_from
from qanat.verify import Unsound, consistent, included, leaf, pruned, root
from qanat.verify_store import tiles

# The leaves and roots with which Certificate Transparency logs are tested (google/certificate-transparency,
# cpp/merkletree/merkle_tree_test.cc; the same in transparency-dev/merkle, testonly/reference.go).
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A, B, C, D, E, F4 = (
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
)
LEAVES = [leaf(bytes.fromhex(one)) for one in INPUTS]


def hexed(hashes: list[bytes]) -> list[str]:
    return [one.hex() for one in hashes]


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert root(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(
    ("index", "size", "proof"),
    [(0, 1, []), (0, 8, [A, B, C]), (5, 8, [D, E, ROOTS[4]]), (2, 3, [ROOTS[2]]), (1, 5, [leaf(b"").hex(), B, D])],
)
def test_inclusion_proofs_are_those_of_certificate_transparency(index: int, size: int, proof: list[str]) -> None:
    assert hexed(path(LEAVES[:size], index)) == proof
    assert included(LEAVES[index], index, size, [bytes.fromhex(one) for one in proof]).hex() == ROOTS[size]


@pytest.mark.parametrize(
    ("before", "after", "proof"), [(1, 1, []), (1, 8, [A, B, C]), (6, 8, [F4, E, ROOTS[4]]), (2, 5, [B, D])]
)
def test_consistency_proofs_are_those_of_certificate_transparency(before: int, after: int, proof: list[str]) -> None:
    assert hexed(growth(LEAVES[:after], before)) == proof
    told = [bytes.fromhex(one) for one in proof]
    assert consistent((before, bytes.fromhex(ROOTS[before])), (after, bytes.fromhex(ROOTS[after])), told)


def leaves_of(size: int) -> list[bytes]:
    return [leaf(str(at).encode()) for at in range(size)]


@given(size=st.integers(1, 700), data=st.data())
def test_every_leaf_of_every_tree_is_proved_and_no_other_leaf_is(size: int, data: st.DataObject) -> None:
    leaves = leaves_of(size)
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    proof = path(leaves, index)
    assert included(leaves[index], index, size, proof) == root(leaves)
    assert len(proof) <= (size - 1).bit_length()
    if other != index:
        assert included(leaves[other], index, size, proof) != root(leaves)
    for wrong in (proof[:-1], [*proof, bytes(32)]):
        if wrong != proof:
            with pytest.raises(Unsound, match="than the tree is high"):
                included(leaves[index], index, size, wrong)


@given(size=st.integers(1, 700), data=st.data())
def test_a_tree_that_grew_is_proved_and_one_that_changed_is_not(size: int, data: st.DataObject) -> None:
    leaves, before = leaves_of(size), data.draw(st.integers(1, size))
    proof = growth(leaves, before)
    first, second = (before, root(leaves[:before])), (size, root(leaves))
    assert consistent(first, second, proof)
    altered = list(leaves)
    altered[data.draw(st.integers(0, before - 1))] = leaf(b"another")
    assert not consistent(first, (size, root(altered)), growth(altered, before))
    assert not consistent(second, first, proof) or before == size


@given(size=st.integers(1, 1500), data=st.data())
def test_any_choice_of_rows_is_proved_together_from_tiles(size: int, data: st.DataObject) -> None:
    leaves = leaves_of(size)
    tree = tiled(leaves)
    assert tree.root == root(leaves)
    assert tiles_from(tree.data, size) == tree
    wanted = data.draw(st.sets(st.integers(0, size - 1), min_size=1, max_size=8))
    blocks = {row // 256: leaves[row // 256 * 256 :][:256] for row in wanted}
    hashes = tree.around(wanted, blocks)
    known = {row: leaves[row] for row in wanted}
    assert pruned(size, known, iter(hashes)) == tree.root
    for row in wanted:
        assert tree.row_path(row, blocks[row // 256]) == path(leaves, row)
        assert pruned(size, known | {row: leaf(b"another")}, iter(hashes)) != tree.root
    with pytest.raises(Unsound):
        pruned(size, known, iter([*hashes, bytes(32)]))
    if hashes:
        with pytest.raises(Unsound):
            pruned(size, known, iter(hashes[:-1]))


def test_a_growing_edge_has_the_root_of_the_whole_tree() -> None:
    leaves, edge = leaves_of(600), Edge()
    for size, one in enumerate(leaves):
        assert edge.root == root(leaves[:size])
        edge = edge.added(one)
    assert [len(tiles(leaves[:size])) for size in (0, 1, 256, 257)] == [0, 1, 1, 2]


def test_tiles_of_another_run_are_no_tiles_of_this_one() -> None:
    data = tiled(leaves_of(300)).data
    assert [tiles_from(data, rows) is not None for rows in (299, 300, 301)] == [False, True, False]
