"""Where downloads lie: the cache folder of each platform, or one named in the environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "CITYEBB_DATA"


def cache_folder(environment: Mapping[str, str] | None = None, platform: str = sys.platform) -> Path:
    """Return the folder of downloads: ``CITYEBB_DATA``, else the platform's cache. It is not made here.

    Examples
    --------
    >>> cache_folder({"XDG_CACHE_HOME": "/x"}, "linux").as_posix()
    '/x/cityebb/data'
    """
    variables = os.environ if environment is None else environment
    if variables.get(VARIABLE):
        return Path(variables[VARIABLE]).expanduser()
    if platform == "win32":
        base = variables.get("LOCALAPPDATA")
        return (Path(base) if base else Path.home() / "AppData" / "Local") / "cityebb" / "Cache" / "data"
    if platform == "darwin":
        return Path.home() / "Library" / "Caches" / "cityebb" / "data"
    base = variables.get("XDG_CACHE_HOME", "")
    # The standard says that a relative path is to be ignored.
    return (Path(base) if base.startswith("/") else Path.home() / ".cache") / "cityebb" / "data"
