"""The brief: every number from a figure, every word from a message file, for every country."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from qanat.brief import numbers
from qanat.brief.blocks import Figure
from qanat.brief.corridors import LANGUAGES as CORRIDOR_LANGUAGES
from qanat.brief.corridors import corridor_words
from qanat.brief.flagged import LANGUAGES
from qanat.brief.html import html
from qanat.brief.messages import PLACEHOLDER, Messages, languages, messages
from qanat.brief.numbers import Number, Row
from qanat.brief.print import pdf
from qanat.brief.prose import Name, Voice
from qanat.brief.spell import Spelling
from qanat.edition.places import places
from qanat.errors import AskError, BriefError, NothingFound
from qanat.figures.words import COUNTERS
from qanat.jobs.brief import BriefRequest, Told, brief, write
from qanat.jobs.compare import CompareRequest, compare_year
from qanat.store import Ask, Disk, Memory
from qanat.store.trace import trace

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SOURCE = Path(__file__).parent.parent / "src" / "qanat"


def row(**given: object) -> Row:
    base: dict[str, object] = {
        "cite": "r:0", "group": "idps", "measure": "stock", "origin": "SDN", "place": "SDN", "end": date(2025, 12, 31), "counter": "idmc",
        "source": "s@2026-06-25", "sex": "all", "age_from": 0, "age_to": None, "value": 9_117_000.0, "low": None, "high": None, "locator": None,
    }  # fmt: skip
    return Row(**(base | given))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def voice(**texts: str) -> Voice:
    return Voice(Messages("en", dict(texts)), Spelling("en"))


def test_a_number_without_a_figure_cannot_be_made() -> None:
    with pytest.raises(BriefError, match="rests on no figure"):
        Number(value=1.0, form="full", how="sum", rows=())


def test_a_message_with_a_number_of_its_own_stops_the_brief() -> None:
    with pytest.raises(BriefError, match="holds a number of its own"):
        voice(x="About 9 million people fled {country}").say("x", country=Name("Sudan"))
    with pytest.raises(BriefError, match="holds a number of its own"):
        voice(x="نزح ٩ ملايين {country}").say("x", country=Name("Sudan"))  # Arabic-Indic digits are numbers too


def test_a_translation_that_drops_a_number_is_refused_and_one_that_drops_a_name_is_not() -> None:
    number = numbers.published(row())
    with pytest.raises(BriefError, match="has places"):
        voice(x="Many people in {country}").say("x", country=Name("Sudan"), number=number)
    assert voice(x="{number} people").say("x", country=Name("Sudan"), number=number).text == "9.12 million people"


def test_numbers_are_spelt_by_their_size_and_never_rounded_up_to_all() -> None:
    spell = Spelling("en")
    assert [spell.long(v) for v in (4_212, 834_201, 9_117_000)] == ["4,212", "834,000", "9.12 million"]
    assert [spell.short(v) for v in (834_201, 9_117_000, 1_334_595)] == ["834K", "9.1M", "1.3M"]
    assert [spell.percent(v) for v in (0.18, 0.004, 0.9996, 1.0, 0.0, 0.0001)] == [
        "18%",
        "0.4%",
        "99.9%",
        "100%",
        "0%",
        "<0.1%",
    ]
    assert spell.date(date(2025, 12, 31)) == "31 December 2025"


def test_a_small_rounded_count_is_told_as_what_it_stands_for() -> None:
    five = numbers.published(row(value=5.0, low=3.0, high=5.0))
    assert Spelling("en").number(five) == "3\u20135"


def test_shares_and_changes_cite_both_ends() -> None:
    part, whole = numbers.published(row(value=25.0, cite="r:1")), numbers.published(row(value=100.0, cite="r:2"))
    share = numbers.share(part, whole)
    assert share is not None
    assert (share.value, share.cites) == (0.25, ("r:1", "r:2"))
    assert numbers.share(part, numbers.published(row(value=0.0))) is None
    change = numbers.change(row(value=80.0, cite="r:3"), row(value=100.0, cite="r:4"))
    assert change is not None
    assert (change.value, change.cites) == (0.25, ("r:3", "r:4"))


# what speaks with texts of its own (brief/corridors)
OWN_TEXTS = ("corridor.py", "corridor_page.py", "corridor_pictures.py", "corridor_who.py", "moves.py", "moving.py")


def used_in_code(files: Iterable[Path] | None = None) -> set[str]:
    """Message ids as written in the code; `{...}` in them stands for any word."""
    whole = [file for file in SOURCE.glob("brief/**/*.py") if file.name not in OWN_TEXTS]
    pattern = re.compile(
        r'(?:say|piece|label|fill)\(\s*f?"([^"]+)"|_year_of\(scene, "([^"]+)"|_latest\(scene, "([^"]+)"|_told\(scene, f?"([^"]+)"|_share\(scene, "([^"]+)"|"(disclaimer\.\w+)"'
    )
    found: set[str] = set()
    for file in (*(whole if files is None else files), SOURCE / "edition" / "boundaries.py"):
        for match in pattern.finditer(file.read_text(encoding="utf-8")):
            found |= {group for group in match.groups() if group}
    template = (SOURCE / "brief" / "templates" / "brief.html.j2").read_text(encoding="utf-8")
    return found | set(re.findall(r"label\('([^']+)'", template))


def test_every_message_the_code_asks_for_is_in_every_language() -> None:
    for language in languages():
        texts = messages(language).texts
        for key in used_in_code():
            fits = re.compile(
                re.escape(PLACEHOLDER.sub("\0", re.sub(r"\{[^}]*\}", "\0", key))).replace("\0", "[\\w.-]+")
            )
            assert any(fits.fullmatch(one) for one in texts), f"{language}.po has no {key}"


def test_every_text_of_a_corridor_page_is_in_every_language_with_the_same_places() -> None:
    files = [file for file in SOURCE.glob("brief/tell/*.py") if file.name in OWN_TEXTS]
    assert len(files) == len(OWN_TEXTS)
    english = corridor_words("en").texts
    for language in CORRIDOR_LANGUAGES:
        texts = corridor_words(language).texts
        assert {key: set(PLACEHOLDER.findall(str(text))) for key, text in texts.items()} == {
            key: set(PLACEHOLDER.findall(str(text))) for key, text in english.items()
        }
        for key in used_in_code(files):
            fits = re.compile(re.escape(re.sub(r"\{[^}]*\}", "\0", key)).replace("\0", "[\\w. -]+"))
            assert any(fits.fullmatch(one) for one in texts), f"corridors/{language}.po has no {key}"


def test_every_counter_of_the_code_list_has_a_name_in_every_language() -> None:
    for language in languages():
        assert {f"counter.{code}" for code in COUNTERS} <= set(messages(language).texts)


def test_all_languages_have_the_same_messages_with_the_same_numbers() -> None:
    english = messages("en").texts
    for language in languages():
        assert set(messages(language).texts) == set(english)


def test_a_language_without_texts_is_refused_with_those_there_are(edition: Disk) -> None:
    with pytest.raises(AskError, match=r"there are: .*en"):
        brief(BriefRequest(country="SDN", language="tlh"), edition, NOW)


@pytest.fixture(scope="module")
def sudan(edition: Disk) -> Told:
    return brief(BriefRequest(country="السودان"), edition, NOW)


def test_the_headline_of_sudan_is_its_displaced_share_and_those_abroad(sudan: Told) -> None:
    assert (
        sudan.brief.headline.text
        == "9.12 million people, 17% of the population, are displaced by conflict inside Sudan; 3.76 million from it are in need of protection abroad"
    )
    # IDMC 9,117,000; UN Population Division 52,474,944 at the end of 2025; UNHCR 2,820,737 refugees + 940,297 asylum-seekers
    inside, share, abroad = sudan.brief.headline.numbers
    assert inside.value == 9_117_000
    assert share.value == pytest.approx(9_117_000 / 52_474_944, abs=1e-6)
    assert abroad.value == 3_761_034


def test_the_order_of_agencies_is_recorded_with_the_run(edition: Disk, sudan: Told) -> None:
    options = next(json.loads(run.options) for run in edition.runs() if run.id == sudan.brief.run)
    assert options["precedence"]["idps"] == ["idmc", "unhcr"]
    assert options["differs_above"] == 0.25


def test_the_four_key_figures_lead_to_their_sources(sudan: Told) -> None:
    assert [round(key.number.value, 2) for key in sudan.brief.keys] == [9_117_000, 3_761_034, 859_963, 0.52]
    for key in sudan.brief.keys:
        assert all(sudan.brief.mark(source) >= 1 for source in key.number.sources)


def test_every_number_traces_to_a_document_with_its_digest(edition: Disk, sudan: Told) -> None:
    for cite in sorted({number.cites[0] for number in sudan.brief.numbers})[::25]:
        found = trace(edition, cite)
        assert found.documents, cite
        assert all(re.fullmatch("[0-9a-f]{64}", document.sha256) for document in found.documents)


def test_the_total_abroad_is_the_sum_of_the_published_figures(edition: Disk, sudan: Told) -> None:
    cite = sudan.brief.keys[1].number.cites[0]
    run, _, at = cite.partition(":")
    inputs = edition.lineage(run).filter(pl.col("row") == int(at))
    published = edition.get(Ask(about="SDN", undivided=True))
    values = inputs.join(published, left_on=["input_run", "input_row"], right_on=["run", "row"], how="left").get_column(
        "value"
    )
    assert values.null_count() == 0
    assert values.sum() == 3_761_034


class Page(HTMLParser):
    """What a test asks of a page: its text, its links, whether anything is fetched or run."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def files(sudan: Told, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("SDN")
    write(sudan, folder, lambda _: None)
    return folder


def test_the_page_is_one_file_that_runs_and_fetches_nothing(files: Path) -> None:
    page = Page()
    page.feed((files / "brief.html").read_text(encoding="utf-8"))
    tags = {tag for tag, _ in page.tags}
    assert tags.isdisjoint({"script", "link", "img", "iframe", "object"})
    ids = [attrs["id"] for _, attrs in page.tags if attrs.get("id")]
    assert len(ids) == len(set(ids))
    for tag, attrs in page.tags:
        href = attrs.get("href") or ""
        assert not href.startswith("#") or href[1:] in ids, f"{tag} leads to {href}, which is not there"


def test_the_print_is_tagged_and_has_two_to_four_pages(files: Path) -> None:
    content = (files / "brief.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"/MarkInfo" in content
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", content)) <= 4


def test_every_cited_figure_is_in_the_table(files: Path) -> None:
    told = json.loads((files / "brief.json").read_text(encoding="utf-8"))
    table = pl.read_csv(files / "figures.csv", infer_schema=False)
    cited = set(re.findall(r'"([\w.@+-]+:\d+)"', json.dumps(told)))
    assert cited
    assert cited == set(table.get_column("cite").to_list())
    assert table.get_column("source").null_count() == 0


def test_writing_twice_leaves_the_same_bytes(sudan: Told, files: Path) -> None:
    before = {file.name: file.read_bytes() for file in files.iterdir()}
    write(sudan, files, lambda _: None)
    assert {file.name: file.read_bytes() for file in files.iterdir()} == before


def test_what_was_known_earlier_tells_an_earlier_brief(edition: Disk) -> None:
    told = brief(BriefRequest(country="SDN", as_of=date(2025, 6, 30)), edition, NOW).brief
    assert told.reference == date(2024, 12, 31)
    assert all(document.published <= date(2025, 6, 30) for document in told.documents)


def test_before_anything_was_known_there_is_nothing_to_tell(edition: Disk) -> None:
    with pytest.raises(NothingFound, match="known by 2019-01-01"):
        brief(BriefRequest(country="SDN", as_of=date(2019, 1, 1)), edition, NOW)


def test_an_empty_store_says_what_would_bring_figures() -> None:
    with pytest.raises(NothingFound, match="qanat pull"):
        brief(BriefRequest(country="SDN"), Memory(), NOW)


def every_country() -> Iterator[str]:
    return (place.code for place in places().countries())


@pytest.mark.slow
@pytest.mark.parametrize("code", list(every_country()))
def test_every_country_has_a_brief_that_says_what_it_does_not_know(edition: Disk, code: str) -> None:
    if edition.get(Ask(about=code)).is_empty():
        with pytest.raises(NothingFound, match=code):
            brief(BriefRequest(country=code), edition, NOW)
        return
    told = brief(BriefRequest(country=code), edition, NOW)
    assert told.brief.headline.text
    assert told.brief.run in {run.id for run in edition.runs()}
    sheet = pdf(told.brief, told.voice)
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", sheet)) <= 4
    assert len(sheet) < 300_000
    assert len(gzip.compress(html(told.brief, told.voice).encode(), 9)) < 80_000


def test_countries_with_few_figures_say_so(edition: Disk) -> None:
    told = brief(BriefRequest(country="NRU"), edition, NOW).brief
    assert told.headline.text.startswith("Few displaced people are recorded for Nauru")
    inside = next(section for section in told.sections if section.name == "inside")
    assert inside.sentences[0].text.endswith("that does not mean there are none.")


@pytest.mark.parametrize("code", ["UKR", "AFG", "SDN", "PSE", "JOR"])
def test_ages_known_and_unknown_add_up_to_their_sex(edition: Disk, code: str) -> None:
    told = brief(BriefRequest(country=code), edition, NOW).brief
    tables = [
        figure.table for section in told.sections for figure in section.figures if figure.name.startswith("pyramid")
    ]
    assert tables
    for found in tables:
        *bands, everyone = found.rows
        for column in (1, 2):
            cells = [cells[column].number for cells in bands]
            whole = everyone[column].number
            assert whole is not None
            assert sum(number.value for number in cells if number is not None) == pytest.approx(whole.value, rel=1e-4)


def who(told: Told) -> list[Figure]:
    return [f for section in told.brief.sections for f in section.figures if f.name.startswith("who-")]


@pytest.mark.parametrize(("code", "year"), [("SDN", 2025), ("COL", 2025), ("SOM", 2025), ("HTI", 2025)])
def test_the_newest_year_is_compared_in_the_brief_as_compare_tells_it(edition: Disk, code: str, year: int) -> None:
    told = brief(BriefRequest(country=code), edition, NOW)
    answer = compare_year(CompareRequest(country=code, group="idps", year=year), edition)
    (found,) = who(told)
    assert (found.name, found.title) == (
        "who-idps",
        f"{told.brief.name}, internally displaced people, {year}: who says what",
    )
    alone = replace(answer.found, along=())  # who stands beside these people is told in the brief's notes
    assert " ".join(sentence.text for sentence in found.told) == answer.telling.why(alone)
    assert [row[0].text for row in found.table.rows] == [*(answer.telling.named(f.counter) for f in answer.found.figures), "The picture"]  # fmt: skip
    (median,) = [n for sentence in found.told for n in sentence.numbers if n.how == "picture"][:1]
    assert median.value == answer.found.one.median
    assert set(median.cites) == {figure.cite for cluster in answer.found.one.used for figure in cluster.members}


def test_every_flag_of_a_copied_figure_is_a_sentence_whose_day_is_cited(edition: Disk) -> None:
    """Somalia as known in July 2025: UNHCR's figure for 2024 is IDMC's count of the end of 2023 (field notes, 5.3)."""
    told = brief(BriefRequest(country="SOM", as_of=date(2025, 7, 31)), edition, NOW)
    (found,) = who(told)
    (stale,) = [sentence for sentence in found.told if sentence.key == "flag.STALE_COPY"]
    (day,) = stale.numbers
    assert (day.form, day.rows[0].end, day.rows[0].counter) == ("date", date(2023, 12, 31), "idmc")
    assert "31 December 2023" in stale.text
    assert found.chart.svg.count('stroke-width="3"') == 0  # the root is of another year: nothing to join it with here


def test_where_one_agency_counts_there_is_nothing_to_compare(edition: Disk) -> None:
    assert who(brief(BriefRequest(country="DEU"), edition, NOW)) == []


def test_a_brief_is_written_only_in_languages_that_can_say_why_counters_differ() -> None:
    assert set(languages()) <= set(LANGUAGES)


def test_unrwa_stands_beside_unhcr_in_jordan(edition: Disk) -> None:
    told = brief(BriefRequest(country="JOR"), edition, NOW).brief
    host = next(section for section in told.sections if section.name == "host")
    assert "UNRWA registers 2.4 million Palestine refugees in Jordan" in " ".join(
        sentence.text for sentence in host.sentences
    )
    assert told.keys[0].number.value > 2_000_000  # UNRWA's, by itself
    assert told.headline.numbers[0].value < 2_000_000  # those in need of protection by UNHCR, UNRWA's not among them
