"""Every part's targets, each measured in a process of its own: `python -m bench [PART ...]`, JSON out, exit 4 where one is missed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

PARTS = (
    "foundation",
    "unhcr_pages",
    "events",
    "importing",
    "matching",
    "picture",
    "register",
    "flows",
    "flows_accuracy",
    "anomalies",
    "drivers",
)


def shared() -> Path:
    """The folder of real tables and recorded answers, as the tests find it."""
    return Path(os.environ.get("QANAT_SHARED", Path(__file__).parent.parent.parent / "shared"))


def told(part: str) -> tuple[dict[str, Any] | list[Any], int]:
    """What a part measured, and its exit code."""
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{part}", str(shared())],
        capture_output=True,
        text=True,
        check=False,
        timeout=1200,
    )
    try:
        return json.loads(done.stdout), done.returncode
    except ValueError:
        return {"failed": done.stderr[-2000:]}, done.returncode or 1


def main(parts: tuple[str, ...]) -> int:
    """Measure the parts, print, judge."""
    found = {part: told(part) for part in parts or PARTS}
    sys.stdout.write(
        json.dumps({part: content for part, (content, _) in found.items()}, indent=1, sort_keys=True) + "\n"
    )
    return max(code for _, code in found.values())


if __name__ == "__main__":
    sys.exit(main(tuple(sys.argv[1:])))
