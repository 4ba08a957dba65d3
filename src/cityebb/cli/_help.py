"""Help as plain text in the reader's language, aligned where Chinese and Latin letters meet."""

from __future__ import annotations

import textwrap
import unicodedata
from typing import TYPE_CHECKING, Any

from cityebb.words import say

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions

_WIDE = 10_000  # columns; no line of ours is longer, so nothing is wrapped before we wrap it
_MARGIN = 2


class Help:
    """Writes help without boxes, so that every console shows it.

    Parameters
    ----------
    last
        Title of the last group; below it stands what every command takes.
    """

    def __init__(self, last: str) -> None:
        self._last = last

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        """Write one group of commands or parameters."""
        if not panel.entries:
            return
        title = _plain(console, options, panel.title)
        lines = [f"{title}{say('cli.help.colon')}"]
        labels = [_label(entry) for entry in panel.entries]
        indent = max(width(label) for label in labels) + 2 * _MARGIN
        for label, entry in zip(labels, panel.entries, strict=True):
            text = _plain(console, options, entry.description)
            if entry.default not in (None, "False"):
                text += say("cli.help.default", value=entry.default)
            wrapped = wrap(text, max(console.width - indent, 20)) or [""]
            lines.append(" " * _MARGIN + label + " " * (indent - _MARGIN - width(label)) + wrapped[0])
            lines += [" " * indent + line for line in wrapped[1:]]
        if title == self._last:
            lines += ["", *wrap(say("cli.help.common"), console.width)]
        _write(console, "\n".join(line.rstrip() for line in lines) + "\n")

    def render_usage(self, console: Console, options: ConsoleOptions, usage: Any) -> None:  # noqa: ANN401 - a renderable
        """Write the usage line."""
        text = _plain(console, options, usage).strip().removeprefix("Usage: ")
        _write(console, say("cli.help.usage", usage=text) + "\n")

    def render_description(self, console: Console, options: ConsoleOptions, description: Any) -> None:  # noqa: ANN401 - a renderable
        """Write what a command does, and what every command takes."""
        text = _plain(console, options, description)
        if text:
            _write(console, "\n".join(wrap(text, console.width)) + "\n")


def width(text: str) -> int:
    """Return how many columns a text takes on a console; a Chinese character takes two.

    Examples
    --------
    >>> width("城汐 ebb")
    8
    """
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def wrap(text: str, columns: int) -> list[str]:
    """Break a text into lines of at most ``columns``; Chinese may break anywhere, Latin between words."""
    if width(text) == len(text):
        return textwrap.wrap(text, columns, break_long_words=False, break_on_hyphens=False)
    lines, line = [], ""
    for piece in _pieces(text):
        if line and width(line + piece) > columns and piece not in "，。；：、）”！？":
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    joined = False
    for sign in text:
        latin = width(sign) == 1 and sign != " "
        if latin and joined:
            pieces[-1] += sign
        else:
            pieces.append(sign)
        joined = latin
    return pieces


def _label(entry: HelpEntry) -> str:
    labels = list(getattr(entry, "display_labels", None) or (*entry.names, *entry.shorts))
    metavar = getattr(entry, "metavar", None)
    is_option = labels and labels[-1].startswith("-")
    if not is_option or len(labels) > 1:
        labels = [
            label
            for label in labels
            if not label.startswith("--no-") and not (label.startswith("--") and not is_option)
        ]
    text = ", ".join(label for label in labels if not label.startswith("--no-"))
    return f"{text} {metavar}" if metavar and is_option else text


def _plain(console: Console, options: ConsoleOptions, thing: Any) -> str:  # noqa: ANN401 - any renderable
    if thing is None:
        return ""
    if isinstance(thing, str):
        return thing
    parts = console.render(thing, options.update(width=_WIDE))
    return "".join(part.text for part in parts).strip()


def _write(console: Console, text: str) -> None:
    console.file.write(text + "\n")
