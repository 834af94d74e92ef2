"""Monthly tables of people found at borders, in transit or sent back: whose each is, and what its columns tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from qanat.figures.ages import Band
from qanat.sources.record import Source

Who = tuple[str | None, Band | None, str | None]  # sex, age, accompanied; null: another column or nobody tells it

_CHILD: Final[Band] = (0, 18)
_ADULT: Final[Band] = (18, None)
SEXES: Final[Mapping[str, Who]] = {"female": ("female", None, None), "male": ("male", None, None)}
PEOPLE: Final[Mapping[str, Who]] = {
    "men": ("male", _ADULT, None), "women": ("female", _ADULT, None), "boys": ("male", _CHILD, None), "girls": ("female", _CHILD, None),
}  # fmt: skip
MINORS: Final = ("boys", "girls")
MEXICAN_AGES: Final[Mapping[str, Who]] = {
    "18+": (None, _ADULT, None), "12-17": (None, (12, 18), None), "under 12, accompanied": (None, (0, 12), "yes"),
    "under 12, unaccompanied": (None, (0, 12), "no"),
}  # fmt: skip
CHILDREN: Final[Mapping[str, Who]] = {
    "adult": (None, _ADULT, None), "accompanied child": (None, _CHILD, "yes"), "unaccompanied child": (None, _CHILD, "no"),
}  # fmt: skip
_TWICE: Final = "Acts, not persons: who crosses or is found twice is counted twice; never added to people, nor to another country's table. "


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What one table counts.

    cuts      columns that go into the facet, and their keys there
    where     the part of the place that is counted, always in the facet; null: the whole country
    who       columns that tell sex and age, with the words they use
    of        the nationality of all its people, where no column tells it
    open      whether a row without a nationality counts all of them, as before a table was divided
    summed    whether the sum over all cuts, sexes and ages is made beside the rows (method cuts@1)
    """

    id: str
    title: str
    publisher: str
    counter: str
    licence: str
    url: str
    place: str
    group: str
    unit: Literal["detections", "movements"]
    count: str = "n"
    cuts: Mapping[str, str] = field(default_factory=dict[str, str])
    where: str | None = None
    who: Mapping[str, Mapping[str, Who]] = field(default_factory=dict[str, Mapping[str, Who]])
    by_nationality: bool = True
    of: str | None = None
    open: bool = False
    summed: bool = False
    caution: str = ""

    @property
    def source(self) -> Source:
        """The table as a source that comes as a file."""
        nationality = ("nationality",) if self.by_nationality else ()
        return Source(
            id=self.id, counter=self.counter, publisher=self.publisher, title=self.title, licence=self.licence, credit=f"{self.publisher}, {self.title}",
            url=self.url, terms=self.url, every=30, columns=("month", *nationality, *self.who, *self.cuts, self.count), counts=(self.count,), year="",
            words={name: tuple(words) for name, words in self.who.items()}, service=False, caution=_TWICE + self.caution,
        )  # fmt: skip


_SEGOB: Final = Table(
    id="mx-segob", title="", publisher="Unidad de Política Migratoria, Registro e Identidad de Personas, Secretaría de Gobernación, México",
    counter="mx-segob", licence="unstated", url="https://portales.segob.gob.mx/es/PoliticaMigratoria/Boletines_Estadisticos", place="MEX",
    group="border-detections", unit="detections",
)  # fmt: skip
_INM: Final = Table(
    id="hn-inm", title="", publisher="Instituto Nacional de Migración, Honduras", counter="hn-inm", licence="unstated",
    url="https://inm.gob.hn/estadisticas.html", place="HND", group="border-detections", unit="detections",
)  # fmt: skip
_SNM: Final = Table(
    id="pa-snm", title="", publisher="Servicio Nacional de Migración, Panamá", counter="pa-snm", licence="unstated",
    url="https://www.migracion.gob.pa/estadisticas/", place="PAN", where="Darién", group="transits", unit="movements",
)  # fmt: skip
FRONTEX: Final = Table(
    id="frontex.detections", title="Detections of illegal border-crossing, monthly", publisher="European Border and Coast Guard Agency (Frontex)",
    counter="frontex", licence="EU-reuse", url="https://www.frontex.europa.eu/what-we-do/monitoring-and-risk-analysis/migratory-map/",
    place="WLD", where="external border of the European Union", group="border-detections", unit="detections", count="detections",
    cuts={"route": "route", "border_type": "border"}, summed=True,
    caution="The border belongs to no single country, so the figures stand at WLD with the border in the facet. The newest months are revised.",
)  # fmt: skip
US: Final = Table(
    id="us-cbp.encounters", title="Southwest Land Border Encounters, monthly", publisher="U.S. Customs and Border Protection", counter="us-cbp",
    licence="public-domain", url="https://www.cbp.gov/newsroom/stats/southwest-land-border-encounters", place="USA", where="south-west land border",
    group="border-detections", unit="detections", count="encounters", open=True, summed=True,
    cuts={"component": "component", "area": "area", "authority": "authority", "type": "type", "demographic": "demographic"},
    caution="Expulsions under Title 42 (March 2020 to May 2023) made repeated crossings more frequent. Nationalities are told from October 2019 on.",
)  # fmt: skip
MEXICO: Final = (
    replace(
        _SEGOB, id="mx-segob.irregular", title="Eventos de personas en situación migratoria irregular, por nacionalidad",
        caution="Found anywhere in the country, not only at its borders.",
    ),
    replace(
        _SEGOB, id="mx-segob.irregular-sex-age", title="Eventos de personas en situación migratoria irregular, por sexo y edad",
        by_nationality=False, who={"sex": SEXES, "age": MEXICAN_AGES}, caution="The same events as by nationality.",
    ),
    replace(
        _SEGOB, id="mx-segob.returns", title="Eventos de devolución de extranjeros, por nacionalidad", group="deported", unit="movements",
        cuts={"type": "type"}, summed=True, caution="Place is the country that sends back, origin the nationality.",
    ),
)  # fmt: skip
HONDURAS: Final = (
    replace(_INM, id="hn-inm.arrivals", title="Migrantes irregulares, por nacionalidad"),
    replace(
        _INM, id="hn-inm.arrivals-sex-age", title="Migrantes irregulares, hombres, mujeres, niños y niñas", by_nationality=False,
        who={"demog": PEOPLE}, caution="The same arrivals as by nationality.",
    ),
    replace(
        _INM, id="hn-inm.arrivals-total", title="Migrantes irregulares, total", by_nationality=False,
        caution="The same arrivals as by nationality, which begin in 2018.",
    ),
)  # fmt: skip
PANAMA: Final = (
    replace(
        _SNM, id="pa-snm.transits", title="Tránsito irregular por Darién, por nacionalidad",
        caution="Nationality is of the passport shown: children born on the way stand under their own.",
    ),
    replace(
        _SNM, id="pa-snm.transits-sex-age", title="Tránsito irregular por Darién, hombres, mujeres, niños y niñas", by_nationality=False,
        who={"demog": PEOPLE}, caution="The same transits as by nationality; until 2022 boys are among men and girls among women.",
    ),
)  # fmt: skip
GUATEMALA: Final = Table(
    id="gt-igm.returns", title="Guatemaltecos retornados de Estados Unidos y México, por sexo y edad", publisher="Instituto Guatemalteco de Migración",
    counter="gt-igm", licence="unstated", url="https://igm.gob.gt/estadisticas/", place="GTM", group="deported", unit="movements",
    by_nationality=False, of="GTM", who={"sex": SEXES, "age": CHILDREN}, cuts={"origin": "from"}, summed=True,
    caution="Counted where they are received; the country that sent them back stands in the facet as from.",
)  # fmt: skip
TABLES: Final = (FRONTEX, US, *MEXICO, *HONDURAS, *PANAMA, GUATEMALA)
