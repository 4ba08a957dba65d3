"""Lines of a study file: texts in quotes, comments in the language in force."""

from __future__ import annotations

import json

from cityebb.words import say


def quoted(text: str) -> str:
    r"""Quote a text as TOML does.

    Examples
    --------
    >>> quoted('a "b"')
    '"a \\"b\\""'
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def files_text(files: str | dict[int, str]) -> str:
    """Return a file, or one a year, as TOML has it.

    Examples
    --------
    >>> files_text({2010: "a.csv"})
    '{ 2010 = "a.csv" }'
    """
    if isinstance(files, str):
        return quoted(files)
    return "{ " + ", ".join(f"{year} = {quoted(path)}" for year, path in files.items()) + " }"


def comment(key: str, /, **values: object) -> str:
    """Return a sentence of the catalogue as a comment of one line."""
    return f"# {one_line(say(key, **values))}"


def one_line(text: str) -> str:
    """Return a text without line breaks and without letters that cannot be seen."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
