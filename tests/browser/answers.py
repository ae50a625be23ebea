"""Canned answers with every component of SkillResponse 2.0, by what is said.

`{host}` in an address stands for the fake server itself.
"""

from typing import Any

Answer = dict[str, Any]


def _answer(*outputs: Answer, replies: tuple[Answer, ...] = ()) -> Answer:
    template: Answer = {"outputs": list(outputs)}
    if replies:
        template["quickReplies"] = list(replies)
    return {"version": "2.0", "template": template}


def _says(label: str, text: str | None = None) -> Answer:
    return {"label": label, "action": "message", "messageText": text or label}


def text(words: str, *labels: str) -> Answer:
    """Return a plain bubble with quick replies."""
    replies = tuple(_says(label) for label in labels)
    return _answer({"simpleText": {"text": words}}, replies=replies)


PICTURE = "{host}/pictures/shop.svg"
GREETING = _answer(
    {
        "textCard": {
            "title": "반갑습니다, 사장님!",
            "description": "무엇을 도와드릴까요?\n번호를 누르거나 말씀하듯 써 주세요.",
            "buttons": [_says("채널 만들기"), _says("방문 예약"), _says("홍보물 주문")],
        }
    },
    replies=(_says("채널 만들기"), _says("방문 예약"), _says("신청 현황"), _says("상담원")),
)
BASIC = _answer(
    {
        "basicCard": {
            "title": "우리 가게 채널이 열렸어요",
            "description": "손님이 QR을 찍으면 바로 친구가 됩니다.",
            "thumbnail": {"imageUrl": PICTURE, "altText": "시장 가게 그림"},
            "buttons": [
                {"label": "채널 보기", "action": "webLink", "webLinkUrl": "{host}/elsewhere"},
                {"label": "전화하기", "action": "phone", "phoneNumber": "02-000-0000"},
                {"label": "친구에게 알리기", "action": "share"},
            ],
        }
    }
)
SQUARE = _answer(
    {
        "basicCard": {
            "title": "스티커 시안",
            "thumbnail": {"imageUrl": PICTURE, "fixedRatio": True},
            "buttons": [_says("좋아요"), {"label": "상담원", "action": "operator"}],
        }
    }
)
COMMERCE = _answer(
    {
        "commerceCard": {
            "title": "반찬 세트",
            "description": "오늘 만든 다섯 가지",
            "price": 15000,
            "currency": "won",
            "discountRate": 20,
            "discountedPrice": 12000,
            "thumbnails": [{"imageUrl": PICTURE}],
            "profile": {"nickname": "영자네 반찬"},
            "buttons": [_says("주문하기")],
        }
    }
)
LIST = _answer(
    {
        "listCard": {
            "header": {"title": "들으실 강의"},
            "items": [
                {
                    "title": "채널 만들기",
                    "description": "5분",
                    "imageUrl": PICTURE,
                    "action": "message",
                    "messageText": "1번 강의",
                },
                {
                    "title": "사진 잘 찍기",
                    "description": "7분",
                    "action": "block",
                    "blockId": "65a0c0ffee5051400000b10c",
                    "extra": {"lesson": 2},
                },
                {"title": "글로 읽기", "description": "링크", "link": {"web": "{host}/elsewhere"}},
            ],
            "buttons": [_says("더 보기")],
        }
    }
)
ITEM = _answer(
    {
        "itemCard": {
            "head": {"title": "신청 내용 확인"},
            "itemList": [
                {"title": "이름", "description": "김영자"},
                {"title": "전화", "description": "010-1234-5678"},
                {"title": "가게", "description": "영자네 반찬\n망원시장 12호"},
                {"title": "날짜", "description": "12월 1일 화요일 오후 3시"},
            ],
            "itemListSummary": {"title": "금액", "description": "12,000원"},
            "title": "이대로 신청할까요?",
            "description": "틀린 곳이 있으면 고치기를 눌러 주세요.",
            "buttons": [_says("신청하기"), _says("고치기")],
            "buttonLayout": "vertical",
        }
    }
)
PROFILE = _answer(
    {
        "itemCard": {
            "profile": {"title": "디지털 서포터즈", "imageUrl": PICTURE},
            "itemList": [{"title": "이름", "description": "박서포"}],
            "itemListAlignment": "right",
            "itemListSummary": {"title": "방문", "description": "3"},
        }
    }
)
CAROUSEL = _answer(
    {
        "carousel": {
            "type": "basicCard",
            "header": {"title": "홍보물 고르기", "description": "옆으로 넘겨 보세요."},
            "items": [
                {
                    "title": title,
                    "description": description,
                    "thumbnail": {"imageUrl": PICTURE},
                    "buttons": [_says(f"{title} 주문")],
                }
                for title, description in (
                    ("스티커", "계산대에 붙여요"),
                    ("안내판", "상 위에 세워요"),
                    ("포스터", "벽에 걸어요"),
                )
            ],
        }
    }
)
IMAGE = _answer({"simpleImage": {"imageUrl": PICTURE, "altText": "포스터 미리보기"}})
LONG = text("오늘은 채널 만드는 법을 알려 드립니다. " * 40 + "끝까지 읽으셨네요.")
CALLBACK: Answer = {"version": "2.0", "useCallback": True, "data": {"text": "만들고 있어요…"}}
SILENT = _answer()
BLOCKS = _answer(
    {
        "textCard": {
            "description": "블록으로 이어지는 버튼입니다.",
            "buttons": [
                {
                    "label": "이어서",
                    "action": "block",
                    "blockId": "65a0c0ffee5051400000b10c",
                    "messageText": "이어서 할게요",
                    "extra": {"token": "t-1"},
                }
            ],
        }
    },
    replies=(
        {
            "label": "네",
            "action": "block",
            "blockId": "65a0c0ffee5051400000b10c",
            "extra": {"token": "t-2"},
        },
    ),
)
EVIL_TEXT = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>"
EVIL = _answer(
    {"simpleText": {"text": EVIL_TEXT}},
    {
        "textCard": {
            "title": EVIL_TEXT,
            "buttons": [
                {"label": "링크", "action": "webLink", "webLinkUrl": "javascript:window.hacked=1"},
                _says('"><img src=x onerror=window.hacked=1>'),
            ],
        }
    },
    {"simpleImage": {"imageUrl": "javascript:window.hacked=1", "altText": EVIL_TEXT}},
    replies=(_says("<b onmouseover=window.hacked=1>굵게</b>"),),
)
OVER = _answer(
    {"simpleText": {"text": "가" * 1001}},
    {"textCard": {"description": "ㄱ", "buttons": [_says("열네 글자를 훌쩍 넘는 이름의 버튼")]}},
    {"hologram": {}},
    {"simpleText": {"text": "넷째"}},
)
CONTEXT: Answer = text("기억했습니다") | {
    "context": {"values": [{"name": "step", "lifeSpan": 2, "params": {"n": "1"}}]}
}

ANSWERS: dict[str, Answer] = {
    "안녕하세요": GREETING,
    "카드": BASIC,
    "정사각": SQUARE,
    "상품": COMMERCE,
    "목록": LIST,
    "항목": ITEM,
    "프로필": PROFILE,
    "넘기기": CAROUSEL,
    "사진": IMAGE,
    "긴 글": LONG,
    "나중에": CALLBACK,
    "조용히": SILENT,
    "블록": BLOCKS,
    "나쁜 글": EVIL,
    "넘침": OVER,
    "기억": CONTEXT,
}
