"""The reference is made from the code and nothing is missing from the documents."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from qanat import __version__
from qanat.cli.reference import commands
from qanat.jobs.edition import contents
from qanat.jobs.reference import SMALL, pages

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


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
