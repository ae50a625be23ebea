"""What the pages call things, and how they mask them."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.console import masking, words
from bot.services.spreadsheets import BOM, as_csv
from models.requirement import DocumentKind
from models.states import ChannelState, DocumentState
from tests.fakes.rows import NOW


@pytest.mark.parametrize(
    ("mask", "value", "masked"),
    [
        (masking.name, "홍길동", "홍*동"),
        (masking.name, "김철", "김*"),
        (masking.name, "김", "김*"),
        (masking.name, "남궁민수", "남**수"),
        (masking.name, None, "-"),
        (masking.phone, "01012345678", "***-****-5678"),
        (masking.phone, "5678", "-"),
        (masking.phone, None, "-"),
        (masking.brn, "1208800767", "120-**-***67"),
        (masking.brn, "12", "-"),
        (masking.full_phone, "01012345678", "010-1234-5678"),
        (masking.full_phone, "021234567", "02-123-4567"),
        (masking.full_phone, "", "-"),
        (masking.full_brn, "1208800767", "120-88-00767"),
        (masking.full_brn, None, "-"),
    ],
)
def test_masks(mask: Callable[[str | None], str], value: str | None, masked: str) -> None:
    assert mask(value) == masked


def test_every_code_has_a_word() -> None:
    assert set(words.CHANNEL_STATES) == set(ChannelState)
    assert set(words.DOCUMENT_STATES) == set(DocumentState)
    assert set(words.DOCUMENTS) == set(DocumentKind)


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (timedelta(seconds=-5), "0분"),
        (timedelta(minutes=59, seconds=59), "59분"),
        (timedelta(minutes=60), "1시간"),
        (timedelta(hours=23), "23시간"),
        (timedelta(days=2, hours=5), "2일"),
    ],
)
def test_how_long(time: timedelta, text: str) -> None:
    assert words.span(time) == text


def test_moments_are_korean() -> None:
    assert words.moment(NOW) == "2026-11-24(화) 12:00"
    assert words.moment(None) == "-"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(sign: str) -> None:
    text = as_csv([[f"{sign}HYPERLINK(1)", "-", f"a{sign}b"]])
    assert text.startswith(f"{BOM}\"'{sign}")
    assert '"-"' in text
    assert f'"a{sign}b"' in text
