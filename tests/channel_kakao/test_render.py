"""What each kind of output looks like on KakaoTalk."""

import json
from itertools import count

import pytest

from bot.channels.kakao import bubble, render, warnings
from bot.channels.kakao.components import CHOOSE, NO_VALUE
from bot.channels.kakao.render import APOLOGY
from bot.dialogue.message import (
    Button,
    Card,
    Carousel,
    Facts,
    ListCard,
    ListRow,
    QuickReply,
    Reply,
    Text,
)
from tests.channel_kakao.answers import outputs, template, valid

BLOCK = "64f0c2b87d3b9e0058a1c51d"
SENTENCE = "시장 상인 여러분을 도와드려요. "


def test_a_plain_text_and_quick_replies() -> None:
    body = render(Reply((Text("어느 시장이세요?"),), (QuickReply("망원시장", "망원시장이요"),)))
    assert json.loads(body) == {
        "version": "2.0",
        "template": {
            "outputs": [{"simpleText": {"text": "어느 시장이세요?"}}],
            "quickReplies": [
                {"label": "망원시장", "action": "message", "messageText": "망원시장이요"}
            ],
        },
    }
    assert "망원" in body.decode()


def test_silence() -> None:
    spoken = Reply((Text("말"),), (QuickReply("네", "네"),), silent=True)
    assert json.loads(render(spoken)) == {"version": "2.0", "template": {"outputs": []}}


@pytest.mark.parametrize(
    "reply",
    [
        Reply(),
        Reply((Text(""), Text(" \n "), Card(), Facts("", ()), ListCard("", ()), Carousel(()))),
        Reply((Text("\x00\ud800"), Carousel((Card(),)), Facts("", (("", " "),)))),
    ],
    ids=count(),
)
def test_nothing_to_show_becomes_an_apology(reply: Reply) -> None:
    shown = valid(render(reply))["template"]["outputs"]
    assert shown == [{"simpleText": {"text": APOLOGY}}]


def test_a_token_needs_a_block_to_come_back() -> None:
    quick = QuickReply("네", "네, 맞아요", "ob.7")
    assert template(Text("맞나요?"), quick=(quick,), block_id=BLOCK)["quickReplies"] == [
        {
            "label": "네",
            "action": "block",
            "blockId": BLOCK,
            "messageText": "네, 맞아요",
            "extra": {"t": "ob.7"},
        }
    ]
    assert template(Text("맞나요?"), quick=(quick,))["quickReplies"][0]["action"] == "message"
    untagged = QuickReply("네", "네")
    shown = template(Text("맞나요?"), quick=(untagged,), block_id=BLOCK)
    assert shown["quickReplies"][0]["action"] == "message"


def test_labels_are_cut_at_words_and_messages_stay_whole() -> None:
    [item] = template(Text("?"), quick=(QuickReply("네 그렇게 예약해 주시면 좋겠어요", ""),))[
        "quickReplies"
    ]
    assert item["label"] == "네 그렇게 예약해 주시면…"
    assert item["messageText"] == "네 그렇게 예약해 주시면 좋겠어요"


def test_empty_quick_replies_go_and_ten_stay() -> None:
    quick = (QuickReply("", ""), *(QuickReply(str(n), "") for n in range(12)))
    labels = [item["label"] for item in template(Text("?"), quick=quick)["quickReplies"]]
    assert labels == [str(n) for n in range(10)]


def test_every_kind_of_button() -> None:
    buttons = (
        Button("", "link", "https://example.org/가 나?q=1"),
        Button("전화", "phone", "02 (123) 4567"),
        Button("", "operator"),
    )
    [card] = outputs(Card("제목", "설명", buttons))
    assert card == {
        "textCard": {
            "title": "제목",
            "description": "설명",
            "buttons": [
                {
                    "label": "열어 보기",
                    "action": "webLink",
                    "webLinkUrl": "https://example.org/%EA%B0%80%20%EB%82%98?q=1",
                },
                {"label": "전화", "action": "phone", "phoneNumber": "021234567"},
                {"label": "상담원 연결", "action": "operator"},
            ],
            "buttonLayout": "vertical",
        }
    }


@pytest.mark.parametrize(
    "button",
    [
        Button("열기", "link", "http://example.org"),
        Button("열기", "link", "javascript:alert(1)"),
        Button("열기", "link", "https://예시.example/"),
        Button("열기", "link", "https://example.org@evil.example/"),
        Button("열기", "link", "https://example.org/" + "가" * 700),
        Button("열기", "link"),
        Button("전화", "phone", "공일공"),
        Button("", "message", ""),
    ],
    ids=count(),
)
def test_a_button_that_could_do_nothing_is_left_out(button: Button) -> None:
    assert outputs(Card("제목", buttons=(button,))) == [{"textCard": {"title": "제목"}}]


def test_a_development_machine_links_to_itself() -> None:
    url = "http://127.0.0.1:8000/k/ab12"
    [card] = outputs(Card("홍보물", buttons=(Button("받기", "link", url),)))
    assert card["textCard"]["buttons"][0]["webLinkUrl"] == url


def test_buttons_beyond_three_become_quick_replies() -> None:
    buttons = tuple(Button(f"{n}번", value=f"{n}") for n in range(1, 6))
    extra = Button("누리집", "link", "https://example.org")
    shown = template(Card("고르세요", buttons=(*buttons, extra)), quick=(QuickReply("처음", ""),))
    assert len(shown["outputs"][0]["textCard"]["buttons"]) == 3
    assert [item["label"] for item in shown["quickReplies"]] == ["처음", "4번", "5번"]


def test_a_card_of_buttons_only_says_what_to_do() -> None:
    [card] = outputs(Card(buttons=(Button("네"),)))
    assert card["textCard"]["title"] == CHOOSE


def test_a_picture_makes_a_basic_card() -> None:
    picture = "https://example.org/a.png"
    [card] = outputs(Card("제목", "설명", (Button("네"),), picture, "가게 사진"))
    assert card["basicCard"]["thumbnail"] == {"imageUrl": picture, "altText": "가게 사진"}
    assert outputs(Card(image_url=picture)) == [{"basicCard": {"thumbnail": {"imageUrl": picture}}}]
    assert "textCard" in outputs(Card("제목", image_url="file:///a.png"))[0]


def test_a_long_title_is_not_lost() -> None:
    title = "가" * 51
    [card] = outputs(Card(title, "설명", (Button("네"),)))
    assert card["textCard"]["description"] == f"{title}\n설명"


def test_a_long_description_stands_before_its_card() -> None:
    text = (SENTENCE * 30).strip()
    before, card = outputs(Card("안내", text, (Button("네"),)))
    assert before["simpleText"]["text"].startswith("안내\n\n시장 상인")
    assert card["textCard"]["description"].startswith("시장 상인")
    joined = before["simpleText"]["text"] + card["textCard"]["description"]
    assert joined.count("도와드려요.") == 30


def test_a_long_card_without_buttons_is_just_text() -> None:
    [shown] = outputs(Card("안내", "가" * 450))
    assert shown == {"simpleText": {"text": "안내\n\n" + "가" * 450}}


def test_facts_that_fit_are_an_item_card() -> None:
    rows = (("시장", "망원시장"), ("연락처", ""))
    [card] = outputs(Facts("예약 확인", rows, "이대로 할까요?\n네라고 해 주세요.", (Button("네"),)))
    assert card["itemCard"] == {
        "head": {"title": "예약 확인"},
        "itemListAlignment": "left",
        "itemList": [
            {"title": "시장", "description": "망원시장"},
            {"title": "연락처", "description": NO_VALUE},
        ],
        "title": "이대로 할까요?",
        "description": "네라고 해 주세요.",
        "buttons": [{"label": "네", "action": "message", "messageText": "네"}],
    }


@pytest.mark.parametrize(
    "facts",
    [
        Facts("제목", (("여섯 자 넘음", "값"),)),
        Facts("제목", (("항목", "가" * 31),)),
        Facts("제목", (("항목", "한\n두\n세 줄"),)),
        Facts("제목", (("", "이름 없는 값"),)),
        Facts("제목", tuple((f"항목{n}", "값") for n in range(11))),
        Facts("열다섯 자가 넘는 아주 긴 제목이에요", (("항목", "값"),)),
        Facts("제목", (("항목", "값"),), "설명\n" * 13),
    ],
    ids=count(),
)
def test_facts_that_do_not_fit_are_lines(facts: Facts) -> None:
    [card] = outputs(facts)
    assert card["textCard"]["title"] == facts.title
    for label, value in facts.rows:
        assert (f"{label}: {value}" if label else value) in card["textCard"]["description"]


def test_every_row_of_a_list_does_something() -> None:
    rows = (
        ListRow("말하기", "설명", message="하나"),
        ListRow("열기", link="https://example.org/1", image_url="https://example.org/1.png"),
        ListRow("둘 다", message="셋", link="https://example.org/3"),
        ListRow("아무것도"),
        ListRow("", ""),
        ListRow("", "설명만"),
    )
    [card] = outputs(ListCard("고르세요", rows))
    assert card["listCard"]["items"] == [
        {"title": "말하기", "description": "설명", "action": "message", "messageText": "하나"},
        {
            "title": "열기",
            "imageUrl": "https://example.org/1.png",
            "link": {"web": "https://example.org/1"},
        },
        {"title": "둘 다", "action": "message", "messageText": "셋"},
        {"title": "아무것도", "action": "message", "messageText": "아무것도"},
        {"title": "설명만", "action": "message", "messageText": "설명만"},
    ]


def test_a_long_list_goes_on_in_a_second_card() -> None:
    rows = tuple(ListRow(f"{n}번") for n in range(7))
    first, second = outputs(
        ListCard("고르세요", rows, (Button("더 많은 날짜 보기"), Button("처음")))
    )
    assert [len(card["listCard"]["items"]) for card in (first, second)] == [5, 2]
    assert "buttons" not in first["listCard"]
    labels = [item["label"] for item in second["listCard"]["buttons"]]
    assert labels == ["더 많은 날짜…", "처음"]


def test_a_list_without_rows_is_a_card() -> None:
    assert outputs(ListCard("없어요", ())) == [{"textCard": {"title": "없어요"}}]


def test_cards_of_a_carousel_are_of_one_kind() -> None:
    picture = "https://example.org/a.png"
    both = Carousel((Card("하나", image_url=picture), Card("둘", image_url=picture)))
    assert outputs(both)[0]["carousel"]["type"] == "basicCard"
    mixed = Carousel((Card("하나", image_url=picture), Card("둘"), Card()))
    [side] = outputs(mixed)
    assert side["carousel"] == {"type": "textCard", "items": [{"title": "하나"}, {"title": "둘"}]}


def test_one_card_is_no_carousel_and_eleven_are_two() -> None:
    assert outputs(Carousel((Card("하나"),))) == [{"textCard": {"title": "하나"}}]
    cards = tuple(Card(f"{n}", "가" * 300) for n in range(11))
    shown = outputs(Carousel(cards))
    assert [len(item["carousel"]["items"]) for item in shown] == [10, 1]
    assert shown[0]["carousel"]["items"][0]["description"].endswith("…")


def test_an_absurd_reply_still_fits_into_30_720_bytes() -> None:
    url = "https://example.org/" + "a" * 2_028
    links = tuple(Button("열기", "link", url) for _ in range(3))
    cards = tuple(Card(f"{n}", "설명", links, url) for n in range(10))
    rows = tuple(ListRow(f"{n}번", "설명", link=url, image_url=url) for n in range(5))
    quick = tuple(QuickReply(f"{n}", "가" * 1_000, "t" * 9_000) for n in range(10))
    given = (Carousel(cards), ListCard("목록", rows), ListCard("목록", rows))
    shown = template(*given, quick=quick, block_id=BLOCK)
    assert shown["outputs"]
    assert outputs(*given)


def test_a_bubble_is_shortened() -> None:
    [shown] = valid(bubble("가" * 1_200))["template"]["outputs"]
    assert shown["simpleText"]["text"] == "가" * 999 + "…"


def test_warnings_name_what_a_phone_cuts() -> None:
    rows = (ListRow("가" * 40, "설명이 열여섯 자를 넘어가는 줄이에요", "말"),)
    list_card = Reply((ListCard("열다섯 자를 넘어가는 아주 긴 머리글", rows),))
    assert [line.split(":")[0] for line in warnings(json.loads(render(list_card)))] == [
        "outputs[0].listCard.header.title",
        "outputs[0].listCard.items.description",
    ]
    assert warnings(json.loads(render(Reply((Text("짧아요"),))))) == []
    assert warnings("no response") == []
