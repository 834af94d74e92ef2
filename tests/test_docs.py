"""The reference is made from the code and nothing is missing from the documents."""

from __future__ import annotations

import re
import shlex
import sys
import tomllib
from datetime import date
from hashlib import sha256
from importlib import import_module
from pathlib import Path

import pytest
from cyclopts import MissingArgumentError

from qanat import __version__
from qanat.cli.commands import app
from qanat.cli.reference import arguments, commands, listed
from qanat.edition.places import places
from qanat.figures import require
from qanat.jobs.edition import contents
from qanat.jobs.reference import SMALL, pages
from qanat.sources.known import chosen
from qanat.sources.request import Question
from tests.every_source import traced
from tests.test_every_source import RECORDED

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
KINDS = ("tutorial", "recipes", "explanation")


def test_the_reference_is_what_the_code_says_now() -> None:
    for name, text in pages(commands).items():
        assert (DOCS / "reference" / name).read_text(encoding="utf-8") == text, (
            f"docs/reference/{name} is old: run `make docs`"
        )


def test_every_command_is_in_the_reference_and_in_a_page_for_people() -> None:
    people = "\n".join(
        file.read_text(encoding="utf-8") for kind in ("tutorial", "recipes") for file in (DOCS / kind).glob("*.md")
    )
    reference = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    for name in commands():
        assert f"## qanat {name}\n" in reference
        assert f"qanat {name}" in people, f"no page for people mentions qanat {name}"


def _called() -> list[tuple[str, str, bool]]:
    """Every command the pages show a person: page, words, whether in a block, to be typed as it stands; none cut short by dots."""
    found: list[tuple[str, str, bool]] = []
    for file in (ROOT / "README.md", *(f for kind in KINDS for f in sorted((DOCS / kind).glob("*.md")))):
        text = file.read_text(encoding="utf-8")
        blocks = "\n".join(re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL)).replace("\\\n", " ")
        found += [
            (file.name, line, True)
            for line in re.findall(r"^(?:\$ |\.venv-brief/bin/)?qanat (.*)$", blocks, re.MULTILINE)
        ]
        rest = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        found += [(file.name, line, False) for line in re.findall(r"`qanat ([^`]*)`", rest)]
    return [one for one in found if "..." not in one[1] and "…" not in one[1]]


@pytest.mark.parametrize(("page", "line", "whole"), _called())
def test_every_command_a_page_shows_is_one_with_its_options(page: str, line: str, whole: bool) -> None:
    words = shlex.split(line, comments=True)
    try:
        app.parse_args(words, exit_on_error=False, print_error=False)
    except MissingArgumentError as wanting:  # in the text a command may be named without what it needs
        if whole:
            pytest.fail(f"{page}: {wanting}")
    if words[0] == "pull" and len(words) > 1 and not words[1].startswith("-") and words[1].islower():
        chosen(words[1])


def test_the_source_that_the_recipe_adds_reads_the_answer_shown_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (DOCS / "recipes" / "source.md").read_text(encoding="utf-8")
    code, sent = (re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL)[0] for kind in ("python", "json"))
    (tmp_path / "added_by_recipe.py").write_text(code, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    (adapter,) = import_module("added_by_recipe").ADAPTERS
    assert [asked.address for asked in adapter.ask(adapter.source, Question(first=2024, last=2025))] == [
        "https://police.example/api/arrivals?from=2024&to=2025"
    ]
    read = adapter.read(
        sent.encode(),
        adapter.source.document(sent.encode(), date(2025, 4, 5), date(2025, 4, 6)),
        places=places().codes(),
    )
    assert read.figures.select("origin", "value", "locator").rows() == [("VEN", 41.0, "/data/0#arrivals")]
    assert (read.rows, read.accepted, read.empty) == (2, 2, 1)
    require(read.figures, "the recipe's source", places().codes())


def test_the_table_of_every_source_shows_a_figure_its_record_and_the_digest_of_its_answer(shared: Path) -> None:
    name, count, figure, record, digest = traced("unhcr.unrwa", shared)
    assert (name, count) == ("unhcr.unrwa", "5")
    assert figure == "palestine-refugees WLD 1952-12-31: 394,811"  # the recorded answer's third record
    assert record.startswith('1952/-/-/total: {"year"')
    assert digest == sha256((shared / RECORDED["unhcr.unrwa"]).read_bytes()).hexdigest()[:12]


def test_every_option_is_told_what_it_means() -> None:
    bare = [
        f"{name} {one.name}"
        for name, command in listed().items()
        for one in arguments(command)
        if not one.parameter.help
    ]
    assert not bare


def test_every_word_of_the_method_column_is_explained() -> None:
    code = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "src" / "qanat").glob("[sr]*/*.py"))
    written = set(re.findall(r'"([a-z.-]+@\d)"', code)) | {"published"}
    assert written - {"reconcile.picture@1"} <= set(SMALL)


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    explained = (DOCS / "explanation" / "dependencies.md").read_text(encoding="utf-8")
    for requirement in (
        *project["dependencies"],
        *(r for extra in project["optional-dependencies"].values() for r in extra),
    ):
        name = re.split(r"[<>=\[]", requirement)[0]
        assert name in explained, f"{name} is not explained in dependencies.md"


def test_links_between_documents_lead_somewhere() -> None:
    for file in (*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", file.read_text(encoding="utf-8")):
            assert (file.parent / target).exists(), f"{file.relative_to(ROOT)} links to {target}"


def test_the_version_has_a_line_in_the_changelog() -> None:
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_document_of_the_edition_says_whose_it_is_and_on_what_terms() -> None:
    for document in contents()["documents"]:
        assert document["citation"]
        assert document["licence"].startswith("CC-BY")
        assert re.fullmatch("[0-9a-f]{64}", document["sha256"])


def test_no_file_names_a_machine_or_a_registry() -> None:
    told = re.compile(r"/work/|/root/|files\.pythonhosted|pypi\.org|registry\.npmjs|deb\.debian")
    for file in ROOT.rglob("*"):
        parts = file.relative_to(ROOT).parts
        if (
            file.suffix in (".py", ".md", ".toml", ".txt", ".sh", ".po", ".json", "")
            and file.is_file()
            and not any(p.startswith((".venv", ".git", "out", ".hyp", ".mypy", ".ruff", ".pytest")) for p in parts)
        ):
            if file.name in ("test_docs.py", "LICENSE"):
                continue
            assert not told.search(file.read_text(encoding="utf-8", errors="ignore")), file
