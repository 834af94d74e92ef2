"""How near estimates come to what was reported."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qanat.maths.transport import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearness:
    """Of n pairs of a report and an estimate.

    log_r          correlation of the logarithms
    median_factor  half of the estimates are within this factor of the report
    within_3       share within a factor of three
    linear_r       correlation of the values, ruled by the largest
    """

    n: int
    log_r: float
    median_factor: float
    within_3: float
    linear_r: float


def nearness(reported: Line, estimated: Line) -> Nearness:
    """The measures used for flow estimates by Abel and Cohen 2019 and by Azose and Raftery 2019, on the same pairs.

    reported   above zero
    estimated  not negative; below one person counts as one where a logarithm is taken
    """
    told, found = np.log(reported), np.log(np.maximum(estimated, 1.0))
    apart = np.abs(found - told)
    return Nearness(
        n=reported.size,
        log_r=float(np.corrcoef(told, found)[0, 1]),
        median_factor=float(np.exp(np.median(apart))),
        within_3=float((apart <= np.log(3.0)).mean()),
        linear_r=float(np.corrcoef(reported, estimated)[0, 1]),
    )


def coverage(reported: Line, low: Line, high: Line) -> float:
    """The share of reports that lie within their interval, both ends included."""
    return float(((reported >= low) & (reported <= high)).mean())
