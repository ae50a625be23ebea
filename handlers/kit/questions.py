"""The questions of an order, in the order of asking.

Further languages are never asked for. Nothing that we hold says that a market has visitors
from abroad, and one more question costs every other merchant a turn; who needs them says
"영어도 넣어 주세요" with any answer, and the summary shows it.
"""

from bot.dialogue.flow import Ask
from handlers.kit import answers
from handlers.kit.words import DELIVERIES, ITEMS, LANGUAGES, NAMES, SIZES, THEME_CHOICES

QUESTIONS = (
    Ask(
        key="kit.items",
        slot="items",
        label=answers.ITEMS_LABEL,
        text=answers.items_text,
        again="무엇을 드릴까요? 번호나 이름을 보내 주세요.",
        example="스티커 5장, 포스터 2장",
        choices=ITEMS,
        accept=answers.accept_items,
        show=answers.show_items,
        why="고르신 것만 만들어 드려요. 모두 무료예요.",
        hint="번호만 보내셔도 돼요. 둘이면 ‘1번 3번’처럼 적어 주세요.",
        words=("종류", "품목", "물건"),
    ),
    Ask(
        key="kit.size",
        slot="size",
        label="포스터 크기",
        text="포스터 크기를 골라 주세요.\n작은 것은 엽서만 해서 계산대에 세워요.",
        choices=SIZES,
        when=answers.is_poster_wanted,
        why="벽에 붙이면 큰 것, 문에 붙이면 보통이 좋아요.",
        words=("크기", "사이즈"),
    ),
    Ask(
        key="kit.qty",
        parse_as="kit.qty",
        slot="qty",
        label="몇 장",
        text=answers.qty_text,
        when=answers.needs_counts,
        valid=answers.is_counted,
        accept=answers.accept_qty,
        show=answers.show_qty,
        suggestions=answers.suggest_counts,
        why="그만큼 인쇄해요. 1장에서 300장까지 돼요.",
        hint="숫자만 보내셔도 돼요. 1에서 300까지예요. 예) 10",
        words=("장수", "개수", "갯수", "수량", *NAMES.values()),
    ),
    Ask(
        key="kit.phrase",
        slot="phrase",
        label="넣을 말",
        text="가게 이름 밑에 넣을 말이 있으세요?\n없으면 ‘건너뛰기’라고 보내 주세요.",
        example="매일 아침 만드는 손두부",
        optional=True,
        when=answers.has_room_for_words,
        accept=answers.accept_phrase,
        why="손님이 무슨 가게인지 바로 알아봐요. 없어도 괜찮아요.",
        hint="짧게 한 줄이면 돼요. 없으면 ‘건너뛰기’라고 보내 주세요.",
        words=("문구", "글귀", "글"),
    ),
    Ask(
        key="kit.theme",
        slot="theme",
        label="모양",
        text=answers.theme_text,
        choices=THEME_CHOICES,
        pictures=answers.picture_of,
        why="색과 그림이 달라요. 네모 무늬(QR)는 다 똑같이 잘 찍혀요.",
        hint="번호나 색깔을 보내 주세요. 예) 1, 파란색",
        words=("색", "색깔", "디자인", "그림"),
    ),
    Ask(
        key="kit.languages",
        slot="languages",
        label="외국어",
        text="안내 글에 어느 나라 말을 더 넣을까요? 없으면 ‘건너뛰기’라고 보내 주세요.",
        example="영어, 일본어",
        suggestions=lambda _view: tuple(choice.label for choice in LANGUAGES),
        volunteered=True,
        optional=True,
        accept=answers.accept_languages,
        show=answers.show_languages,
        why="외국 손님이 많으면 같이 적어 두면 좋아요.",
        words=("영어", "일본어", "중국어"),
    ),
    Ask(
        key="kit.channel",
        parse_as="channel.url",
        slot="channel_public_id",
        label="채널 주소",
        text="카카오톡 채널 주소를 아시면 붙여 넣어 주세요.\n모르셔도 돼요. 채널이 열리면 저희가 넣어 만들어요.",
        example="pf.kakao.com/_xaBcDe",
        optional=True,
        when=answers.needs_channel,
        show=answers.show_channel,
        why="네모 무늬(QR)를 찍으면 그 채널로 가요.",
        hint="채널을 열고 ‘공유’를 누르면 주소가 나와요. 모르시면 ‘건너뛰기’라고 보내 주세요.",
        words=("주소", "링크", "채널"),
    ),
    Ask(
        key="kit.delivery",
        slot="delivery",
        label="받는 법",
        text="어떻게 받으시겠어요?\n파일은 휴대폰으로 받아서 직접 뽑으시는 거예요.",
        choices=DELIVERIES,
        why="다 되면 그렇게 전해 드려요. 모두 무료예요.",
        hint="번호만 보내셔도 돼요. 모르시면 2번, 가게로 갖다 드려요.",
        words=("배달", "배송", "받는 방법"),
    ),
)
ORDER_QUESTIONS = frozenset({ask.key for ask in QUESTIONS} | {"kit.confirm"})
"""What is asked in the middle of an order."""
