"""Which earlier answer is to be changed, and what is no correction."""

import pytest

from bot.nlu import extract, find_correction
from tests.language.questions import context

LABELS = {
    "owner_name": ("이름", "대표자", "성함"),
    "phone": ("전화번호", "전화", "연락처", "핸드폰"),
    "store_name": ("가게 이름", "상호"),
    "market": ("시장",),
    "stall": ("위치", "호수"),
}


@pytest.mark.parametrize(
    ("text", "slot", "rest", "explicit"),
    [
        ("아니 전화번호는 010-2222-3333", "phone", "010-2222-3333", True),
        ("가게 이름 바꿔줘", "store_name", "", True),
        ("아까 시장 잘못 말했어요", "market", "", True),
        ("이름 고칠래", "owner_name", "", True),
        ("전화번호 틀렸어요", "phone", "", True),
        ("010-1111-2222가 아니라 010-3333-4444예요", "phone", "010-3333-4444예요", True),
        ("가게이름을 대박수산으로 바꿔주세요", "store_name", "대박수산", True),
        ("전화번호 010-1111-2222 말고 010-3333-4444", "phone", "010-3333-4444", True),
        ("전화번호는 010-1111-2222", "phone", "010-1111-2222", False),
        ("잠깐만요 이름이 틀렸어요", "owner_name", "", True),
    ],
)
def test_correction(text: str, slot: str, rest: str, *, explicit: bool) -> None:
    found = find_correction(text, LABELS, context("channel.category"))
    assert found is not None
    assert (found.slot, found.rest, found.explicit) == (slot, rest, explicit)


@pytest.mark.parametrize(
    "text",
    [
        "시장통닭",
        "아니 시장통닭이요",
        "시장 입구 쪽이요",
        "이름 바꿀 수 있나요",
        "아니요",
        "가게 앞이 정문이에요",
        "010-1111-2222",
        "이름표 만들어요",
    ],
)
def test_plain_answer(text: str) -> None:
    assert find_correction(text, LABELS, context("channel.category")) is None


def test_the_open_question_is_answered_not_corrected() -> None:
    assert find_correction("전화번호는 010-1111-2222", LABELS, context("channel.phone")) is None
    assert (
        find_correction("010-1111-2222가 아니라 010-3333-4444", LABELS, context("channel.phone"))
        is None
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "김복순이고 010-1234-5678 자양시장 영자네반찬이요",
            {
                "owner_name": "김복순",
                "phone": "01012345678",
                "market": "자양전통시장",
                "store_name": "영자네반찬",
            },
        ),
        (
            "가게이름은 대박수산이고 망원시장 가동 12호예요",
            {"store_name": "대박수산", "market": "망원시장", "stall": "가동 12호"},
        ),
        (
            "사업자번호 123-45-67891 전화 010-1234-5678",
            {"brn": "1234567891", "phone": "01012345678"},
        ),
        ("농협 301-0123-4567-11", {"bank": "011", "account": "3010123456711"}),
        ("오늘은 바빠요", {}),
    ],
)
def test_several_answers_in_one_message(text: str, expected: dict[str, str]) -> None:
    wanted = ("brn", "phone", "account", "bank", "market", "stall", "store_name", "owner_name")
    found = extract(text, wanted, context("free"))
    assert {slot: item.value for slot, item in found.items()} == expected


def test_only_what_is_wanted_is_taken() -> None:
    assert set(extract("010-1234-5678 자양시장", ("phone",), context("free"))) == {"phone"}
