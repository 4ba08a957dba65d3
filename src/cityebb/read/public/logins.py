"""Accounts that some sources ask for: from the environment or a netrc file, never from a command line."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cityebb.model import CityebbError

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Login:
    """An account of a maker of data.

    Parameters
    ----------
    variable
        Environment variable that holds a token.
    hosts
        Who may see the token.
    asks
        Hosts that ask for name and password on the way, as in a netrc file.
    register
        Where a person gets an account.
    """

    variable: str
    hosts: tuple[str, ...]
    asks: tuple[str, ...]
    register: str


LOGINS: dict[str, Login] = {
    "eog": Login(
        variable="EOG_TOKEN",
        hosts=("eogdata.mines.edu",),
        asks=(),
        register="https://eogdata.mines.edu/products/register/",
    ),
    "earthdata": Login(
        variable="EARTHDATA_TOKEN",
        hosts=("ladsweb.modaps.eosdis.nasa.gov", "data.laadsdaac.earthdatacloud.nasa.gov"),
        asks=("urs.earthdata.nasa.gov",),
        register="https://urs.earthdata.nasa.gov/users/new",
    ),
}


def authorise(address: str, login: str) -> str | None:
    """Return what to send as ``Authorization`` to an address; ``None`` where nothing is to be sent.

    A token is sent over HTTPS and to the login's own hosts only, never to a mirror.

    Parameters
    ----------
    address
        Whom we ask.
    login
        Which account the source needs.

    Raises
    ------
    CityebbError
        If the netrc file cannot be read.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    account = LOGINS.get(login)
    if account is None or (parts.scheme != "https" and host not in _LOOPBACK):
        return None
    if host in account.hosts:
        token = os.environ.get(account.variable, "").strip()
        if token:
            return f"Bearer {token}"
    if host in (*account.hosts, *account.asks):
        return _from_netrc(host)
    return None


def _from_netrc(host: str) -> str | None:
    """Return name and password of a netrc file; the name ``token`` says that the password is a token."""
    import netrc

    told = os.environ.get("NETRC")
    places = [Path(told)] if told else [Path.home() / ".netrc", Path.home() / "_netrc"]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        return None
    try:
        found = netrc.netrc(str(path)).authenticators(host)
    except (OSError, netrc.NetrcParseError, UnicodeDecodeError) as error:
        raise CityebbError("read.public_netrc", path=str(path)) from error
    if found is None:
        return None
    name, _, password = found
    if name == "token":
        return f"Bearer {password}"
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()
