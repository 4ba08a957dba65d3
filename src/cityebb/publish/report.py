"""One self-contained page per language: for the screen, for paper, without any network."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from cityebb.model import CityebbError
from cityebb.publish._files import whole
from cityebb.publish.chapters import Chapter, Options
from cityebb.publish.chapters.calibration import calibration
from cityebb.publish.chapters.cities import cities
from cityebb.publish.chapters.comparable import comparable
from cityebb.publish.chapters.data import data
from cityebb.publish.chapters.density import density
from cityebb.publish.chapters.evidence import evidence
from cityebb.publish.chapters.gainers import gainers
from cityebb.publish.chapters.groups import countries, sizes
from cityebb.publish.chapters.inside import inside
from cityebb.publish.chapters.jobs import jobs
from cityebb.publish.chapters.map import map_chapter
from cityebb.publish.chapters.method import dictionary, method
from cityebb.publish.chapters.overview import headline, overview
from cityebb.publish.chapters.persistence import persistence
from cityebb.publish.chapters.provenance import made, provenance, version
from cityebb.publish.chapters.proxy import proxy
from cityebb.publish.chapters.rankings import rankings
from cityebb.publish.chapters.rules import rules
from cityebb.publish.chapters.sensitivity import sensitivity
from cityebb.publish.chapters.truth import truth
from cityebb.publish.chapters.watch import watch
from cityebb.publish.view import View
from cityebb.words import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from jinja2 import Environment

    from cityebb.model import Results

_CHAPTERS = (
    overview,
    map_chapter,
    evidence,
    calibration,
    rules,
    proxy,
    jobs,
    sensitivity,
    persistence,
    watch,
    sizes,
    countries,
    gainers,
    rankings,
    density,
    inside,
    cities,
    truth,
    comparable,
    data,
    method,
    dictionary,
    provenance,
)
# What no page may hold: control characters, halves of surrogate pairs, and what Unicode keeps for itself.
_NOT_IN_A_PAGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LANGUAGE_TAGS = {"zh": "zh-Hans", "en": "en"}


def write_report(
    results: Results, folder: Path, language: str, *, leading: int = 12, named: Iterable[str] = ()
) -> Path:
    """Write ``report.<language>.html``.

    Parameters
    ----------
    results
        What the study found.
    folder
        Where to; it is made if it is not there.
    language
        ``"zh"`` or ``"en"``.
    leading
        How many leading cities get a section of their own: half of them the largest that shrink, half the
        largest that grow.
    named
        Cities that get a section besides: ids or names.

    Returns
    -------
    pathlib.Path
        The file. It loads nothing: styles and figures are inside, and a reader without scripts misses only
        the copy button and the sorting of tables.

    Raises
    ------
    CityebbError
        If the language is unknown, or the file cannot be written.
    """
    if language not in LANGUAGES:
        raise CityebbError("publish.language_unknown", language=language, known=", ".join(LANGUAGES))
    text = render(View(results, language), Options(leading, tuple(named)))
    path = folder / f"report.{language}.html"
    with whole(path) as stream:
        stream.write(text.encode())
    return path


def render(view: View, options: Options) -> str:
    """Return the page as text."""
    environment = _environment()
    # Both are files of this package, not anybody's data.
    style = Markup(_text(environment, "style.css"))  # noqa: S704 - see above
    script = Markup(_text(environment, "page.js"))  # noqa: S704 - see above
    made_chapters = (chapter(view, options) for chapter in _CHAPTERS)
    chapters: list[Chapter] = [chapter for chapter in made_chapters if chapter is not None]
    title = view.results.title.get(view.language) or next(iter(view.results.title.values()), "cityebb")
    page = environment.get_template("report.html.j2").render(
        t=view.t,
        tag=_LANGUAGE_TAGS[view.language],
        title=title,
        headline=headline(view),
        chapters=chapters,
        style=style,
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        made=made(view),
        version=version(view),
    )
    return _NOT_IN_A_PAGE.sub("", page)


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("cityebb.publish"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _text(environment: Environment, name: str) -> str:
    loader = environment.loader
    return loader.get_source(environment, name)[0] if loader else ""
