"""What a run says of the inside of cities: always whole and parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cityebb.words import say

if TYPE_CHECKING:
    from cityebb.model import Results


def inside_record(results: Results) -> dict[str, Any] | None:
    """Return as plain values how cities and their parts part ways; ``None`` where nobody looked."""
    from cityebb.publish.parts import counts_of_parts

    found = results.inside
    if found is None:
        return None
    return {
        "kind": found.kind,
        "asked": found.asked,
        "counts": counts_of_parts(found),
        "patterns": {str(name): int(count) for name, count in found.cities["pattern"].value_counts().items()},
        "reasons": {str(name): int(count) for name, count in found.cities["reason"].value_counts().items()},
    }


def tell_inside(results: Results) -> list[str]:
    """Say in a line how cities and their parts part ways."""
    from cityebb.publish.parts import counts_of_parts

    if results.inside is None:
        return []
    counts = counts_of_parts(results.inside)
    if results.inside.kind == "units":
        return [say("cli.headline.inside_units", **counts)]
    return [say("cli.headline.inside", **counts, undetermined=counts["cities"] - counts["judged"])]
