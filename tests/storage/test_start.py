"""What starting loads: every worker, command and test pays for it."""

import os
import subprocess
import sys

from tests.databases import TEST_KEYS

LATER = {"numpy", "pyvrp", "openpyxl"}
"""Large libraries that only some work needs: planning days, reading a provider's workbook."""


def test_a_process_that_serves_loads_no_library_of_others() -> None:
    wanted = f"import sys, wsgi; print(*({LATER!r} & set(sys.modules)))"
    given = {"APP_ENV": "test", "DATA_KEYS": TEST_KEYS, "SECRET_KEY": "test" * 8}
    told = subprocess.run(
        [sys.executable, "-c", wanted],
        env={**os.environ, **given, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == ""
