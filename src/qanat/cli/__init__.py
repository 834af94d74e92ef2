"""The command line: `qanat`. Data on standard output, talk and progress on standard error.

Exit codes: 0 ok, 1 failed, 2 usage, 3 nothing found, 4 checks found something, 5 source unreachable, 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives its exit code. Errors meant for people are one message on standard error."""
    from cyclopts import CycloptsError

    from qanat.cli.commands import app
    from qanat.cli.output import plain
    from qanat.errors import QanatError

    try:
        outcome = app(
            list(sys.argv[1:] if arguments is None else arguments),
            exit_on_error=False,
            print_error=True,
            result_action="return_value",
        )
    except QanatError as error:
        sys.stderr.write(plain(f"qanat: {error}\n"))
        return error.exit_code
    except CycloptsError:
        return 2  # Cyclopts has said what is wrong with the command
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            sys.stderr.close()
            return 0
        sys.stderr.write(f"qanat: {error.strerror or error}{f' ({error.filename})' if error.filename else ''}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nqanat: stopped\n")
        return 130
    return outcome if isinstance(outcome, int) else 0


def run() -> None:
    """The console script."""
    sys.exit(main())
