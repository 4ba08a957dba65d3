"""The documentation keeps pace: both languages alike, a page for each room, a line for each key."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")
VERDICTS = re.compile(r"<!-- verdicts:begin.*?verdicts:end -->", re.DOTALL)
NUMBER = re.compile(r"\d[\d,.]*\d|\d")


@pytest.fixture(scope="module")
def tables(root: Path) -> Iterator[ModuleType]:
    """What makes the tables of the documentation."""
    pytest.importorskip("numpydoc", reason="the docs tools are not installed here")
    spec = importlib.util.spec_from_file_location("study_tables", root / "docs/_ext/study_tables.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def pages(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.md")}


def models_shown(root: Path) -> list[str]:
    found = []
    for language in ("en", "zh"):
        text = (root / f"docs/{language}/study.md").read_text("utf-8")
        found.append(re.findall(r"\{study-table\} ([\w.]+)", text))
    assert found[0] == found[1]
    return found[0]


def fields(path: str) -> set[str]:
    module, _, name = path.rpartition(".")
    return set(getattr(importlib.import_module(module), name).model_fields)


def test_both_languages_have_the_same_pages(root):
    assert pages(root / "docs/en") == pages(root / "docs/zh")


def test_every_room_has_its_page(root, package):
    rooms = {path.name.removesuffix(".py") for path in package.iterdir() if not path.name.startswith("_")}
    rooms -= {"py.typed"}
    assert {page.removesuffix(".md") for page in pages(root / "docs/en/rooms")} - {"index"} == rooms


def test_every_key_of_a_study_has_its_line_in_chinese(root):
    told = tomllib.loads((root / "docs/zh/study_fields.toml").read_text("utf-8"))
    wanted = {path.rpartition(".")[2]: fields(path) for path in models_shown(root)}
    assert {name: set(lines) for name, lines in told.items()} == wanted


def test_every_key_of_a_study_has_its_line_in_english(root, tables):
    for path in models_shown(root):
        assert set(tables.english_meanings(tables.find(path))) == fields(path)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_table_of_the_study_page_is_whole(root, tables, language):
    for path in models_shown(root):
        lines = tables.study_table(tables.find(path), language).splitlines()[2:]
        assert all(re.fullmatch(r"\| `\w+` \| .+ \| .+ \| .+ \|", line) for line in lines)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_rule_stands_on_its_page_with_its_parameters_reference_and_weakness(root, tables, language):
    from cityebb.identify.rules import RULES, meaning_of, parameters_of, weakness_of

    page = (root / f"docs/{language}/rules.md").read_text("utf-8")
    assert "```{rules-table}\n```" in page
    assert f" {len(RULES)} " in page
    assert "\nrules\n" in (root / f"docs/{language}/index.md").read_text("utf-8")
    lines = tables.rules_table(language).splitlines()[2:]
    assert len(lines) == len(RULES)
    for line, (name, rule) in zip(lines, RULES.items(), strict=True):
        told = [f"`{name}`", meaning_of(name, language), rule.reference, weakness_of(name, language)]
        told += [f"`{parameter} = " for parameter in parameters_of(rule)]
        assert all(text in line for text in told)
        assert line.count("|") == 7
        assert any(mark.isascii() != (language == "zh") for mark in weakness_of(name, language))


def test_what_a_type_admits_is_said_in_words(tables):
    english, chinese = tables.WORDS["en"], tables.WORDS["zh"]
    assert tables.kind(dict[str, float], english) == "table of numbers"
    assert tables.kind(tuple[int, ...] | str | None, chinese) == "整数的列表 或 文本"
    assert tables.value(("zh", "en"), english) == '`["zh", "en"]`'
    assert tables.value(None, chinese) == "–"


def test_links_lead_somewhere(root):
    texts = [*root.glob("*.md"), *(root / "docs").rglob("*.md")]
    lost = [
        f"{path.relative_to(root)}: {link}"
        for path in texts
        if "_build" not in path.parts
        for link in LINK.findall(path.read_text("utf-8"))
        if not (path.parent / link).exists()
    ]
    assert lost == []


@pytest.mark.parametrize(
    "pair",
    [
        ("README.md", "README.zh.md"),
        ("docs/en/certainty.md", "docs/zh/certainty.md"),
        ("docs/en/rules.md", "docs/zh/rules.md"),
    ],
)
def test_both_languages_tell_the_same_figures(root, pair):
    english, chinese = (
        {number.strip(",.") for number in NUMBER.findall(VERDICTS.sub("", (root / path).read_text("utf-8")))}
        for path in pair
    )
    # Small numbers are words in one language and digits in the other.
    assert {number for number in english ^ chinese if len(number) > 2} == set()


def test_the_place_for_the_verdicts_is_marked_once(root):
    for path in ("README.md", "README.zh.md"):
        assert len(VERDICTS.findall((root / path).read_text("utf-8"))) == 1


def test_the_version_is_told_once(root, package):
    version = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f'__version__ = "{version}"' in (package / "__init__.py").read_text("utf-8")
    assert f"\nversion: {version}\n" in (root / "CITATION.cff").read_text("utf-8")
    assert f"\n## {version}" in (root / "CHANGELOG.md").read_text("utf-8")
