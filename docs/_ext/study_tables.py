"""Tables made from the program itself: what a study may say, and what the tables of a result hold.

``{study-table} cityebb.read.SourceParameters`` lists a table of the study file. In English the meanings are
those of the class's docstring; in Chinese they are in ``zh/study_fields.toml``.
``{result-table} verdicts`` lists the columns of a table of results, with their meaning from the catalogue.
``{rules-table}`` lists the rules of the literature, with what each asks for, needs and cannot see.
"""

from __future__ import annotations

import importlib
import re
import textwrap
import tomllib
import types
import typing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

from numpydoc.docscrape import NumpyDocString
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from docutils import nodes
    from pydantic import BaseModel
    from sphinx.application import Sphinx

FIELDS = Path(__file__).parent.parent / "zh" / "study_fields.toml"
WORDS = {
    "en": {
        "head": "| key | what it may be | default | meaning |",
        "columns": "| column | kind | unit | range | meaning |",
        "rules": "| rule | asks for | needs | parameters | reference | weakness |",
        "years": "{} years or more",
        "any": "any figure by year",
        "needed": "*needed*",
        "none": "–",
        "list": "list of {}",
        "table": "table of {}",
        "own": "tables of their own",
        "one": "a table of its own",
        "or": " or ",
        "empty": ", may be empty",
        "kinds": {"str": "text", "int": "whole number", "float": "number", "bool": "`true`, `false`"},
        "many": {"text": "texts", "whole number": "whole numbers", "number": "numbers"},
        "units": {},
        "columns_of": {
            "text": "text",
            "integer": "whole number",
            "number": "number",
            "flag": "yes or no",
            "geometry": "geometry",
        },
    },
    "zh": {
        "head": "| 键 | 可写什么 | 默认 | 含义 |",
        "columns": "| 列 | 类型 | 单位 | 范围 | 含义 |",
        "rules": "| 规则 | 含义 | 需要 | 参数 | 出处 | 局限 |",
        "years": "至少 {} 个年份",
        "any": "任一分年指标",
        "needed": "*必填*",
        "none": "–",
        "list": "{}的列表",
        "table": "{}的表",
        "own": "下述各表",
        "one": "下述的表",
        "or": " 或 ",
        "empty": "，可为空",
        "kinds": {"str": "文本", "int": "整数", "float": "数", "bool": "`true`、`false`"},
        "many": {},
        "units": {"share": "比例", "year": "年", "degree": "度", "log": "对数"},
        "columns_of": {
            "text": "文本",
            "integer": "整数",
            "number": "数",
            "flag": "是或否",
            "geometry": "几何",
        },
    },
}


def find(path: str) -> Any:  # noqa: ANN401 - whatever is there
    """Return the object at a dotted path."""
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def english_meanings(model: type[BaseModel]) -> dict[str, str]:
    """Return the meaning of each field from the docstring's ``Parameters``."""
    lines = (model.__doc__ or "").splitlines()
    first, rest = lines[0], "\n".join(lines[1:])
    parameters = NumpyDocString(f"{first}\n{textwrap.dedent(rest)}")["Parameters"]
    meanings = {}
    for parameter in parameters:
        text = re.sub(r":\w+:`~?([^`]*)`", r"`\1`", " ".join(parameter.desc)).replace("``", "`")
        for name in parameter.name.split(","):
            meanings[name.strip()] = re.sub(r" ?\[\d\]_", "", text)
    return meanings


def chinese_meanings(model: type[BaseModel]) -> dict[str, str]:
    """Return the meaning of each field from the file beside the Chinese pages."""
    return tomllib.loads(FIELDS.read_text("utf-8"))[model.__name__]


def study_table(model: type[BaseModel], language: str) -> str:
    """Return the fields of a parameters class as a Markdown table."""
    words = WORDS[language]
    meanings = {"en": english_meanings, "zh": chinese_meanings}[language](model)
    lines = [words["head"], "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        default = words["needed"] if field.is_required() else value(field.get_default(), words)
        cells = (f"`{name}`", kind(field.annotation, words), default, meanings.get(name, ""))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def result_table(name: str, language: str) -> str:
    """Return the columns of a table of results as a Markdown table."""
    from cityebb.model import TABLES

    words = WORDS[language]
    lines = [words["columns"], "|---|---|---|---|---|"]
    for column in TABLES[name].columns:
        low, high = ("" if bound is None else f"{bound:g}" for bound in (column.low, column.high))
        reach = f"{low}…{high}" if low or high else words["none"]
        what = words["columns_of"][column.kind] + (words["empty"] if column.null else "")
        unit = words["units"].get(column.unit, column.unit or words["none"])
        lines.append(f"| `{column.name}` | {what} | {unit} | {reach} | {column.meaning(language)} |")
    return "\n".join(lines)


def rules_table(language: str) -> str:
    """Return every rule of the literature as a Markdown table."""
    from cityebb.identify.rules import RULES, meaning_of, name_of, parameters_of, weakness_of
    from cityebb.identify.rules.allowed import written

    words = WORDS[language]
    lines = [words["rules"], "|---|---|---|---|---|---|"]
    for name, rule in RULES.items():
        needs = [words["any"] if each == "any" else f"`{each}`" for each in rule.needs.indicators]
        needs += [f"(`{each}`)" for each in rule.needs.optional]
        told = [f"`{key} = {written(item)}`" for key, item in parameters_of(rule).items()]
        cells = (
            f"`{name}`: {name_of(name, language)}",
            meaning_of(name, language),
            ", ".join(needs) + "; " + words["years"].format(rule.needs.least_values),
            ", ".join(told),
            rule.reference,
            weakness_of(name, language),
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def kind(annotation: Any, words: dict[str, Any]) -> str:  # noqa: ANN401 - any type there is
    """Say in words what a type admits.

    Examples
    --------
    >>> kind(tuple[int, ...] | None, WORDS["en"])
    'list of whole numbers'
    """
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return kind(arguments[0], words)
    if origin is Literal:
        return words["or"].join(f"`{value(item, words).strip('`')}`" for item in arguments)
    if origin in (typing.Union, types.UnionType):
        said = [kind(item, words) for item in arguments if item is not type(None)]
        return words["or"].join(dict.fromkeys(said))
    if origin in (tuple, list):
        inner = dict.fromkeys(kind(item, words) for item in arguments if item is not ...)
        return words["list"].format(words["or"].join(words["many"].get(one, one) for one in inner))
    if origin is dict:
        inner_kind = kind(arguments[1], words)
        if hasattr(arguments[1], "model_fields"):
            inner_kind = words["own"]
        return words["table"].format(words["many"].get(inner_kind, inner_kind))
    known = words["one"] if hasattr(annotation, "model_fields") else str(annotation)
    return words["kinds"].get(getattr(annotation, "__name__", ""), known)


def value(item: Any, words: dict[str, Any]) -> str:  # noqa: ANN401 - any default there is
    """Write a default as a study file would."""
    if item is None or item == ():
        return words["none"]
    if isinstance(item, bool):
        return f"`{str(item).lower()}`"
    if isinstance(item, str):
        return f'`"{item}"`'
    if isinstance(item, tuple):
        return "`[" + ", ".join(value(one, words).strip("`") for one in item) + "]`"
    return f"`{item}`"


class StudyTable(SphinxDirective):
    """``{study-table} dotted.path.to.Parameters``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Make the table."""
        return self.parse_text_to_nodes(study_table(find(self.arguments[0]), _language(self)))


class ResultTable(SphinxDirective):
    """``{result-table} name``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Make the table."""
        return self.parse_text_to_nodes(result_table(self.arguments[0], _language(self)))


class RulesTable(SphinxDirective):
    """``{rules-table}``."""

    def run(self) -> list[nodes.Node]:
        """Make the table."""
        return self.parse_text_to_nodes(rules_table(_language(self)))


def _language(directive: SphinxDirective) -> str:
    return (directive.config.language or "en")[:2]


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of them."""
    app.add_directive("study-table", StudyTable)
    app.add_directive("result-table", ResultTable)
    app.add_directive("rules-table", RulesTable)
    return {"parallel_read_safe": True}
