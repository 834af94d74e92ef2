"""Moves between places that fit margins by birthplace, kept as factors instead of an array of three dimensions.

For a birthplace k, people moving from i to j are  left[k, i] * prior[i, j] * right[k, j]; the table of all is one product of
matrices, and so are those who leave home (i = k), come home (j = k) or move between two foreign places (transit).
Source: Abel 2013 for the minimum, Azose and Raftery 2019, PNAS 116(1) for its mixture with independence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from qanat.errors import MarginError
from qanat.maths.accounting import Margins
from qanat.maths.transport import ULPS, Line, Table

ROUNDS: Final = 20_000
RUNAWAY: Final = 1e200  # factors grow without end where no table has the totals
_NO_WAY: Final = "the prior leaves no table with these totals"
WEIGHT: Final = 0.13  # of independence in the pseudo-Bayes mixture, as published for 2019


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """People who lived in i at the start and in j at the end, by birthplace, as factors.

    left, right  [birthplace, place]
    prior        [i, j], or None where it is one everywhere
    stay         [birthplace, place]: those who did not move, where known beforehand; else None (then on the diagonal)
    """

    left: Table
    right: Table
    prior: Table | None = None
    stay: Table | None = None

    def of(self, i: int, j: int) -> Line:
        """People who moved from i to j, by birthplace."""
        one = self.left[:, i] * self.right[:, j]
        return one if self.prior is None else one * self.prior[i, j]

    def born(self, k: int) -> Table:
        """People born in k by where they lived and live, those who stayed on the diagonal."""
        one = np.outer(self.left[k], self.right[k])
        if self.prior is not None:
            one *= self.prior
        if self.stay is not None:
            one[np.diag_indices_from(one)] += self.stay[k]
        return one

    def times(self, left: Table, right: Table) -> Table:
        """The sum over birthplaces of left x right, weighted by the prior, without its diagonal."""
        out = left.T @ right
        if self.prior is not None:
            out *= self.prior
        np.fill_diagonal(out, 0.0)
        return out


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Moves from i to j (the diagonal is 0) in three kinds.

    outward  of people born in i
    back     of people born in j: returns
    transit  of people born elsewhere
    placed   people put into cells without stock so that the margins could be met (accounting.Closing.room)
    """

    outward: Table
    back: Table
    transit: Table
    placed: float = 0.0

    @property
    def total(self) -> Table:
        """All three together."""
        return self.outward + self.back + self.transit

    def mixed(self, other: Split, weight: float) -> Split:
        """This split with `weight` of the other: what keeps both margins keeps net migration, place by place."""
        return Split(
            outward=(1 - weight) * self.outward + weight * other.outward,
            back=(1 - weight) * self.back + weight * other.back,
            transit=(1 - weight) * self.transit + weight * other.transit,
            placed=self.placed,
        )


def minimum(margins: Margins) -> Moves:
    """Fewest moves: as many as can stay where they were; the rest move in proportion to who must leave and who must arrive.

    Since nobody both leaves and arrives at the same place, the fit without stayers has this closed form:
    moves from i to j = r_i c_j / sum(r), where r and c are what is left of the margins.
    """
    stay = np.minimum(margins.start, margins.end)
    leave, arrive = margins.start - stay, margins.end - stay
    return Moves(left=_shares(leave), right=arrive, stay=stay)


def independence(margins: Margins) -> Moves:
    """Moves of people who forget where they lived: from i to j = R_i C_j / T, those staying included."""
    return Moves(left=_shares(margins.start), right=margins.end)


def split(moves: Moves) -> Split:
    """Moves from i to j in three kinds; the sum of the three is the table of flows."""
    left, right = moves.left.copy(), moves.right.copy()
    home_left, home_right = np.diag(left).copy(), np.diag(right).copy()
    outward, back = home_left[:, None] * moves.right, left.T * home_right[None, :]
    np.fill_diagonal(left, 0.0)
    np.fill_diagonal(right, 0.0)
    if moves.prior is not None:
        outward, back = outward * moves.prior, back * moves.prior
    np.fill_diagonal(outward, 0.0)
    np.fill_diagonal(back, 0.0)
    return Split(outward=outward, back=back, transit=moves.times(left, right))


def pseudo_bayes(margins: Margins, weight: float = WEIGHT) -> Split:
    """The minimum with `weight` of independence."""
    return split(minimum(margins)).mixed(split(independence(margins)), weight)


def with_prior(margins: Margins, prior: Table, *, stayers: bool = False, tolerance: float = 1e-6) -> Moves:
    """Moves in the proportions of `prior` (i, j) as far as the margins allow: left_ki prior_ij right_kj.

    prior    not negative; its diagonal says how sticky a place is, and is left aside where `stayers` is true
    stayers  as many as can stay do stay (as in `minimum`), the prior shapes only who moves where
    Raises MarginError, with the birthplaces concerned, where zeros of the prior leave no table with these margins.
    """
    if not stayers:
        left, right = fitted(margins.start, margins.end, prior, tolerance)
        return Moves(left=left, right=right, prior=prior)
    stay = np.minimum(margins.start, margins.end)
    off = prior.astype(np.float64)
    np.fill_diagonal(off, 0.0)
    left, right = fitted(margins.start - stay, margins.end - stay, off, tolerance)
    return Moves(left=left, right=right, prior=off, stay=stay)


def fitted(rows: Table, columns: Table, prior: Table, tolerance: float = 1e-6) -> tuple[Table, Table]:
    """Factors of all birthplaces at once: sum_j left_ki prior_ij right_kj = rows_ki, and likewise for columns.

    Alternates between the two, two matrix products a round; a birthplace is done once each row is within `tolerance` (or
    the rounding of its largest sum).
    """
    left, right = np.zeros(rows.shape), (columns > 0).astype(np.float64)
    floor = np.maximum(tolerance, ULPS * np.spacing(np.maximum(rows, columns).max(1)))
    todo = _lines(rows.sum(1) >= 0)
    for _ in range(ROUNDS):
        reach = right[todo] @ prior.T
        late = np.abs(left[todo] * reach - rows[todo]).max(1) > floor[todo]
        todo, reach = todo[late], reach[late]
        if len(todo) == 0:
            return left, right
        left[todo] = _reached(rows[todo], reach, todo)
        again = _reached(columns[todo], left[todo] @ prior, todo)
        size = again.max(1, keepdims=True)
        left[todo], right[todo] = left[todo] * size, again / size
        if left.max() > RUNAWAY:
            break
    raise MarginError(_NO_WAY, tuple(int(line) for line in todo))


def _reached(totals: Table, reach: Table, lines: npt.NDArray[np.intp]) -> Table:
    cut = ((totals > 0) & (reach == 0)).any(1)
    if cut.any():
        raise MarginError(_NO_WAY, tuple(int(line) for line in lines[cut]))
    return _over(totals, reach)


def _lines(which: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    return np.flatnonzero(which)


def _shares(table: Table) -> Table:
    total = table.sum(1, keepdims=True)
    return _over(table, total)


def _over(top: Table, bottom: Table) -> Table:
    out = np.zeros(top.shape)
    np.divide(top, bottom, out=out, where=bottom > 0)
    return out
