"""Keep off the network: what is read lies on disk, also what a file names in its turn."""

from __future__ import annotations

import html
import re
from pathlib import Path

from cityebb.model import CityebbError

_REMOTE = re.compile(
    r"(?:https?|ftp|s3|gs|az)://"
    r"|/vsi(?:curl|s3|gs|az|adls|oss|swift|hdfs|webhdfs)"
    r"|<\s*(?:GDAL_WM|WMS_|WCS_|WMTS)"
    r"|^\s*(?:WMS|WMTS|WCS|OGCAPI|IIP|EEDAI|PLMOSAIC|NGW|PG):",
    re.IGNORECASE,
)
_SERVICE = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<\s*(?:GDAL_WM|WMS_|WCS_|WMTS)", re.IGNORECASE)
_SOURCE = re.compile(r"<(SourceFilename|SourceDataset)\b([^>]*)>(.*?)</\1\s*>", re.IGNORECASE | re.DOTALL)
_RELATIVE = re.compile(r"relativeToVRT\s*=\s*[\"']1", re.IGNORECASE)
_HEAD_BYTES = 512
_SHOWN = 60


def is_remote(text: str) -> bool:
    """Whether a name leads to the network.

    Examples
    --------
    >>> is_remote("https://example.org/a.tif"), is_remote("/vsis3/b/a.tif"), is_remote("https/a.tif")
    (True, True, False)
    """
    return _REMOTE.search(text) is not None


def refuse_remote(path: Path, label: str) -> None:
    """Refuse a virtual raster that leads to the network, by itself or by another one it names.

    Raises
    ------
    CityebbError
        If it does; it names the address.
    """
    waiting, seen = [path], {path}
    while waiting:
        text = _xml(waiting[-1])
        here = waiting.pop()
        if _SERVICE.match(text):
            raise CityebbError("read.remote", path=label, target=here.name)
        for _, attributes, raw in _SOURCE.findall(text):
            target = html.unescape(raw).strip()
            if is_remote(target):
                raise CityebbError("read.remote", path=label, target=" ".join(target.split())[:_SHOWN])
            named = here.parent / target if _RELATIVE.search(attributes) else Path(target)
            if "\0" not in target and named not in seen:
                seen.add(named)
                waiting.append(named)


def _xml(path: Path) -> str:
    """Return a file's text if it is XML, else nothing."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
            if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
                return ""
            return (head + stream.read()).decode("utf-8-sig", "replace")
    except OSError:  # what cannot be read is told where it is opened
        return ""
