"""What must never be stored is found, what looks like it is left alone; masks hide enough."""

import pytest

from bot.nlu import find_pii, mask


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("800101-1234567", "rrn"),
        ("주민번호 8001011234567", "rrn"),
        ("880101 - 2345678 이에요", "rrn"),
        ("팔공공일공일 일이삼사오육칠", "rrn"),
        ("800101.1234567", "rrn"),
        ("외국인등록번호 850505-5123456", "rrn"),
        ("4111 1111 1111 1111", "card"),
        ("4111-1111-1111-1111 이걸로 결제되나요", "card"),
        ("5555555555554444", "card"),
        ("비밀번호는 1234", "password"),
        ("비번 abcd12", "password"),
        ("인증번호 123456 왔어요", "password"),
        ("OTP 998877", "password"),
        ("통장 비밀번호 4885요", "password"),
    ],
)
def test_found(text: str, kind: str) -> None:
    assert [span.kind for span in find_pii(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "010-1234-5678",
        "02-123-4567",
        "123-45-67891",
        "국민 123456-01-123456",
        "농협 301-0123-4567-11",
        "비번을 몰라요",
        "비밀번호를 잊어버렸어요",
        "매출은 12000000원이요",
        "2026-11-25 14:00",
        "사업자번호 1234567891 전화 01012345678",
        "인증번호가 안 와요",
        "",
    ],
)
def test_left_alone(text: str) -> None:
    assert find_pii(text) == ()


@pytest.mark.parametrize(
    ("text", "hidden", "kept"),
    [
        ("번호는 010-1234-5678이에요", "1234", "5678"),
        ("공일공 일이삼사 오육칠팔", "일이삼사", "5678"),
        ("사업자 123-45-67891", "67891", "123"),
        ("계좌 110-123-456789요", "123-456", "계좌"),
        ("주민번호 800101-1234567", "1234567", "주민번호"),
        ("메일 soon@example.com", "soon", "example.com"),
        ("비번은 abcd12", "abcd12", "비번은"),
    ],
)
def test_masked(text: str, hidden: str, kept: str) -> None:
    masked = mask(text)
    assert hidden not in masked
    assert kept in masked


def test_a_sentence_without_numbers_stays() -> None:
    assert mask("가게로 와주세요") == "가게로 와주세요"


@pytest.mark.parametrize(
    "text", ["우리은행 1002123456789", "계좌번호 1002123456789", "1002-123-456789"]
)
def test_an_account_that_looks_like_a_person_is_kept(text: str) -> None:
    assert find_pii(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "1002123456789",
        "우리은행 8001011234560",
        "우리은행 8509055123458",
        "우리은행 800101-1234567",
    ],
)
def test_a_person_behind_the_name_of_a_bank_is_found(text: str) -> None:
    assert [span.kind for span in find_pii(text)] == ["rrn"]
