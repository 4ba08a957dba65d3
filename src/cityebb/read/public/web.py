"""Ask an address over HTTP: proxies by environment, timeouts, careful redirects, faults in our words."""

from __future__ import annotations

import http.client
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cityebb.model import CityebbError
from cityebb.read.public.logins import LOGINS, authorise
from cityebb.words import say

if TYPE_CHECKING:
    from email.message import Message
    from http.client import HTTPResponse

_LONGEST_WAIT_S = 30.0
_GONE = (404, 410)
_REFUSED = (401, 403)
_BUSY = (408, 425, 429, 500, 502, 503, 504)
_RANGE = 416
_PASSING = (TimeoutError, ConnectionResetError, ConnectionAbortedError, http.client.HTTPException)


class HitchError(Exception):
    """A fault that may pass: asking again is worth it.

    Parameters
    ----------
    error
        What to say if it does not pass.
    wait_s
        How long the server asks to wait.
    """

    def __init__(self, error: CityebbError, wait_s: float = 0.0) -> None:
        super().__init__(str(error.key))
        self.error = error
        self.wait_s = min(wait_s, _LONGEST_WAIT_S)


class PastEndError(Exception):
    """The server says that the file ends before the byte asked for.

    Parameters
    ----------
    total
        Its size, if told.
    """

    def __init__(self, total: int | None) -> None:
        super().__init__(total)
        self.total = total


@dataclass(frozen=True)
class Patience:
    """How long to wait and how often to ask.

    Parameters
    ----------
    timeout_s
        For a connection, and for each piece of an answer.
    tries
        How often an address is asked in a row without a byte gained.
    pause_s
        Before asking again; doubled each time.
    """

    timeout_s: float = 30.0
    tries: int = 4
    pause_s: float = 1.0


def require_http(address: str) -> None:
    """Refuse every address that is not on the web.

    Raises
    ------
    CityebbError
        For ``file:``, ``ftp:`` and the like, and where no host is named.

    Examples
    --------
    >>> require_http("https://example.org/a.tif")
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise CityebbError("read.public_scheme", address=address)


def open_address(
    address: str, *, login: str, patience: Patience, headers: dict[str, str] | None = None
) -> Any:  # noqa: ANN401 - an answer of http.client
    """Ask an address and return its answer, open.

    Parameters
    ----------
    address
        ``http`` or ``https``.
    login
        Which account the source needs.
    patience
        Timeouts.
    headers
        What else to send.

    Raises
    ------
    CityebbError
        If it cannot be had.
    HitchError
        If asking again may help.
    PastEndError
        If a range was asked for that is not there.
    """
    require_http(address)
    request = _request(address, login, headers or {})
    try:
        return _opener(login).open(request, timeout=patience.timeout_s)
    except urllib.error.HTTPError as error:
        with error:
            raise _said(error, address, login) from error
    except urllib.error.URLError as error:
        raise _unreachable(address, error.reason) from error
    except (OSError, http.client.HTTPException) as error:
        raise _unreachable(address, error) from error


def dropped(address: str, reason: object) -> HitchError:
    """Return the fault of an answer that broke off."""
    return HitchError(CityebbError("read.public_dropped", address=address, reason=_told(reason)))


def _request(address: str, login: str, headers: dict[str, str]) -> urllib.request.Request:
    from cityebb import __version__

    sent = {"User-Agent": f"cityebb/{__version__}", "Accept": "*/*", **headers}
    allowed = authorise(address, login)
    if allowed is not None:
        sent["Authorization"] = allowed
    return urllib.request.Request(address, headers=sent)  # noqa: S310 - the scheme is checked before


def _opener(login: str) -> urllib.request.OpenerDirector:
    # Not build_opener: it would also open file: and ftp: addresses.
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPCookieProcessor(CookieJar()),
        _Redirects(login),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows to the web only, never down from HTTPS, and shows each host only what is meant for it."""

    def __init__(self, login: str) -> None:
        self._login = login

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: Any,  # noqa: ANN401 - as the base class has it
        code: int,
        msg: str,
        headers: HTTPResponse | Message,
        newurl: str,
    ) -> urllib.request.Request | None:
        del fp, code, msg, headers
        require_http(newurl)
        if urlsplit(req.full_url).scheme == "https" and urlsplit(newurl).scheme != "https":
            raise CityebbError("read.public_downgrade", address=newurl)
        kept = {name: value for name, value in req.header_items() if name.lower() in ("range", "if-range")}
        return _request(newurl, self._login, kept)


def _said(error: urllib.error.HTTPError, address: str, login: str) -> Exception:
    """Return what a status means."""
    if error.code == _RANGE:
        total = (error.headers.get("Content-Range") or "").rpartition("/")[2]
        return PastEndError(int(total) if total.isdecimal() else None)
    if error.code in _REFUSED and login in LOGINS:
        account = LOGINS[login]
        return CityebbError(
            "read.public_login",
            address=address,
            status=error.code,
            login=say(f"read.public_account.{login}"),
            variable=account.variable,
            host=(*account.asks, *account.hosts)[0],
            register=account.register,
        )
    if error.code in _REFUSED:
        return CityebbError("read.public_refused", address=address, status=error.code)
    if error.code in _GONE:
        return CityebbError("read.public_gone", address=address, status=error.code)
    fault = CityebbError("read.public_status", address=address, status=error.code, reason=str(error.reason))
    if error.code in _BUSY:
        wait = (error.headers.get("Retry-After") or "").strip()
        return HitchError(fault, float(wait) if wait.isdecimal() else 0.0)
    return fault


def _unreachable(address: str, reason: object) -> Exception:
    host = urlsplit(address).hostname or address
    if isinstance(reason, ssl.SSLCertVerificationError):
        return CityebbError("read.public_certificate", address=address, reason=reason.verify_message)
    fault = CityebbError("read.public_no_network", host=host, reason=_told(reason))
    return HitchError(fault) if isinstance(reason, _PASSING) else fault


def _told(reason: object) -> str:
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror
    return str(reason) or type(reason).__name__
