"""One catalogue, two languages: the same sentences, the same values in them, each in its own language."""

from __future__ import annotations

import ast
import re
import string
from typing import TYPE_CHECKING

import pytest
from babel.messages import pofile

if TYPE_CHECKING:
    from pathlib import Path

LANGUAGES = ("zh", "en")
SPEAKERS = ("say", "has", "CityebbError", "Note")
KEY = re.compile(r"[a-z]+(?:\.\w*)+")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Commands, options, files, formats, units, products and people keep their names in Chinese.
LATIN_WORD = re.compile(r"(?<![\w./<>{}$-])[a-z]{2,}(?:[ ,]+[a-z]{2,}){2,}(?![\w./-])")
CITED = re.compile(
    r"`[^`]*`|\"[^\"]*\"|“[^”]*”|\{[^}]*\}|<[^>]*>|https?://\S+|[\w./-]*\.(?:toml|tif|html|csv|json)\b"
    # A command is told as it is typed.
    r"|\b(?:python3?|py|pip|make|cityebb|sudo|apt-get|gdal\w+)(?: +[!-~]+)+"
)


@pytest.fixture(scope="module")
def catalogues(package: Path) -> dict[str, dict[str, tuple[str, str]]]:
    """Every sentence by language and key, with the file that holds it."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for language in LANGUAGES:
        found[language] = {}
        for path in sorted((package / "words/catalogue" / language / "LC_MESSAGES").glob("*.po")):
            with path.open("rb") as stream:
                for message in pofile.read_po(stream, locale=language):
                    if message.id:
                        assert message.id not in found[language], f"{message.id} twice in {language}"
                        found[language][message.id] = (message.string, path.stem)
    return found


def fields(sentence: str) -> set[str]:
    """Return the names of a sentence's placeholders, those inside format specifications too."""
    names = set()
    for _, name, specification, _ in string.Formatter().parse(sentence):
        if name is not None:
            names.add(re.split(r"[.\[]", name)[0])
            names |= fields(specification or "")
    return names


def english_left(sentence: str) -> bool:
    """Whether a Chinese sentence still holds three English words in a row."""
    return bool(LATIN_WORD.search(CITED.sub(" ", sentence)))


def test_both_languages_have_the_same_keys(catalogues):
    assert set(catalogues["zh"]) ^ set(catalogues["en"]) == set()


def test_both_languages_fill_in_the_same_values(catalogues):
    differ = [
        f"{key}: {fields(text)} / {fields(catalogues['en'][key][0])}"
        for key, (text, _) in catalogues["zh"].items()
        if key in catalogues["en"] and fields(text) != fields(catalogues["en"][key][0])
    ]
    assert differ == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_empty_or_only_its_key(catalogues, language):
    assert [key for key, (text, _) in catalogues[language].items() if not text.strip() or text == key] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_key_begins_with_the_file_that_holds_it(catalogues, language):
    assert [
        key
        for key, (_, file) in catalogues[language].items()
        if key.partition(".")[0] != file.partition(".")[0]
    ] == []


def test_no_english_sentence_is_left_in_chinese(catalogues):
    assert [f"{key}: {text}" for key, (text, _) in catalogues["zh"].items() if english_left(text)] == []


def test_no_chinese_sentence_is_left_in_english(catalogues):
    left = [
        f"{key}: {text}"
        for key, (text, _) in catalogues["en"].items()
        if CHINESE.search(text.replace("城汐", "").replace("中文", ""))
    ]
    assert left == []


def test_a_chinese_sentence_is_chinese(catalogues):
    """Where both languages say the same, it is a name, a unit or a pattern, not a sentence."""
    same = [
        f"{key}: {text}"
        for key, (text, _) in catalogues["zh"].items()
        if text == catalogues["en"].get(key, ("",))[0]
        and len(re.findall(r"[A-Za-z]{3,}", CITED.sub(" ", text))) > 2
    ]
    assert same == []


def test_shrinking_is_a_neutral_word(catalogues):
    """The words of decay are said only to say that shrinking is not that."""
    said = {key: text.replace("不等于衰败", "") for key, (text, _) in catalogues["zh"].items()}
    assert [key for key, text in said.items() if re.search("衰败|衰落|没落", text)] == []


def spoken(tree: ast.AST) -> tuple[set[str], set[str], set[str]]:
    """Return the keys a module speaks, the prefixes of keys it makes, and every constant text it holds."""
    keys, prefixes, texts = set(), set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts.add(node.value)
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            texts.add(str(node.values[0].value))
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called not in SPEAKERS:
            continue
        first = node.args[0]
        if isinstance(first, ast.Constant) and KEY.fullmatch(str(first.value)):
            keys.add(str(first.value))
        elif isinstance(first, ast.JoinedStr) and KEY.match(str(getattr(first.values[0], "value", ""))):
            prefixes.add(str(first.values[0].value))
    return keys, prefixes, texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_spoken_is_in_the_catalogue(catalogues, sources, language):
    missing = [
        f"{path}: {key}"
        for path, tree in sources.items()
        for key in sorted(spoken(tree)[0])
        if key not in catalogues[language]
    ]
    assert missing == []


def test_every_made_key_can_be_found(catalogues, sources):
    missing = [
        f"{path}: {prefix}…"
        for path, tree in sources.items()
        for prefix in sorted(spoken(tree)[1])
        if not any(key.startswith(prefix) for key in catalogues["zh"])
    ]
    assert missing == []


def test_every_sentence_is_spoken_somewhere(catalogues, sources, package):
    texts = set().union(*(spoken(tree)[2] for tree in sources.values()))
    beginnings = tuple(
        text for text in texts if re.fullmatch(r"[a-z]+\.[\w.]*", text) and text.endswith((".", "_"))
    )
    templates = "\n".join(
        path.read_text("utf-8")
        for kind in ("*.html", "*.jinja", "*.j2", "*.toml")
        for path in package.rglob(kind)
    )
    silent = [
        key
        for key in catalogues["zh"]
        if key not in texts
        and not key.startswith(beginnings)
        and not re.search(rf"\b{re.escape(key)}\b", templates)
    ]
    assert silent == []


def test_the_columns_of_every_table_have_a_meaning(catalogues):
    from cityebb.model import TABLES

    wanted = {f"model.column.{column.name}" for table in TABLES.values() for column in table.columns}
    assert sorted(wanted - set(catalogues["zh"])) == []


@pytest.mark.parametrize(
    ("sentence", "names"),
    [("{a} and {b:+.1%}", {"a", "b"}), ("{a.b} {c[0]:{width}}", {"a", "c", "width"}), ("{{a}}", set())],
)
def test_placeholders_are_found(sentence, names):
    assert fields(sentence) == names


def test_english_in_chinese_would_be_seen():
    assert english_left("请检查 check the file again 再试")
    assert not english_left("请运行 `cityebb new my folder`，再看 study.toml")
    assert not english_left("缺少 numba；请运行 python -m pip install cityebb")
    assert not english_left("GeoTIFF、NetCDF 与 VRT")
