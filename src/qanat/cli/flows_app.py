"""The group of commands about flows between countries."""

from __future__ import annotations

from cyclopts import App

from qanat.cli.app import app

flows_app = App(
    name="flows", help="Flows between countries: estimated from stocks, checked, explained by what drives them."
)
app.command(flows_app)
