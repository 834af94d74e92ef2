"""A map of where people of a country are, or of where those it hosts come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from qanat.brief.charts.flows import Flows, MapWords, Partner
from qanat.brief.charts.land import Land
from qanat.brief.charts.lettering import number, safe
from qanat.brief.charts.map_key import Key, Shown
from qanat.brief.charts.naming import names
from qanat.brief.charts.reading import dot, rect
from qanat.brief.charts.sheet import Chart, Look, require_drawable, sheet
from qanat.brief.charts.staging import Stage

TINY: Final = 4.0  # px; a coloured country smaller than this is marked by a disc
_DASHES: Final = {"solid": "", "dashed": ' stroke-dasharray="4 3"', "dotted": ' stroke-dasharray="1 2"'}


def flow_map(flows: Flows, land: Land, words: MapWords, look: Look) -> Chart:
    """The map: fills for every partner, arrows in width classes for the largest, and under it a key.

    Partners whose place is outside the frame get an arrow to (or from) its edge in their true direction. Whoever gets
    no arrow (too few people, no known place) is handed to `words.rest`, so that nobody is left out in silence.
    Raises BriefError where the focus has neither a place nor land, or a value can't be drawn.
    """
    require_drawable(look, [(partner.name, partner.value) for partner in flows.partners])
    stage = Stage(flows, land, look)
    labels, unplaced = names(stage)
    shown = Shown(
        ramp=stage.ramp,
        arrows=stage.bounds,
        widths=stage.widths,
        coloured=bool(stage.values),
        beyond=any(mark.outside for mark in stage.marked),
        unsettled=any(kind == "unsettled" for _, kind in stage.base.areas),
        rest=_rest(stage, unplaced, words),
    )
    key, end = Key(shown, words, look).drawn(stage.view.height + 10)
    return sheet(look, end, words.heading, [_picture(stage), labels, key])


def lands_shown(flows: Flows, land: Land, look: Look) -> frozenset[str]:
    """Codes of every area in the map's view, in part at least: what its disclaimers have to speak of."""
    return frozenset(code for code, _ in Stage(flows, land, look).base.areas)


def _rest(stage: Stage, unplaced: Sequence[Partner], words: MapWords) -> str:
    named = {mark.partner.code for mark in stage.marked} - {partner.code for partner in unplaced}
    rest = tuple(partner for partner in stage.flows.partners if partner.code not in named)
    return words.rest(rest) if rest else ""


def _picture(stage: Stage) -> str:
    """Sea, land, borders, arrows and dots, cut to the canvas."""
    ink, name, view = stage.look.ink, stage.look.name, stage.view
    frame = rect(0, 0, view.width, view.height, ink.sea, ' rx="5"')
    lines = "".join(f'<path d="{path}"{_DASHES[kind]}/>' for kind, path in sorted(stage.base.borders.items()))
    thick_first = sorted(stage.marked, key=lambda mark: -mark.arrow.width)
    arrows = "".join(f'<path d="{mark.arrow.path()}"/>' for mark in thick_first)
    return (
        f'<clipPath id="{name}-frame">{frame}</clipPath><g clip-path="url(#{name}-frame)">{frame}{_land(stage)}'
        f'<g fill="none" stroke="{ink.border}" stroke-width=".7" stroke-linejoin="round">{lines}</g>{_discs(stage)}'
        f'<g fill="{ink.accent}" fill-opacity=".88" stroke="{ink.paper}" stroke-width=".6" stroke-opacity=".8">{arrows}</g>'
        f"{_dots(stage)}</g>"
    )


def _land(stage: Stage) -> str:
    """Every area in view; those of one plain fill are one path, those with a figure say it."""
    ink = stage.look.ink
    plain: dict[str, str] = {}
    told: list[str] = []
    for (code, kind), path in stage.base.areas.items():
        if kind == "country" and code in stage.values:
            fill = stage.fill(code)
            told.append(f'<path d="{path}" fill="{fill}" stroke="{fill}">{_told(stage, code)}</path>')
            continue
        own = kind == "country" and code == stage.flows.focus.code
        fill = ink.focus if own else ink.unsettled if kind == "unsettled" else ink.land
        plain[fill] = plain.get(fill, "") + path
    below = "".join(f'<path d="{path}" fill="{fill}" stroke="{fill}"/>' for fill, path in sorted(plain.items()))
    return f'<g stroke-width=".4" fill-rule="evenodd">{below}{"".join(told)}</g>'


def _told(stage: Stage, code: str) -> str:
    partner = next(p for p in stage.flows.partners if p.code == code)
    return f"<title>{safe(partner.name)}: {safe(partner.told)}</title>"


def _discs(stage: Stage) -> str:
    """Discs for coloured countries too small to be seen as land."""
    small = [code for code in stage.values if code in stage.places and stage.base.sizes.get(code, 0.0) < TINY]
    places = [(code, *stage.view.at(stage.places[code])) for code in small]
    border = f'stroke="{stage.look.ink.border}" stroke-width=".6"'
    return "".join(
        f'<circle cx="{number(x)}" cy="{number(y)}" r="2.6" fill="{stage.fill(code)}" {border}>{_told(stage, code)}</circle>'
        for code, x, y in places
        if stage.view.canvas.holds(x, y)
    )


def _dots(stage: Stage) -> str:
    ink = stage.look.ink
    middle = dot(*stage.origin, 4 if stage.look.narrow else 5, ink.focus_text)
    if stage.flows.direction == "outward":
        return middle
    return middle + "".join(dot(*mark.arrow.start, 2.4, ink.accent) for mark in stage.marked if not mark.outside)
