"""P-codes as people write them: lower case, with blanks, under the country's other prefix, with zeros left out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from qanat.figures.found import Unit

_SHAPE: Final = re.compile(r"([A-Z]{0,3})([0-9][0-9A-Z]*)")
_FRACTION: Final = re.compile(r"(?<=[0-9])\.0+$")  # a sheet made a number of a code of digits


class Pcodes:
    """The p-codes of one country.

    prefixes  what its codes may begin with: both ISO codes beside the list's own
    """

    def __init__(self, units: Iterable[Unit], prefixes: Iterable[str]) -> None:
        self.units = {unit.code: unit for unit in units}
        self._prefixes = frozenset(prefixes) | {_split(code)[0] for code in self.units}
        self._by_digits: defaultdict[str, set[str]] = defaultdict(set)
        self._by_number: defaultdict[str, set[str]] = defaultdict(set)
        for code, unit in self.units.items():
            digits = _split(code)[1]
            self._by_digits[digits].add(code)
            if unit.level == 1:
                self._by_number[digits.lstrip("0")].add(code)

    def find(self, text: str) -> str | None:
        """The one code of the list that a text must mean; null where it is none or might be two.

        Under another prefix of the country the digits must be the same; those of admin 1 may lack or have more zeros in
        front, as BI12 for BDI012, where only one code of the list has the number.
        """
        code = _FRACTION.sub("", "".join(text.split()).upper())
        if code in self.units:
            return code
        prefix, digits = _split(code)
        if not prefix or prefix not in self._prefixes:
            return None
        same = self._by_digits.get(digits, set()) or self._by_number.get(digits.lstrip("0"), set())
        return next(iter(same)) if len(same) == 1 else None


def _split(code: str) -> tuple[str, str]:
    shape = _SHAPE.fullmatch(code)
    return (shape[1], shape[2]) if shape else ("", code)
