"""What every chapter is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from cityebb.publish.figures import _style

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.figure import Figure

    from cityebb.publish.view import View


@dataclass(frozen=True)
class Options:
    """What the reader of the report may choose.

    Parameters
    ----------
    leading
        How many leading cities get a section of their own.
    named
        Cities that get one besides: ids or names.
    """

    leading: int = 12
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """One chapter: its key, which names title, anchor and template, and what the template shows."""

    key: str
    content: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """A figure on the page with its caption."""

    svg: Markup
    caption: str


def picture(
    view: View, name: str, draw: Callable[..., Figure], *arguments: object, title: str, caption: str = ""
) -> Picture:
    """Draw a figure for the page.

    Parameters
    ----------
    view
        First argument of ``draw``.
    name
        Unique on the page.
    draw
        A function of ``publish.figures``.
    *arguments
        What it takes besides.
    title
        What it shows, for those who cannot see it.
    caption
        What stands below it.
    """
    with _style.drawing():
        # The SVG writer escapes every text itself, and ids are ours.
        return Picture(Markup(_style.svg(draw(view, *arguments), name, title)), caption)  # noqa: S704 - see above
