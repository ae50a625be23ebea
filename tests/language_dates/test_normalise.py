import unicodedata

import pytest

from bot.nlu.normalise import normalise


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("３시　반", "3시 반"),
        ("안녕！！！", "안녕!"),
        ("ㅋㅋㅋㅋㅋ 네", "ㅋ 네"),
        ("네ㅠㅠㅜㅜ", "네ㅠㅜ"),
        ("  내일   오후  ", "내일 오후"),
        ("내\u200b일\ufeff", "내일"),
        ("\u202e내일\u202c", "내일"),
        ("2시〜4시", "2시~4시"),
        ("2·7일장", "2·7일장"),
        ("2ㆍ7일장", "2·7일장"),
        ("좋아요😀😀😀", "좋아요😀"),
        ("👍🏻👍🏻", "👍"),
        ("😀👌😀", "👌"),
        ("①번", "1번"),
        ("ㅇㅇ", "ㅇㅇ"),
        ("https://pf.kakao.com/_aa", "https://pf.kakao.com/_aa"),
        ("", ""),
        ("\u200b", ""),
    ],
)
def test_one_shape(written: str, read: str) -> None:
    assert normalise(written).text == read


def test_decomposed_hangul_is_composed() -> None:
    assert normalise(unicodedata.normalize("NFD", "다음 주 화요일")).text == "다음 주 화요일"


def test_offsets_lead_back_to_what_was_written() -> None:
    written = "  ㅋㅋㅋ 내일\u200b 오후 ３시!!"
    result = normalise(written)
    start = result.text.index("오후")
    first, last = result.original_span(start, start + len("오후 3시"))
    assert written[first:last] == "오후 ３시"


def test_offsets_of_decomposed_text_point_at_its_letters() -> None:
    written = unicodedata.normalize("NFD", "낼 모레")
    result = normalise(written)
    start = result.text.index("모레")
    first, last = result.original_span(start, start + 2)
    assert unicodedata.normalize("NFC", written[first:last]) == "모레"


def test_a_span_at_the_end_reaches_the_end_of_the_original() -> None:
    result = normalise("내일!!!")
    assert result.original_span(0, len(result.text)) == (0, 6 - 1)
