"""Write everything into one spreadsheet: what it means first, then the tables."""

from __future__ import annotations

import io
import math
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cityebb.model import COMPARABILITY_TABLES, COMPARED_UNIT
from cityebb.publish._files import whole
from cityebb.publish._spread import FORMULA_STARTS, in_words, published_cities
from cityebb.publish.dictionary import entries, heading, unit_of, unit_word
from cityebb.publish.sentence import sentence
from cityebb.publish.view import View
from cityebb.words import LANGUAGES, say, say_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import pandas as pd

    from cityebb.model import Results

# Limits of the format: rows a sheet, characters a cell.
_MOST_ROWS = 1_048_575
_MOST_CHARACTERS = 32_767
_NARROW, _WIDE = 10, 34
_FORMATS = {"share": "+0.0%;−0.0%;0.0%", "probability": "0.0%", "number": "#,##0.00", "count": "#,##0"}
# Shares that are no changes, and have no sign.
_PROBABILITIES = {"below_zero", "below_threshold", "coverage", "share", "artificial_share"}
_PROBABILITIES |= {"spread_share", "counted_share"}
_COUNTS = {"cells", "cities", "shrinking", "growing", "stable", "undetermined", "plain_down", "plain_up"}
_COUNTS |= {"no_baseline", "persistent", "came_back", "late", "relapsed"}
_SIGNIFICANCE = {"p": "0.000", "q": "0.000", "noise": "0.000", "lon": "0.0000", "lat": "0.0000"}


def write_workbook(results: Results, path: Path) -> Path:
    """Write one workbook: read-me, cities, yearly values, verdicts, summary, sensitivity, notes.

    Of the specifications the study's own and those that differ from it in one thing: the whole grid stands in
    the tables of the other formats.

    Every sheet but the first has one bold frozen row of headings, in Chinese and English with the unit.
    Text is written as text: what looks like a formula stays a text.

    Parameters
    ----------
    results
        What the study found.
    path
        The file.

    Returns
    -------
    pathlib.Path
        ``path``.

    Raises
    ------
    CityebbError
        If the file cannot be written.
    """
    with whole(path) as stream:
        stream.write(_build(results))
    return path


def _build(results: Results) -> bytes:
    """Return the workbook; openpyxl keeps sheets in temporary files, which a full disk may refuse too."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    _read_me(book, results)
    cities = published_cities(results)
    flat = cities.drop(columns=cities.geometry.name).reset_index()
    _table(book, "cities", in_words(flat))
    _table(book, "yearly", _yearly(results, cities))
    for name in ("verdicts", "summary"):
        _table(book, name, in_words(getattr(results, name)))
    specifications = results.sensitivity[results.sensitivity["varies"] != "several"]
    _table(book, "sensitivity", in_words(specifications.reset_index(drop=True)))
    besides = (
        "combined",
        "evidence",
        "robustness",
        "effects",
        "by_rule",
        "watch",
        "watch_counts",
        "policy",
        "gainers",
        "balance",
        "ranking",
        "density",
        "jobs",
        "calibrations",
    )
    told = {name: getattr(results, name) for name in besides}
    if results.inside is not None:
        told |= {"inside": results.inside.cities, "city_and_parts": results.inside.together}
    for name, frame in told.items():
        if len(frame):
            _table(book, name, in_words(frame))
    if results.comparability is not None:
        for name in COMPARABILITY_TABLES:
            frame = getattr(results.comparability, name)
            if len(frame):
                _table(book, name, in_words(frame), compared=str(results.comparison.get("unit") or ""))
    _notes(book, results)
    memory = io.BytesIO()
    book.save(memory)
    return _timeless(memory)


@dataclass(frozen=True)
class _Pen:
    """Makes cells of one sheet."""

    sheet: Any

    def cell(self, value: object, *, form: str | None = None, bold: bool = False, wrap: bool = False) -> Any:  # noqa: ANN401 - openpyxl has no public cell type
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
        from openpyxl.styles import Alignment, Font, PatternFill

        if isinstance(value, str):
            text = ILLEGAL_CHARACTERS_RE.sub("", value)[:_MOST_CHARACTERS]
            made = WriteOnlyCell(self.sheet, text)
            made.data_type = "s"
            if text.startswith(FORMULA_STARTS):
                made.quotePrefix = True
        else:
            made = WriteOnlyCell(self.sheet, value)  # type: ignore[arg-type]
        if form:
            made.number_format = form
        if bold:
            made.font = Font(bold=True, color="17313B")
            made.fill = PatternFill("solid", fgColor="E6ECEB")
        if wrap:
            made.alignment = Alignment(wrap_text=True, vertical="top")
        return made


def _sheet(book: Any, name: str, widths: Sequence[float], *, frozen: str | None) -> Any:  # noqa: ANN401 - openpyxl
    from openpyxl.utils import get_column_letter

    title = f"{say(f'publish.sheet.{name}', 'zh')} {say(f'publish.sheet.{name}', 'en')}"
    sheet = book.create_sheet(title)
    sheet.freeze_panes = frozen
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    return sheet


def _table(book: Any, name: str, frame: pd.DataFrame, *, compared: str = "") -> None:  # noqa: ANN401 - openpyxl
    names = [str(column) for column in frame.columns]
    heads = [_head(column, name, compared) for column in names]
    texts = [_is_text(frame[column]) for column in frame.columns]
    widths = [_width(column, head, text) for column, head, text in zip(names, heads, texts, strict=True)]
    frozen = "D2" if name in ("cities", "yearly") else "B2"
    sheet = _sheet(book, name, widths, frozen=frozen)
    pen = _Pen(sheet)
    sheet.row_dimensions[1].height = 48
    last = min(len(frame), _MOST_ROWS) + 1
    if len(frame):
        from openpyxl.utils import get_column_letter

        sheet.auto_filter.ref = f"A1:{get_column_letter(len(names))}{last}"
    sheet.append([pen.cell(head, bold=True, wrap=True) for head in heads])
    forms = [_form(column, name, text=text) for column, text in zip(names, texts, strict=True)]
    for row in _rows(frame.head(_MOST_ROWS)):
        sheet.append(
            [
                value
                if value is None or isinstance(value, bool) or (form is None and not isinstance(value, str))
                else _short(pen, value, form)
                for value, form in zip(row, forms, strict=True)
            ]
        )


def _short(pen: _Pen, value: object, form: str | None) -> object:
    # A plain text needs no cell of its own; only one that begins like a formula does.
    if isinstance(value, str) and value.isprintable() and not value.startswith(FORMULA_STARTS):
        return value[:_MOST_CHARACTERS]
    return pen.cell(value, form=form)


def _read_me(book: Any, results: Results) -> None:  # noqa: ANN401 - openpyxl
    sheet = _sheet(book, "read_me", (26, 26, 14, 52, 72), frozen=None)
    pen = _Pen(sheet)
    sheet.append([pen.cell(" · ".join(filter(None, results.title.values())), bold=True)])
    for language in LANGUAGES:
        sheet.append([])
        sheet.append([pen.cell(say("publish.read_me.definition", language), bold=True)])
        sheet.append([pen.cell(sentence(View(results, language)))])
        sheet.append([pen.cell(say("publish.neutral", language))])
        sheet.append([pen.cell(say("publish.read_me.missing", language))])
    sheet.append([])
    sheet.append([pen.cell(_both("publish.chapter.dictionary"), bold=True)])
    columns = ("table", "column", "unit", "meaning_zh", "meaning_en")
    sheet.append([pen.cell(_both(f"publish.read_me.{name}"), bold=True, wrap=True) for name in columns])
    units = results.comparability is not None
    english = {entry.column: entry for entry in entries("en", units=units)}
    for entry in entries("zh", units=units):
        other = english[entry.column]
        unit = " / ".join(dict.fromkeys(filter(None, (entry.unit, other.unit))))
        row = (entry.table, entry.column, unit, entry.meaning, other.meaning)
        sheet.append([pen.cell(text, wrap=True) for text in row])


def _notes(book: Any, results: Results) -> None:  # noqa: ANN401 - openpyxl
    sheet = _sheet(book, "notes", (14, 16, 80, 80), frozen="A2")
    pen = _Pen(sheet)
    heads = ("level", "source", "text_zh", "text_en")
    sheet.append([pen.cell(_both(f"publish.note.{name}"), bold=True) for name in heads])
    for note in sorted(results.notes, key=lambda note: note.level != "warning"):
        level = _both(f"publish.level_of_note.{note.level}")
        row = (level, note.source or "", note.text("zh"), note.text("en"))
        sheet.append([pen.cell(text, wrap=True) for text in row])


def _yearly(results: Results, cities: pd.DataFrame) -> pd.DataFrame:
    """Return one row a city, source and indicator, the years as columns."""
    keys = ["city_id", "source", "indicator", "unit"]
    years = results.panel.pivot_table(
        index=keys, columns="year", values="value", aggfunc="first", dropna=True
    )
    wide = years.reset_index()
    wide.columns = [str(column) for column in wide.columns]
    for place, name in enumerate(("label_zh", "label_en"), start=1):
        wide.insert(place, name, wide["city_id"].map(cities[name]))
    order = {city: place for place, city in enumerate(cities.index)}
    places = wide["city_id"].map(order)
    return wide.iloc[places.argsort(kind="stable")] if len(wide) else wide


def _rows(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    columns: list[Iterable[Any]] = []
    for name in frame.columns:
        values = frame[name].tolist()
        columns.append([None if _empty(value) else value for value in values])
    return zip(*columns, strict=True)


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, float) and not math.isfinite(value)) or str(value) == "<NA>"


def _is_text(values: pd.Series) -> bool:
    import pandas as pd

    return not pd.api.types.is_numeric_dtype(values.dtype)


def _head(column: str, table: str, compared: str = "") -> str:
    """Return a column's heading in both languages with its unit; ``compared`` is that of what is compared."""
    lines = list(dict.fromkeys(heading(column, language) for language in LANGUAGES))
    unit = unit_of(column, table)
    words = dict.fromkeys(unit_word(unit, language) for language in LANGUAGES) if unit else {}
    if unit == COMPARED_UNIT and compared:
        words = dict.fromkeys(say_unit(compared, language) for language in LANGUAGES)
    if unit and unit not in ("year", "share"):
        lines.append(f"({' / '.join(words)})")
    return "\n".join(lines)


def _width(column: str, head: str, text: bool) -> float:  # noqa: FBT001 - a fact about the column
    if column in ("city_id", "reason"):
        return _WIDE
    longest = max(len(line.encode("gbk", "replace")) for line in head.split("\n"))
    named = (text and "name" in column) or "label" in column or "territory" in column
    return max(_NARROW, min(_WIDE, longest + 2), 18 if named else 0)


def _form(column: str, table: str, *, text: bool) -> str | None:
    if text:
        return None
    if column in _SIGNIFICANCE:
        return _SIGNIFICANCE[column]
    if column in _PROBABILITIES:
        return _FORMATS["probability"]
    unit = unit_of(column, table)
    if unit == "share":
        return _FORMATS["share"]
    if column in _COUNTS or unit in ("people", COMPARED_UNIT):
        return _FORMATS["count"]
    return None if column in ("year", "connectivity", "row") else _FORMATS["number"]


def _both(key: str) -> str:
    return " / ".join(dict.fromkeys(say(key, language) for language in LANGUAGES))


def _timeless(memory: io.BytesIO) -> bytes:
    """Return the workbook without the time of writing, so that equal results give equal files."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(memory) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"2000-01-01T00:00:00Z", content)
            new.writestr(
                zipfile.ZipInfo(name, date_time=(2000, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED
            )
    return out.getvalue()
