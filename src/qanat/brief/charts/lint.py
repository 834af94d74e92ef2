"""The house rules of a drawing, so that every reader of SVG draws it alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Final, cast
from xml.etree import ElementTree

from qanat.brief.charts.boxes import Box
from qanat.brief.charts.lettering import REGULAR, Anchor, box_of, breadth
from qanat.brief.charts.sheet import FAMILY

_SVG: Final = "{http://www.w3.org/2000/svg}"
ELEMENTS: Final = frozenset({"svg", "title", "desc", "g", "path", "rect", "circle", "line", "text", "clipPath"})
ATTRIBUTES: Final = frozenset({
    "width", "height", "viewBox", "role", "aria-labelledby", "direction", "font-family", "id", "x", "y", "x1", "y1", "x2",
    "y2", "cx", "cy", "r", "rx", "d", "fill", "fill-rule", "fill-opacity", "stroke", "stroke-width", "stroke-opacity",
    "stroke-linejoin", "stroke-dasharray", "clip-path", "font-size", "font-weight", "text-anchor", "unicode-bidi",
    "aria-hidden",
})  # fmt: skip
_FINE: Final = frozenset({"fill-opacity", "stroke-opacity"})  # may have two decimals
_TOO_FINE: Final = re.compile(r"\.\d\d")
_TOUCH: Final = 1.5  # square px two text boxes may share: estimated widths are no better
_OUTSIDE: Final = 1.0  # px a text box may stand over the canvas


def faults(svg: str) -> list[str]:
    """Everything in a drawing that breaks the house rules, in words; empty when all is well.

    Checked: well-formed XML; only plain elements and attributes (no style, class, script, marker, transform); a title
    and a description whose ids belong to the drawing; at most one clip path; one decimal; texts that, by their
    estimated size, overlap no other text and don't leave the canvas; halos hidden from screen readers.
    """
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as broken:
        return [f"not well-formed XML: {broken}"]
    if root.tag != f"{_SVG}svg":
        return [f"the root is {root.tag}, not svg"]
    return [*_root(root), *_parts(root), *_ids(root), *_letters(root)]


def text_boxes(svg: str) -> list[tuple[str, Box]]:
    """Every text that is read, halos left out, with the rectangle it is estimated to need."""
    return _boxes(ElementTree.fromstring(svg))


def _root(root: ElementTree.Element) -> Iterator[str]:
    wanted = {"role": "img", "direction": "ltr", "font-family": FAMILY}
    for name, value in wanted.items():
        if root.get(name) != value:
            yield f"svg: {name} is {root.get(name)!r}, not {value!r}"
    if root.get("viewBox") != f"0 0 {root.get('width')} {root.get('height')}":
        yield f"svg: viewBox {root.get('viewBox')!r} does not match width and height"
    kinds = [child.tag for child in list(root)[:2]]
    if kinds != [f"{_SVG}title", f"{_SVG}desc"]:
        yield "svg: does not begin with title and desc"
    elif root.get("aria-labelledby") != " ".join(child.get("id", "") for child in list(root)[:2]):
        yield "svg: aria-labelledby does not name the title and the desc"
    elif not all((child.text or "").strip() for child in list(root)[:2]):
        yield "svg: title or desc is empty"


def _parts(root: ElementTree.Element) -> Iterator[str]:
    for part in root.iter():
        kind = part.tag.removeprefix(_SVG)
        if kind not in ELEMENTS:
            yield f"{kind}: not a plain element"
        for name, value in part.attrib.items():
            if name not in ATTRIBUTES:
                yield f"{kind}: attribute {name} is not allowed"
            elif name not in _FINE and name not in ("id", "clip-path", "aria-labelledby") and _TOO_FINE.search(value):
                yield f"{kind}: {name} has more than one decimal: {value[:40]}"
            if "nan" in value or "inf" in value.split("-"):
                yield f"{kind}: {name} is no number: {value[:40]}"
    if len(root.findall(f".//{_SVG}clipPath")) > 1:
        yield "svg: more than one clip path"


def _ids(root: ElementTree.Element) -> Iterator[str]:
    ids = [part.get("id", "") for part in root.iter() if part.get("id")]
    name = ids[0].removesuffix("-title") if ids else ""
    for one in sorted(set(ids)):
        if ids.count(one) > 1:
            yield f"id {one} is used twice"
        if not one.startswith(f"{name}-"):
            yield f"id {one} does not begin with the drawing's name {name}"


def _letters(root: ElementTree.Element) -> Iterator[str]:
    canvas = Box(0, 0, float(root.get("width", "0")), float(root.get("height", "0"))).grown(_OUTSIDE)
    boxes = _boxes(root)
    for text, box in boxes:
        if not box.within(canvas):
            yield f"text {text!r} leaves the canvas"
    for (one, first), (other, second) in combinations(boxes, 2):
        if first.shared(second) > _TOUCH:
            yield f"text {one!r} overlaps {other!r}"
    for part in root.iter(f"{_SVG}text"):
        if part.get("stroke") and part.get("aria-hidden") != "true":
            yield f"text {part.text!r}: a halo must be hidden from screen readers"


def _boxes(root: ElementTree.Element) -> list[tuple[str, Box]]:
    return [(part.text or "", _box(part)) for part in root.iter(f"{_SVG}text") if part.get("aria-hidden") != "true"]


def _box(part: ElementTree.Element) -> Box:
    size = float(part.get("font-size", "0"))
    wide = breadth(part.text or "", size, int(part.get("font-weight", str(REGULAR))))
    return box_of(
        float(part.get("x", "0")),
        float(part.get("y", "0")),
        wide,
        size,
        cast("Anchor", part.get("text-anchor", "start")),
    )
