"""Every code that a kit can be refused with stands in the one table."""

import re
from pathlib import Path

from kits import errors
from kits.preflight.check import FAULTS, WARNINGS

KITS = Path(errors.__file__).parent
RAISED = re.compile(r"""(?:KitError|refuse|code=)\(?\s*"([a-z_]+)",""")
TABLE = re.findall(r"^    ([a-z_]+) {2,}\S", errors.__doc__ or "", re.MULTILINE)


def test_every_code_is_in_the_table_and_every_line_is_needed() -> None:
    files = [*KITS.rglob("*.py"), *KITS.rglob("*.typ")]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    raised = set(RAISED.findall(text)) | {"preflight_failed", "product_unavailable"}
    assert raised - set(TABLE) == set()
    unused = {code for code in TABLE if text.count(f'"{code}"') == 0}
    assert unused == set()
    assert len(TABLE) == len(set(TABLE))


def test_no_rule_of_the_inspection_shares_a_code_with_another() -> None:
    names = [rule.__name__ for rule in (*FAULTS, *WARNINGS)]
    assert len(names) == len(set(names))
