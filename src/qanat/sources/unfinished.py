"""Pulls that were begun and not ended: a marker file each, so that the same pull can go on where it stopped."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from qanat.sources.durable import write
from qanat.sources.request import Question

# pages that a service gives in one go belong together: after these hours its data may have been renewed in between
GOES_ON: Final = timedelta(hours=6)
_NAME: Final = "pulling-{}.json"


def begun(folder: Path, source: str, question: Question, now: datetime) -> datetime | None:
    """When the same pull was begun that has not ended and may go on; null for a new one, which is noted as begun now."""
    file = _file(folder, source, question)
    try:
        told: dict[str, Any] = json.loads(file.read_bytes())
        before = datetime.fromisoformat(told["begun"]).astimezone(UTC)
        if timedelta(0) <= now - before <= GOES_ON:
            return before
    except (OSError, ValueError, KeyError, TypeError):
        pass  # none, or one that cannot be read: it is begun anew
    content = {"source": source, "question": asdict(question), "begun": now.replace(microsecond=0).isoformat()}
    write(file, json.dumps(content, sort_keys=True, indent=1).encode())
    return None


def ended(folder: Path, source: str, question: Question) -> None:
    """The pull has ended, well or badly: the next one asks anew."""
    _file(folder, source, question).unlink(missing_ok=True)


def _file(folder: Path, source: str, question: Question) -> Path:
    asked = json.dumps([source, asdict(question)], sort_keys=True)
    return folder / _NAME.format(sha256(asked.encode()).hexdigest()[:16])
