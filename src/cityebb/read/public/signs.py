"""The first bytes of a file tell whether it is what it should be; a login often comes back as a page."""

from __future__ import annotations

from cityebb.model import CityebbError
from cityebb.words import say

HEAD_BYTES = 512
"""How much of a file is enough to know."""

_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_SIGNS: dict[str, tuple[bytes, ...]] = {
    "gzip": (b"\x1f\x8b",),
    "tiff": (*_TIFF, b"\x1f\x8b", b"PK\x03\x04"),
    "hdf5": (b"\x89HDF\r\n\x1a\n",),
    "zip": (b"PK\x03\x04", b"PK\x05\x06"),
    "geopackage": (b"SQLite format 3\x00",),
    "geojson": (b"{",),
    "parquet": (b"PAR1",),
}


def is_page(head: bytes) -> bool:
    """Whether a file begins as a web page.

    Examples
    --------
    >>> is_page(b"<!DOCTYPE html><html>"), is_page(b"II*" + bytes(9))
    (True, False)
    """
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return text.startswith((b"<!doctype html", b"<html", b"<head", b"<!--")) or (
        text.startswith(b"<?xml") and b"<html" in text
    )


def has_sign(head: bytes, form: str) -> bool:
    """Whether a file begins as its format says.

    A TIFF may also come packed, as gzip or zip. OpenStreetMap's extracts begin with the length of a header
    that names itself.

    Examples
    --------
    >>> has_sign(b"PAR1" + bytes(8), "parquet"), has_sign(b"<html>", "parquet")
    (True, False)
    """
    if form == "osm-pbf":
        return b"OSMHeader" in head[:64]
    body = head.removeprefix(b"\xef\xbb\xbf").lstrip() if form == "geojson" else head
    return body.startswith(_SIGNS[form])


def require_sign(head: bytes, form: str, *, address: str, login: str) -> None:
    """Refuse what is not of the format.

    Parameters
    ----------
    head
        The first bytes, up to :data:`HEAD_BYTES`.
    form
        Format of the source.
    address
        Where it came from.
    login
        Which account the source needs.

    Raises
    ------
    CityebbError
        If it is a page (it then tells of the login) or anything else.
    """
    from cityebb.read.public.logins import LOGINS

    if has_sign(head, form):
        return
    if is_page(head) and login in LOGINS:
        account = LOGINS[login]
        raise CityebbError(
            "read.public_login_page",
            address=address,
            login=say(f"read.public_account.{login}"),
            variable=account.variable,
            register=account.register,
        )
    key = "read.public_page" if is_page(head) else "read.public_not_format"
    raise CityebbError(key, address=address, form=form)
