"""Long texts and many outputs: at most three bubbles, cut where a reader would pause."""

from bot.dialogue.message import Button, Card, Carousel, Facts, ListCard, ListRow, Text
from tests.channel_kakao.answers import outputs

SENTENCE = "시장 상인 여러분을 도와드려요. "


def test_text_over_500_is_split_at_sentences_so_that_nothing_is_folded() -> None:
    text = (SENTENCE * 60).strip()
    parts = [item["simpleText"]["text"] for item in outputs(Text(text))]
    assert len(parts) == 3
    assert all(len(part) <= 500 and part.endswith("도와드려요.") for part in parts)
    assert " ".join(parts) == text


def test_paragraphs_and_lines_are_preferred_to_sentences() -> None:
    parts = outputs(Text("첫 문단. 둘째 문장.\n" * 20 + "\n" + "다음 문단.\n" * 50))
    assert parts[0]["simpleText"]["text"].endswith("둘째 문장.")
    assert parts[1]["simpleText"]["text"].startswith("다음 문단.")


def test_text_beyond_three_bubbles_is_cut_with_an_ellipsis() -> None:
    parts = [item["simpleText"]["text"] for item in outputs(Text(SENTENCE * 400))]
    assert len(parts) == 3
    assert all(900 < len(part) <= 1_000 for part in parts)
    assert parts[-1].endswith("…")


def test_an_emoji_counts_two_and_a_family_stays_together() -> None:
    assert len(outputs(Text("😀" * 250))) == 1
    assert len(outputs(Text("😀" * 251))) == 2
    family = "👨‍👩‍👧‍👦"
    parts = [item["simpleText"]["text"] for item in outputs(Text(family * 60))]
    assert all(part.replace(family, "") == "" for part in parts)


def test_a_hostile_pile_of_marks_is_cut_somewhere() -> None:
    parts = outputs(Text("가" + "\u0301" * 700))
    assert sum(len(part["simpleText"]["text"]) for part in parts) == 701


def test_three_texts_stay_three_and_more_are_merged() -> None:
    three = outputs(Text("가"), Text("나"), Text("다"))
    assert [item["simpleText"]["text"] for item in three] == ["가", "나", "다"]
    merged = outputs(Text("가"), Text("나"), Card("카드", buttons=(Button("네"),)), Text("다"))
    assert merged[0]["simpleText"]["text"] == "가\n\n나"
    assert "textCard" in merged[1]


def test_too_many_cards_keep_the_last_two_and_say_the_rest() -> None:
    facts = Facts("예약", (("시장", "망원시장"),), "확인해 주세요")
    rows = ListCard("고르세요", (ListRow("하나", "설명"),))
    cards = tuple(Card(f"카드 {n}", buttons=(Button("네"),)) for n in range(3))
    side = Carousel((Card("왼쪽"), Card("오른쪽")))
    shown = outputs(facts, rows, side, *cards)
    said = "예약\n시장: 망원시장\n확인해 주세요\n\n고르세요\n하나\n설명\n\n왼쪽\n오른쪽\n\n카드 0"
    assert shown[0] == {"simpleText": {"text": said}}
    assert [item["textCard"]["title"] for item in shown[1:]] == ["카드 1", "카드 2"]
