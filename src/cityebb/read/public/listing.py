"""Lists of files as repositories give them: what a file is called, where it lies, its published checksum."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urljoin, urlsplit

from cityebb.model import CityebbError
from cityebb.read.public.wanted import follow_mirror, is_safe_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from cityebb.read.public.wanted import Wanted


_Json: TypeAlias = Any


@dataclass(frozen=True)
class Listed:
    """A file in a list.

    Parameters
    ----------
    name
        As the list calls it.
    address
        Where it lies.
    md5
        Published with it, if at all.
    size
        In bytes, if told.
    """

    name: str
    address: str
    md5: str | None = None
    size: int | None = None


def read_list(form: str, text: bytes, address: str) -> list[Listed]:
    """Return the files that a list tells of.

    Parameters
    ----------
    form
        ``"figshare"``, ``"dataverse"``, ``"laads"`` or ``"geoboundaries"``.
    text
        The list, JSON.
    address
        Where it was asked for; a file without an address of its own lies beside it.

    Raises
    ------
    CityebbError
        If the list is not of that form.

    Examples
    --------
    >>> text = b'{"files": [{"name": "a.tif", "download_url": "https://f.org/1", "size": 3}]}'
    >>> read_list("figshare", text, "https://api.f.org/articles/1")
    [Listed(name='a.tif', address='https://f.org/1', md5=None, size=3)]
    """
    try:
        return _FORMS[form](json.loads(text), address)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CityebbError("read.public_list_unreadable", address=address, form=form) from error


def pick_from_list(
    wanted: Wanted, listed: list[Listed], address: str, mirror: str | None = None
) -> list[Wanted]:
    """Return what a list has of what is wanted, with addresses and published checksums.

    Parameters
    ----------
    wanted
        Its name is a regular expression.
    listed
        What the list tells.
    address
        Where the list was asked for: the source of its checksums.
    mirror
        Beginning of an address that serves the same paths; asked first.

    Raises
    ------
    CityebbError
        If it has none.
    """
    pattern = re.compile(wanted.name)
    found = [each for each in listed if pattern.fullmatch(each.name) and is_safe_name(each.name)]
    if not found:
        raise CityebbError(
            "read.public_list_none", source=wanted.source.id, address=address, count=len(listed)
        )
    picked = []
    for each in found:
        addresses = (each.address,) if mirror is None else (follow_mirror(each.address, mirror), each.address)
        published = None if each.md5 is None else ("md5", each.md5.lower(), address)
        picked.append(
            replace(
                wanted, name=each.name, addresses=addresses, listing=None, published=published, size=each.size
            )
        )
    return picked


def _figshare(record: _Json, _: str) -> list[Listed]:
    listed = []
    for each in record["files"]:
        md5 = each.get("supplied_md5") or each.get("computed_md5")
        listed.append(Listed(each["name"], each["download_url"], md5, each.get("size")))
    return listed


def _dataverse(record: _Json, address: str) -> list[Listed]:
    data = record["data"]
    version = data.get("latestVersion", data)
    listed = []
    for each in version["files"]:
        file = each["dataFile"]
        checksum = file.get("checksum", {})
        md5 = file.get("md5") or (checksum.get("value") if checksum.get("type") == "MD5" else None)
        there = urljoin(address, f"/api/access/datafile/{int(file['id'])}")
        listed.append(Listed(file["filename"], there, md5, file.get("filesize")))
    return listed


def _laads(record: _Json, address: str) -> list[Listed]:
    folder = address.removesuffix(".json") + "/"
    rows = record["content"] if isinstance(record, dict) else record
    return [
        Listed(
            row["name"],
            row.get("downloadsLink") or urljoin(folder, row["name"]),
            row.get("md5sum") or None,
            int(row["size"]) if row.get("size") else None,
        )
        for row in rows
    ]


def _geoboundaries(record: _Json, _: str) -> list[Listed]:
    rows = record if isinstance(record, list) else [record]
    return [
        Listed(urlsplit(row["gjDownloadURL"]).path.rpartition("/")[2], row["gjDownloadURL"]) for row in rows
    ]


_FORMS: dict[str, Callable[[Any, str], list[Listed]]] = {
    "figshare": _figshare,
    "dataverse": _dataverse,
    "laads": _laads,
    "geoboundaries": _geoboundaries,
}
