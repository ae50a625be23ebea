"""Fixtures for all tests."""

import os
import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.databases"]

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
"""How long an example takes says something about the machine, not about us."""

BYTECODE = Path(__file__).parents[1] / "var" / "bytecode"

if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    # Containers set it, and then every server and command that a test starts compiles the
    # whole project anew, a second each. The checkout stays as clean in this way.
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(BYTECODE)
    sys.dont_write_bytecode = False
