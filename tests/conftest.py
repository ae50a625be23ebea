"""Fixtures for all tests."""

import os
import sys
from pathlib import Path

pytest_plugins = ["tests.databases"]

BYTECODE = Path(__file__).parents[1] / "var" / "bytecode"

if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    # Containers set it, and then every server and command that a test starts compiles the
    # whole project anew, a second each. The checkout stays as clean in this way.
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(BYTECODE)
    sys.dont_write_bytecode = False
