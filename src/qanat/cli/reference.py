"""Writes docs/reference: `python -m qanat.cli.reference FOLDER`."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

from cyclopts import App
from cyclopts.argument import Argument, ArgumentCollection

from qanat.cli.commands import app, edition_app, endorse_app, flows_app, mirror_app, witness_app
from qanat.jobs.reference import pages


def commands() -> dict[str, str]:
    """Each command with its docstring and a table of its arguments and options, as the command takes them."""
    return {name: _told(command) for name, command in listed().items()}


def listed() -> dict[str, App]:
    """Each command by the words it is called with."""
    groups = {
        "edition": edition_app, "endorse": endorse_app, "flows": flows_app, "mirror": mirror_app, "witness": witness_app,
    }  # fmt: skip
    found = {name: app[name] for name in app if not name.startswith("-") and name not in groups}
    for group, own in groups.items():
        found |= {f"{group} {name}": own[name] for name in own if not name.startswith("-")}
    return dict(sorted(found.items()))


def _told(command: App) -> str:
    says = (inspect.getdoc(command.default_command) or "").split("\n\nParameters\n---")[0]
    rows = [_option(one) for one in arguments(command)]
    return f"{says}\n\n| | |\n| --- | --- |\n" + "\n".join(f"| {names} | {what} |" for names, what in rows)


def arguments(command: App) -> ArgumentCollection:
    """The arguments and options of a command, with the names a person types."""
    return command.assemble_argument_collection(default_parameter=app.default_parameter, parse_docstring=True)


def _option(one: Argument) -> tuple[str, str]:
    names = ", ".join(f"`{name}`" for name in one.names)
    default = one.field_info.default
    left_out = default is None or isinstance(default, bool) or default == () or one.required
    words = [
        (one.parameter.help or "").strip().replace("|", "\\|").replace("\n", " "),
        f"One of {', '.join(choices)}." if (choices := one.get_choices()) else "",
        "" if left_out else f"Usually {default}.",
        "Must be given." if one.required else "",
    ]
    return names, " ".join(filter(None, words))


if __name__ == "__main__":
    for name, text in pages(commands).items():
        Path(sys.argv[1], name).write_text(text, encoding="utf-8")
