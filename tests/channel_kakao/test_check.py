"""The checker finds every way to break the vendor's format, one at a time."""

from itertools import count
from typing import Any

import pytest

from bot.channels.kakao import problems, warnings

Json = dict[str, Any]

PICTURE = {"imageUrl": "https://example.org/a.png"}
SQUARE = PICTURE | {"fixedRatio": True}
NO: Json = {"label": "아니요", "action": "message", "messageText": "아니요"}
LONG_LABEL: Json = NO | {"label": "아홉 글자가 넘어요"}
ROW = {"title": "줄", "action": "message", "messageText": "줄"}
ITEMS = [{"title": "시장", "description": "망원시장"}]
GOODS: Json = {"price": 1000, "currency": "won", "thumbnails": [PICTURE], "buttons": [NO]}


def answer(*outputs: Json, **template: Any) -> Json:
    return {"version": "2.0", "template": {"outputs": list(outputs), **template}}


def card(kind: str, **fields: Any) -> Json:
    return answer({kind: fields})


def side_by_side(kind: str, *items: Any, **fields: Any) -> Json:
    return card("carousel", type=kind, items=list(items), **fields)


GOOD: list[Json] = [
    answer(),
    {"version": "2.0", "useCallback": True, "data": {"text": "잠시만요"}},
    {"version": "2.0", "data": {"any": {"thing": 1}}},
    card("simpleText", text="가" * 1_000),
    card("simpleText", text="😀" * 500),
    card("simpleImage", imageUrl="https://example.org/a.png", altText="가게"),
    card("textCard", title="가" * 50, description="나" * 350),
    card("textCard", title="제목", buttons=[LONG_LABEL] * 2, buttonLayout="vertical"),
    card("textCard", title="제목", buttons=[LONG_LABEL] * 3),
    card("textCard", title="제목", buttons=[NO, NO], buttonLayout="horizontal"),
    card("basicCard", thumbnail=SQUARE, buttons=[NO, NO], forwardable=True),
    card("commerceCard", **GOODS, discountRate=10, discountedPrice=900),
    card("listCard", header={"title": "머리글"}, items=[ROW] * 5, buttons=[NO, NO]),
    card(
        "listCard",
        header={"title": "머리글"},
        items=[{"title": "줄", "link": {"web": "https://a.b"}}],
    ),
    card("itemCard", itemList=ITEMS * 10, title="제목", description="설명", head={"title": "머리"}),
    card("itemCard", itemList=ITEMS, itemListSummary={"title": "합계", "description": "₩12,000"}),
    side_by_side("textCard", *[{"title": "하나"}] * 10),
    side_by_side(
        "basicCard", {"thumbnail": SQUARE}, {"thumbnail": SQUARE}, header={"title": "머리"}
    ),
    side_by_side("itemCard", {"itemList": ITEMS, "head": {"title": "머리"}}),
    answer({"simpleText": {"text": "말"}}, quickReplies=[NO] * 10),
    answer()
    | {"context": {"values": [{"name": "c", "lifeSpan": 0, "ttl": 60, "params": {"a": "b"}}]}},
]


@pytest.mark.parametrize("response", GOOD, ids=count())
def test_good(response: Json) -> None:
    assert problems(response) == []


BAD: list[tuple[object, str]] = [
    (None, "response: not an object"),
    ([], "response: not an object"),
    ({}, "response.version: missing"),
    ({"version": "1.0", "template": {"outputs": []}}, "response.version"),
    ({"version": "2.0"}, "neither template, data nor useCallback"),
    ({"version": "2.0", "template": {}}, "template.outputs: missing"),
    ({"version": "2.0", "template": None}, "response.template: null"),
    ({"version": "2.0", "useCallback": 1}, "useCallback: not true or false"),
    (answer() | {"extra": 1}, "response.extra: unknown field"),
    (answer() | {"data": []}, "response.data: not an object"),
    (answer() | {"data": {"big": "가" * 10_300}}, "bytes, at most 30720"),
    (answer() | {"context": {"values": [{"name": "c"}]}}, "lifeSpan: missing"),
    (
        answer() | {"context": {"values": [{"name": "c", "lifeSpan": 1, "params": {"a": 1}}]}},
        "params.a: not a text",
    ),
    (
        answer() | {"context": {"values": [{"name": "c", "lifeSpan": 1, "params": "a"}]}},
        "params: not an object",
    ),
    (
        answer() | {"context": {"values": [{"name": "c", "lifeSpan": -1}]}},
        "lifeSpan: -1 is out of range",
    ),
    (answer(*[{"simpleText": {"text": "말"}}] * 4), "4 entries, 0 to 3"),
    (answer({"simpleText": {"text": "말"}, "textCard": {"title": "말"}}), "exactly one component"),
    (answer({"sandwich": {}}), "unknown component"),
    (answer({"simpleText": {"text": "말"}}, quickReplies=[]), "quickReplies: 0 entries"),
    (answer({"simpleText": {"text": "말"}}, quickReplies=[NO] * 11), "11 entries"),
    (answer(quickReplies={"label": "네"}), "quickReplies: not a list"),
    (
        answer(quickReplies=[{"label": "x", "action": "webLink", "webLinkUrl": "https://a.b"}]),
        "quickReplies[0].action",
    ),
    (answer(quickReplies=[{"label": "x", "action": "block"}]), "blockId: missing"),
    (answer(quickReplies=[NO | {"label": "열 네 글자보다 긴 이름이에요"}]), "label: 16 units"),
    (card("simpleText"), "text: missing"),
    (card("simpleText", text=""), "text: empty"),
    (card("simpleText", text=5), "text: not a text"),
    (card("simpleText", text="가" * 1_001), "1001 units"),
    (card("simpleText", text="😀" * 501), "1002 units"),
    (card("simpleImage", imageUrl="http://example.org/a.png", altText="x"), "imageUrl"),
    (card("simpleImage", imageUrl="https://example.org/가", altText="x"), "percent-encoded"),
    (card("simpleImage", imageUrl="https://e.org/" + "a" * 2_040, altText="x"), "2054 characters"),
    (card("simpleImage", imageUrl="https://e.org", altText="x" * 51), "altText"),
    (card("textCard", buttons=[NO]), "neither title nor description"),
    (card("textCard", title="가" * 51), "title: 51 units"),
    (card("textCard", title="가", description="나" * 400), "401 units"),
    (card("textCard", title="가", buttons=[NO] * 4), "buttons: 4 entries"),
    (card("textCard", title="가", buttons=[NO, LONG_LABEL]), "side by side"),
    (card("textCard", title="가", buttons=[NO] * 3, buttonLayout="horizontal"), "hides three"),
    (card("textCard", title="가", buttons=[{"label": "x", "action": "osLink"}]), "action"),
    (card("textCard", title="가", buttons=[{"label": "x", "action": "phone"}]), "phoneNumber"),
    (card("textCard", title="가", buttons=[NO | {"blockId": "b"}]), "blockId: not for action"),
    (card("textCard", title="가", buttons=["네", "아니요"]), "buttons[0]: not an object"),
    (card("basicCard", title="가"), "thumbnail: missing"),
    (card("basicCard", thumbnail=SQUARE, buttons=[NO] * 3), "square picture"),
    (card("basicCard", thumbnail=PICTURE, description="가" * 231), "231 units"),
    (card("basicCard", thumbnail=PICTURE, profile={}), "profile: unknown field"),
    (card("basicCard", thumbnail=PICTURE | {"fixedRatio": "yes"}), "fixedRatio"),
    (card("basicCard", thumbnail=PICTURE | {"width": True}), "width: not a whole number"),
    (card("commerceCard", **GOODS, discountRate=10), "needs discountedPrice"),
    (card("commerceCard", **(GOODS | {"currency": "usd"})), "currency"),
    (card("commerceCard", **(GOODS | {"thumbnails": [PICTURE] * 2})), "thumbnails: 2 entries"),
    (
        card("listCard", header={"title": "머리"}, items=[{"title": "줄"}]),
        "neither link nor action",
    ),
    (card("listCard", header={"title": "머리"}, items=[ROW] * 6), "items: 6 entries"),
    (card("listCard", header={"title": "머리"}, items=[ROW], buttons=[NO] * 3), "3 entries"),
    (card("listCard", items=[ROW]), "header: missing"),
    (card("itemCard", itemList=ITEMS * 11), "itemList: 11 entries"),
    (
        card("itemCard", itemList=[{"title": "일곱글자이름", "description": ""}]),
        "description: empty",
    ),
    (card("itemCard", itemList=[{"title": "일곱 글자임", "description": "a\nb\nc"}]), "3 lines"),
    (card("itemCard", itemList=ITEMS, description="설명"), "description: needs title"),
    (card("itemCard", itemList=ITEMS, title="가" * 100, description="나" * 101), "201 units"),
    (
        card("itemCard", itemList=ITEMS, title="가", description="\n".join("나" * 12)),
        "over 12 lines",
    ),
    (
        card("itemCard", itemList=ITEMS, head={"title": "머리"}, profile={"title": "이름"}),
        "exclude each other",
    ),
    (
        card("itemCard", itemList=ITEMS, itemListSummary={"title": "합", "description": "만원"}),
        "only currency",
    ),
    (card("itemCard", itemList=ITEMS, buttons=[NO] * 3, buttonLayout="horizontal"), "hides three"),
    (side_by_side("simpleText", {"text": "말"}), "carousel.type"),
    (card("carousel", type=["textCard"], items=[]), "carousel.type"),
    (card("carousel", type="textCard"), "items"),
    (answer({"carousel": "textCard"}), "carousel: not an object"),
    (side_by_side("textCard"), "items: 0 entries"),
    (side_by_side("textCard", *[{"title": "하나"}] * 11), "items: 11 entries"),
    (side_by_side("textCard", {"title": "하나"}, header={"title": "머리"}), "header: not for"),
    (side_by_side("textCard", {"title": "가", "description": "나" * 128}), "129 units"),
    (side_by_side("basicCard", {"thumbnail": SQUARE}, {"thumbnail": PICTURE}), "different ratios"),
    (side_by_side("listCard", *[{"header": {"title": "머"}, "items": [ROW]}] * 6), "1 to 5"),
    (side_by_side("listCard", {"header": {"title": "머"}, "items": [ROW] * 5}), "1 to 4"),
    (
        side_by_side("itemCard", {"itemList": ITEMS}, {"itemList": ITEMS, "head": {"title": "머"}}),
        "head on some cards only",
    ),
]


@pytest.mark.parametrize(("response", "finding"), BAD, ids=count())
def test_bad(response: object, finding: str) -> None:
    found = problems(response)
    assert any(finding in line for line in found), found


def test_what_is_cut_on_a_phone_is_no_problem_but_a_warning() -> None:
    response = answer(
        {"simpleText": {"text": "가" * 501}},
        {"itemCard": {"itemList": [{"title": "주소", "description": "가" * 31}]}},
        {
            "carousel": {
                "type": "basicCard",
                "items": [{"thumbnail": PICTURE, "description": "가" * 77}],
            }
        },
    )
    assert problems(response) == []
    assert warnings(card("textCard", title="제목")) == []
    assert warnings(side_by_side("textCard", {"title": "제목"})) == []
    assert [line.split(":")[0] for line in warnings(response)] == [
        "outputs[0].simpleText.text",
        "outputs[1].itemCard.itemList.description",
        "outputs[2].carousel.description",
    ]
