"""Compiled loops need no folder that can be written."""

import subprocess
import sys

SCRIPT = """
from numba.core import caching
caching.CacheImpl._locator_classes = []  # as where neither the package nor a home can be written
from cityebb.grids.compiled import compiled

@compiled
def twice(number):
    return 2 * number

print(twice(21))
"""


def test_without_a_place_to_keep_machine_code():
    told = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert told.stdout == "42\n", told.stderr
