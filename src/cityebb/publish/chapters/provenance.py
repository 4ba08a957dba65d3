"""What went in, with which versions, when; and how to cite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cityebb
from cityebb.publish import _numbers as n
from cityebb.publish.chapters import Chapter, Options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cityebb.publish.view import View

_SHORT = 12


def provenance(view: View, options: Options) -> Chapter:  # noqa: ARG001 - every chapter is asked the same way
    """Return the inputs with their hashes, the versions and times, and a line to cite."""
    manifest = view.results.manifest
    inputs = [
        {
            "file": str(record.get("file", "")),
            "bytes": n.count(record.get("bytes")),
            "sha256": str(record.get("sha256", ""))[:_SHORT],
        }
        for record in _records(manifest.get("inputs"))
    ]
    versions = dict(manifest.get("versions") or {})
    facts = {"cityebb": version(view), "python": manifest.get("python"), **versions}
    return Chapter(
        "provenance",
        {
            "inputs": inputs,
            "versions": [(name, str(text)) for name, text in facts.items() if text],
            "made": made(view),
            "cite": _cite(view),
        },
    )


def version(view: View) -> str:
    """Return the version of this software that made the results."""
    manifest = view.results.manifest
    versions = manifest.get("versions")
    told = manifest.get("cityebb") or (versions.get("cityebb") if isinstance(versions, dict) else None)
    return str(told) if isinstance(told, str | int | float) else cityebb.__version__


def made(view: View) -> str:
    """Return when the results were made, to the minute, or nothing if that was not recorded."""
    for name in ("made", "finished", "time", "created", "started"):
        text = view.results.manifest.get(name)
        if isinstance(text, str):
            return text[:16].replace("T", " ")
    return ""


def _records(inputs: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - a manifest may nest its inputs
    if isinstance(inputs, dict):
        if "sha256" in inputs:
            yield inputs
        else:
            for name, value in inputs.items():
                if isinstance(value, str):
                    yield {"file": name, "sha256": value}
                else:
                    yield from _records(value)
    elif isinstance(inputs, list | tuple):
        for value in inputs:
            yield from _records(value)


def _cite(view: View) -> str:
    citations = [
        str(source.get("citation")) for source in view.results.sources.values() if source.get("citation")
    ]
    return view.t(
        "provenance.citation" if made(view) else "provenance.citation_undated",
        title=view.results.title.get(view.language) or next(iter(view.results.title.values()), ""),
        version=version(view),
        made=made(view)[:10] or n.MISSING,
        sources=view.t("list_join").join(text.rstrip(".。 ") for text in citations) or n.MISSING,
    )
