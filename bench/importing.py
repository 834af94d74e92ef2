"""Import of a 200-thousand-row workbook made on the spot: seconds and peak memory, beside openpyxl reading the same file."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from importlib import import_module
from itertools import islice, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROWS = 200_000
MAPPING = """date = "2024"
[document]
counter = "own"
[columns]
"adm2_pcode" = { is = "pcode", level = 2 }
"sector" = { is = "facet", key = "sector" }
"sex" = { is = "sex" }
"age" = { is = "age" }
"camp" = { is = "facet", key = "camp" }
"in_need" = { counts = "need" }
"targeted" = { counts = "target" }
"reached" = { counts = "reached" }
"""


def workbook(file: Path, rows: int = ROWS) -> None:
    """A table of needs by district, sector, sex, age and camp, in `rows` rows of eight columns and two of remarks."""
    from qanat.edition.places import places

    districts = places().admin("NGA", 2).get_column("code").to_list()
    camps = [f"camp {at}" for at in range(1, 1 + rows // (len(districts) * 4 * 2 * 3) + 1)]
    openpyxl: Any = import_module("openpyxl")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("needs")
    sheet.append(["adm2_pcode", "sector", "sex", "age", "camp", "in_need", "targeted", "reached", "remark", "source"])
    keys = product(camps, districts, ("EDU", "HEA", "WSH", "PRO"), ("female", "male"), ("0-17", "18-59", "60+"))
    for at, (camp, district, sector, sex, age) in enumerate(islice(keys, rows)):
        sheet.append([district, sector, sex, age, camp, at % 977 + 3, at % 977, at % 311, "as reported", "field visit"])
    book.save(file)


def run(code: str, home: Path) -> dict[str, float]:
    """Seconds and peak megabytes of Python code in a process of its own."""
    whole = (
        f"{code}\nimport re, sys\nsys.stderr.write(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", whole], env={**os.environ, "QANAT_HOME": str(home)}, capture_output=True, text=True, check=True
    )  # fmt: skip
    seconds = time.perf_counter() - started
    return {"seconds": round(seconds, 2), "megabytes": round(float(re.findall(r"\d+", done.stderr)[-1]) / 1024)}


def importing() -> dict[str, Any]:
    """What the import of a large workbook must reach, with openpyxl reading every cell of the same file as the peer."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        file, plan, home = folder / "large.xlsx", folder / "plan.toml", folder / "home"
        workbook(file)
        plan.write_text(MAPPING, encoding="utf-8")
        run("from qanat.cli import main\nassert main(['status']) == 0", home)  # the edition is loaded once, before
        ours = run(
            f"from qanat.cli import main\nassert main(['import', {str(file)!r}, '--mapping', {str(plan)!r}, '--country', 'NGA']) == 0",
            home,
        )
        peer = run(
            f"from openpyxl import load_workbook\nfor row in load_workbook({str(file)!r}, read_only=True).active.iter_rows(values_only=True): pass", home
        )  # fmt: skip
        return {
            "rows": ROWS,
            "file_megabytes": round(file.stat().st_size / 1e6, 1),
            "qanat": ours,
            "openpyxl_reading_only": peer,
            "ratio": round(ours["seconds"] / peer["seconds"], 2),
        }


def judged(told: dict[str, Any]) -> dict[str, bool]:
    """Which targets of the import are met in this run."""
    return {
        "import of 200 thousand rows under 30 s": told["qanat"]["seconds"] < 30,
        "import of 200 thousand rows under 1 GB": told["qanat"]["megabytes"] < 1000,
    }


if __name__ == "__main__":
    found = importing()
    targets = judged(found)
    sys.stdout.write(json.dumps({**found, "targets": targets}, indent=1) + "\n")
    sys.exit(0 if all(targets.values()) else 4)
