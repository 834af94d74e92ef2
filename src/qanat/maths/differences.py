"""Flows from stock tables alone, without births or deaths: differences and rates.

A stock table is [birthplace, place]; all tables of flows are [from, to]. These are the simple methods that accounting is measured
against; each takes a birthplace for the place left.
Source: Abel and Cohen 2019, Scientific Data 6:82, and the papers it compares.
"""

from __future__ import annotations

import numpy as np

from qanat.errors import MarginError
from qanat.maths.transport import Line, Table


def dropped(start: Table, end: Table, *, natives: bool = False) -> Table:
    """Growth of each stock as a flow from the birthplace; what a stock lost is left out.

    natives  keep the change of the native-born on the diagonal, else it is 0
    Source: Beine, Docquier and Ozden 2011, Journal of Development Economics 95; Bertoli and Fernandez-Huertas Moraga 2015.
    """
    return _off(np.maximum(end - start, 0.0), natives=natives)


def turned(start: Table, end: Table, *, natives: bool = False) -> Table:
    """As `dropped`, and what a stock lost as a flow back to the birthplace. Source: Beine and Parsons 2015."""
    change = end - start
    return _off(np.maximum(change, 0.0) + np.maximum(-change, 0.0).T, natives=natives)


def spread(start: Table, people: float) -> Table:
    """`people` movers laid out like the foreign-born live. Source: Dennett 2016, Annals of the AAG 106(6)."""
    abroad = _off(start, natives=False)
    total = float(abroad.sum())
    if total == 0 and people > 0:
        raise MarginError("nobody lives outside the place of birth, so no rate can be formed", tuple(range(len(start))))
    return abroad * (people / total) if total else abroad


def transitions(start: Table, end: Table) -> Table:
    """The one matrix that carries every birthplace's people from start to end, times the people at the start.

    It follows from the stocks alone and may say less than nobody: cells below zero are its own verdict on the assumption
    that all birthplaces move alike. Source: Rogers and von Rabenau 1971, Demography 8(1).
    """
    try:
        shares = np.linalg.solve(start, end)
    except np.linalg.LinAlgError as cause:
        raise MarginError("two birthplaces live alike, so no transition follows", tuple(range(len(start)))) from cause
    return _off(shares * start.sum(0)[:, None], natives=False)


def net(start: Table, end: Table, births: Line, deaths: Line) -> Line:
    """Arrivals less departures of each place: growth that births and deaths do not explain."""
    growth: Line = end.sum(0) - start.sum(0)
    return growth - births + deaths


def _off(table: Table, *, natives: bool) -> Table:
    out = table.astype(np.float64)
    if not natives:
        np.fill_diagonal(out, 0.0)
    return out
