"""Pages as a browser shows them: nothing sticks out at any width, every drawing has a size."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qanat.brief.html import html
from qanat.jobs.brief import BriefRequest, brief
from qanat.jobs.corridor import CorridorRequest, corridor
from qanat.store import Disk, Memory
from tests.build import batch
from tests.test_corridors import PAPERS, ROWS

pytestmark = pytest.mark.browser
PROBE = """<script>
const wide = document.documentElement.scrollWidth, seen = document.documentElement.clientWidth;
const shown = [...document.querySelectorAll('svg')].filter(s => s.getBoundingClientRect().width > 0).length;
document.body.dataset.probe = JSON.stringify({wide, seen, shown});
</script>"""


def probed(page: str, width: int, folder: Path) -> dict[str, int]:
    """What the browser measured of a page at a width."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs chromium")
    file = folder / "page.html"
    file.write_text(page.replace("</body>", f"{PROBE}</body>"), encoding="utf-8")
    command = [
        chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", f"--user-data-dir={folder / 'profile'}", f"--window-size={width},900", "--dump-dom", file.as_uri(),
    ]  # fmt: skip
    dom = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    match = re.search(r'data-probe="([^"]+)"', dom)
    assert match is not None
    told: dict[str, int] = json.loads(match[1].replace("&quot;", '"'))
    return told


@pytest.mark.parametrize("code", ["SDN", "UKR", "NRU"])
@pytest.mark.parametrize("width", [1200, 768, 500])
def test_a_page_fits_its_window(edition: Disk, tmp_path: Path, code: str, width: int) -> None:
    told = brief(BriefRequest(country=code), edition, datetime(2026, 11, 24, tzinfo=UTC))
    found = probed(html(told.brief, told.voice), width, tmp_path)
    assert found["wide"] <= found["seen"] + 1
    assert found["shown"] >= 3


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [1200, 500])
def test_a_corridor_page_fits_its_window(tmp_path: Path, language: str, width: int) -> None:
    held = Memory()
    held.put(batch("flows-best-2015-2020-x", *ROWS, documents=PAPERS[:2]))
    told = corridor(
        CorridorRequest(origin="NPL", place="QAT", language=language), held, datetime(2026, 11, 24, tzinfo=UTC)
    )
    found = probed(html(told.page, told.voice), width, tmp_path)
    assert found["wide"] <= found["seen"] + 1
    assert found["shown"] >= 2
