"""What every command shares: the app, the options that mean the same everywhere, opening the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from qanat import __version__
from qanat.cli import output

if TYPE_CHECKING:
    from datetime import date

    from qanat.jobs.opening import Store
    from qanat.jobs.ordering import Order


def _default(value: object) -> str | None:
    """What the help says stands where an option is left out; nothing for one that then plays no part."""
    return None if value is None or value is False or value == () else str(value)


app = App(
    name="qanat", version=__version__, version_flags=["--version"], default_parameter=Parameter(negative=(), show_default=_default),
    help="One shared, traceable picture of people on the move: what agencies publish, side by side, each number with its source.",
    suppress_keyboard_interrupt=False,
)  # fmt: skip
edition_app = App(
    name="edition", help="The embedded edition: figures, places and boundaries a fresh machine starts from."
)
mirror_app = App(name="mirror", help="Everything held as one file, for a machine without a line.")
flows_app = App(name="flows", help="Who moved from where to where, estimated from stocks, births and deaths.")
app.command(edition_app)
app.command(flows_app)
endorse_app = App(name="endorse", help="Endorse, dispute or replace a figure with an agency's key.")
app.command(endorse_app)
app.command(mirror_app)
witness_app = App(name="witness", help="Co-sign, as a witness, that a log only grew; no word about any figure.")
app.command(witness_app)

Home = Annotated[
    Path | None,
    Parameter(name="--home", help="The store's folder (else QANAT_HOME, qanat.toml, the user's data folder)."),
]
Json = Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON document.")]
AsOf = Annotated[str | None, Parameter(name="--as-of", help="Answer with what was known on this day, as 2025-12-31.")]


def day_of(text: str | None) -> date | None:
    """The day of an option; null where it was not given. Raises AskError for no day."""
    from qanat.figures.periods import day

    return None if text is None else day(text)


def known_by(text: str | None) -> date | None:
    """The day --as-of asks about; null where it was not given. Raises AskError for no day and for one that lies ahead."""
    from datetime import UTC, datetime

    from qanat.jobs.knowing import known_day

    return known_day(day_of(text), datetime.now(UTC))


def order() -> Order:
    """Whose figure is shown first, as the nearest qanat.toml orders. Raises AskError with every fault of it."""
    from qanat.jobs.ordering import precedence

    return precedence()


def store_of(home: Path | None) -> Store:
    """The store, opened, with the edition in it."""
    from qanat.jobs.opening import open_store

    return open_store(home, output.progress())
