"""The page about kits tells the truth."""

import json
import re
from pathlib import Path

from kits import intake
from kits.roster import KNOWN
from tests.print.specs import logo, payment_picture

PAGE = (Path(__file__).parents[2] / "docs" / "kits.md").read_text(encoding="utf-8")


def test_the_example_is_a_specification(tmp_path: Path) -> None:
    example = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert example
    (tmp_path / "로고.png").write_bytes(logo())
    (tmp_path / "결제.png").write_bytes(payment_picture())
    spec = intake.from_json(json.loads(example[1]), tmp_path)
    assert spec.products == ("poster-a4", "tent", "card-sheet")


def test_every_field_and_column_is_told() -> None:
    for key in intake.KEYS:
        assert f'"{key}"' in PAGE or f"`{key}`" in PAGE
    assert ",".join(KNOWN) in PAGE
