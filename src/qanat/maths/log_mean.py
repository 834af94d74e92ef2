"""The mean of two numbers by which parts of a ratio become parts of a difference."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def logarithmic_mean(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """(after - before) / ln(after / before), in the unit of both; the number itself where they are equal.

    before, after  above 0, of one shape
    Times ln(after / before) it gives after - before, so that parts of the logarithm become parts of the difference.
    Source  Carlson 1972 (American Mathematical Monthly 79:615).
    """
    apart = np.log(after / before)
    near = np.abs(apart) < 1e-4
    series = np.sqrt(before * after) * (1 + apart**2 / 24)  # the next term is below 1e-18 of it here
    exact = (after - before) / np.where(near, 1.0, apart)
    return np.where(near, series, exact)
