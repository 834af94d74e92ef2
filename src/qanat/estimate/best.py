"""The house's estimate of a period's flows: demographic accounting with a prior learnt from reported arrivals.

As in pseudo-Bayes (Azose and Raftery 2019) every table considered has the margins of the account, so that each country keeps
its net migration and each birthplace its people. Other than there, who moves is shaped by what reported flows taught: near places
and those that share a language exchange more, large communities move in another proportion than small ones, and new ones far
more than old ones. docs/explanation/flows-better.md tells how well, and where it falls short.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from qanat.estimate.learned import LEARNED, Prior
from qanat.estimate.setting import Setting
from qanat.maths.accounting import Closing, Margins, closed
from qanat.maths.moves import WEIGHT, Moves, Split, independence, minimum, split
from qanat.maths.netting import with_net
from qanat.maths.sticky import sticky
from qanat.maths.transport import Line, Table

CLOSED: Final = Closing()


def margins(setting: Setting, closing: Closing = CLOSED) -> Margins:
    """What the flows of the period must fit; see `maths.accounting.closed`."""
    return closed(setting.start, setting.end, setting.births, setting.deaths, closing)


def net(account: Margins) -> Line:
    """Net migration of each place that follows from the account: arrivals less departures, in people."""
    out: Line = account.end.sum(0) - account.start.sum(0)
    return out


def parts(account: Margins, setting: Setting, prior: Prior = LEARNED) -> tuple[tuple[float, Moves], ...]:
    """The tables that are mixed, each with its weight, as factors by birthplace: the prior's, the minimum, independence.

    Raises MarginError as `sticky`.
    """
    shaped = sticky(account, near(setting, prior), stickiness(account, setting.recent, prior))
    rest = 1 - prior.weight
    return (
        (prior.weight, shaped),
        (rest * (1 - WEIGHT), minimum(account)),
        (rest * WEIGHT, independence(account)),
    )


def flows(setting: Setting, prior: Prior = LEARNED, closing: Closing = CLOSED) -> Split:
    """People who lived in i at the start of the period and in j at its end, (n, n) in three kinds, none on the diagonal.

    Never negative; arrivals less departures of each place are its net migration to 1e-6 people.
    Raises MarginError as `closed` and `sticky`.
    """
    account = margins(setting, closing)
    mixed = [(weight, split(one)) for weight, one in parts(account, setting, prior)]
    outward, back, transit = (
        sum((weight * getattr(one, kind) for weight, one in mixed), np.zeros_like(setting.km))
        for kind in ("outward", "back", "transit")
    )
    total = outward + back + transit
    settled = with_net(total, net(account))
    change = np.divide(settled, total, out=np.ones_like(total), where=total > 0)
    return Split(outward=outward * change, back=back * change, transit=transit * change)


def near(setting: Setting, prior: Prior) -> Table:
    """How lightly people move between two places, beside who they are; 1 at 1000 km without a shared language."""
    out = (setting.km / 1000.0) ** -prior.distance * np.exp(prior.language * setting.language)
    np.fill_diagonal(out, 0.0)
    return out


def stickiness(account: Margins, recent: Table, prior: Prior) -> Table:
    """How firmly people born in k stay in i, [birthplace, place], above zero.

    The share of a birthplace's people who live in i sets the size effect; recency matters abroad only.
    """
    total = account.start.sum(1, keepdims=True)
    here = np.sqrt(account.start * account.end)
    share = np.divide(here, total, out=np.ones_like(here), where=(here > 0) & (total > 0))
    loose = np.exp(-prior.new * (recent - 0.5))
    np.fill_diagonal(loose, 1.0)
    out: Table = prior.stay * share ** (-2 * prior.size) * loose
    return out
