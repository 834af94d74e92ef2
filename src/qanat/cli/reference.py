"""Writes docs/reference: `python -m qanat.cli.reference FOLDER`."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

from qanat.cli.commands import app, edition_app, endorse_app, flows_app, mirror_app, witness_app
from qanat.jobs.reference import pages


def commands() -> dict[str, str]:
    """Each command with its call and its docstring."""
    groups = {
        "edition": edition_app, "endorse": endorse_app, "flows": flows_app, "mirror": mirror_app, "witness": witness_app,
    }  # fmt: skip
    found = {name: app[name] for name in app if not name.startswith("-") and name not in groups}
    for group, own in groups.items():
        found |= {f"{group} {name}": own[name] for name in own if not name.startswith("-")}
    return {name: _told(command.default_command) for name, command in sorted(found.items())}


def _told(function: object) -> str:
    signature = inspect.signature(function)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    options = [
        f"`{'' if p.kind is not p.KEYWORD_ONLY else '--'}{name.replace('_', '-')}`"
        for name, p in signature.parameters.items()
    ]
    return f"{inspect.getdoc(function)}\n\nArguments and options: {', '.join(options)}"


if __name__ == "__main__":
    for name, text in pages(commands).items():
        Path(sys.argv[1], name).write_text(text, encoding="utf-8")
