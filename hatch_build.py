"""Build hook: compile the word catalogues (.po) to the form that the program loads (.mo)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogues(root: Path) -> list[Path]:
    """Compile every catalogue below ``root`` that is newer than its compiled form; return what is new."""
    from babel.messages import mofile, pofile

    written = []
    for source in sorted((root / "src/cityebb/words/catalogue").glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as stream:
            catalogue = pofile.read_po(stream, locale=source.parent.parent.name)
        partial = target.with_suffix(".mo.partial")
        with partial.open("wb") as stream:
            mofile.write_mo(stream, catalogue)
        partial.replace(target)
        written.append(target)
    return written


class CatalogueHook(BuildHookInterface[Any]):
    """Runs before a wheel, an sdist or an editable install is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the interface's names
        """Compile what is stale."""
        compile_catalogues(Path(self.root))
