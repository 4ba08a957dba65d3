"""Public sources of data: what there is, how to get it, and whether it is still what came.

Nothing is asked of the network unless a file is asked for.
"""

from cityebb.read.public.download import Fetched, get_files
from cityebb.read.public.folders import cache_folder
from cityebb.read.public.logins import LOGINS, Login
from cityebb.read.public.records import Record, Verified, verify_files
from cityebb.read.public.source import KINDS, Checked, Source, find_source, list_sources
from cityebb.read.public.wanted import Choice, Wanted, list_wanted, tell_years
from cityebb.read.public.web import Patience

__all__ = [
    "KINDS",
    "LOGINS",
    "Checked",
    "Choice",
    "Fetched",
    "Login",
    "Patience",
    "Record",
    "Source",
    "Verified",
    "Wanted",
    "cache_folder",
    "find_source",
    "get_files",
    "list_sources",
    "list_wanted",
    "tell_years",
    "verify_files",
]
