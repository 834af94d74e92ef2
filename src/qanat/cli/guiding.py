"""The questions that `import` asks at a terminal: one at a time, with a way back, a look at the whole, and kept as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from qanat.cli import output

if TYPE_CHECKING:
    from qanat.jobs.looking import Column, Doubt, Look

Answer = Callable[[str], str]
Taken = TypeVar("Taken")
_DOUBTS: Final[dict[Doubt, str]] = {
    "decimal": "Nothing shows how {} is meant. Which mark is the decimal one? (. or ,): ",
    "day_first": "Nothing shows what comes first in {}. (day or month): ",
}
_COUNTRY: Final = "In which country are all rows? (a name or code): "
_DATE: Final = "Of which day or period do all rows speak? (2024-06-30, 2024, Q3 2021): "


def person(question: str) -> str:
    """A person's line at the terminal. Raises KeyboardInterrupt for Ctrl-C at once, EOFError where no line comes.

    Polars lets the system begin a read again that a signal broke off; then Ctrl-C would wait for the next Enter.
    """
    import signal

    if hasattr(signal, "siginterrupt"):  # not on Windows
        signal.siginterrupt(signal.SIGINT, True)
    return input(output.harmless(question))


class _BackError(Exception):
    """The person asked for the question before."""


def asked(look: Look, answer: Answer, folder: Path | None = None) -> Look:
    """The look with a person's answers, the likely one offered; Enter takes it, "back" goes to the question before.

    answer  gives a person's line for a question (the built-in `input`)
    folder  where the answers may be kept as a mapping file; null: that is not asked
    Raises AskError where the person stops, or no more answers come: nothing is kept then.
    """
    if look.by != "draft":
        return _settled(_placed(look, answer), answer)
    output.complain(
        f"{look.name} has no HXL tags and no mapping file, so {len(look.layout.columns)} questions: what is each column?"
    )
    output.complain(
        'Enter takes what is offered in [ ]; "back" goes to the question before; "?" shows the words; "stop" ends.'
    )
    columns = list(look.layout.columns)
    at, last = 0, len(columns)
    while True:
        _columns(look, columns, range(at, last), answer)
        try:
            told = _reviewed(look, columns, answer)
        except _BackError:
            at, last = len(columns) - 1, len(columns)
            continue
        if isinstance(told, int):
            at, last = told, told + 1
            continue
        return _kept(told, answer, folder)


def _columns(look: Look, columns: list[Column], some: range, answer: Answer) -> None:
    """Ask for some columns, in place; an answer may lead back to the ones before."""
    at = some.start
    while at < some.stop:
        try:
            columns[at] = _until(_question(look, columns[at], at, len(columns)), _saying(columns[at]), answer)
            at += 1
        except _BackError:
            at = max(0, at - 1)


def _question(look: Look, column: Column, at: int, many: int) -> str:
    from qanat.jobs.guided import column_told, place_of, sample

    shown = sample(look, column)
    return f"  {at + 1}/{many}  {place_of(column)}  {column.head}{f'   ({shown})' if shown else ''}\n      [{column_told(column)}]: "


def _reviewed(look: Look, columns: list[Column], answer: Answer) -> Look | int:
    """The whole as answered, once the person takes it; the place of a column that is to be answered again.

    Raises _BackError for the question before.
    """
    from qanat.errors import AskError
    from qanat.jobs.guided import column_told, place_of, unsaid

    try:
        told = look.answered(columns=tuple(columns))
        faults = unsaid(told)
    except AskError as cause:
        told, faults = look, [str(cause)]
    if not faults:
        told = _settled(_placed(told, answer), answer)
    output.complain("So it would be read:")
    for at, column in enumerate(columns, 1):
        output.complain(f"  {at:>2}  {place_of(column)}  {column.head}: {column_told(column)}")
    first = {None: None, True: "day", False: "month"}[told.layout.day_first]
    for name, said in (
        ("country", told.layout.country), ("date", told.layout.date), ("decimal mark", told.layout.decimal), ("first in dates", first),
    ):  # fmt: skip
        output.complain(f"      {name}: {said}") if said else None
    for fault in faults:
        output.complain(f"  This cannot be read yet: {fault}")
    question = (
        "Which number is to be answered again? "
        if faults
        else "Right? Enter takes it; a number answers that column again: "
    )
    again = _until(question, _taking(len(columns), sure=not faults), answer)
    return told if again is None else again


def _taking(many: int, *, sure: bool) -> Callable[[str], int | None]:
    def taken(said: str) -> int | None:
        from qanat.errors import AskError

        if sure and said.casefold() in ("", "y", "yes"):
            return None
        if said.isdigit() and 1 <= int(said) <= many:
            return int(said) - 1
        raise AskError(f"a number from 1 to {many}" + (", or Enter" if sure else ""))

    return taken


def _placed(look: Look, answer: Answer) -> Look:
    """The look with its country and date, where no column says them; "back" from the date asks the country again."""
    asking: list[tuple[str, Callable[[str], Look]]] = []
    told = look
    if {"country", "place"} & set(look.missing):
        told = _until(_COUNTRY, lambda said: look.answered(country=said), answer)
        asking.append((_COUNTRY, lambda said: look.answered(country=said)))
    if "date" not in told.missing:
        return told
    try:
        return _until(_DATE, lambda said: told.answered(day=said), answer)
    except _BackError:
        if not asking:
            raise
        return _placed(look, answer)


def _settled(look: Look, answer: Answer) -> Look:
    """The look once a person has said how numbers and days are written where the table does not show it."""
    for doubt, spelling in look.doubts.items():
        look = _until(_DOUBTS[doubt].format(repr(spelling)), _writing(look, doubt), answer)
    return look


def _writing(look: Look, doubt: Doubt) -> Callable[[str], Look]:
    return lambda said: look.written(doubt, said)


def _kept(look: Look, answer: Answer, folder: Path | None) -> Look:
    """The same look, its answers kept as a mapping file if the person wants."""
    if folder is None:
        return look
    from qanat.jobs.guided import kept

    offered = f"{Path(look.name).stem}.toml"

    def taken(said: str) -> Path | None:
        return None if said.casefold() in ("no", "n") else kept(look, folder / (said or offered))

    file = _until(f"Keep these answers for the next time as [{offered}] (a name, or no): ", taken, answer)
    if file is not None:
        output.complain(f"kept: the next time, qanat import {look.name} --mapping {file}")
    return look


def _until(question: str, take: Callable[[str], Taken], answer: Answer) -> Taken:
    """What a person's answer gives; asked again until it gives something. Raises _BackError, and AskError at the end."""
    from qanat.errors import AskError
    from qanat.jobs.guided import answerable

    while True:
        try:
            said = answer(question).strip()
        except EOFError as cause:
            raise AskError("the answers ended before the questions; nothing was kept") from cause
        except KeyboardInterrupt:
            output.complain("\n      nothing was kept")
            raise
        if said.casefold() == "stop":
            raise AskError("stopped; nothing was kept")
        if said.casefold() == "back":
            raise _BackError
        if said == "?":
            for line in answerable():
                output.complain(f"      {line}")
            continue
        try:
            return take(said)
        except AskError as cause:
            output.complain(f"      {cause}")


def _saying(column: Column) -> Callable[[str], Column]:
    def said(words: str) -> Column:
        from qanat.jobs.guided import column_said

        return column_said(column, words) if words else column

    return said
