import pytest

from bot.outbox.lawful import stricter, unlawful
from models.outbox import MessageClass
from tests.outbox.office import text

TRANSACTIONAL, EDUCATION, MARKETING = MessageClass
END = "무료 수신거부: ‘수신거부’라고 보내 주세요."


@pytest.mark.parametrize(
    ("message_class", "said", "fault"),
    [
        (MARKETING, f"(광고) 새 소식이에요.\n{END}", None),
        (MARKETING, f"(광고) 새 소식이에요.\n{END}\n", None),
        (MARKETING, f"(광 고) 새 소식이에요.\n{END}", "ad_unmarked"),
        (MARKETING, f"새 소식이에요. (광고)\n{END}", "ad_unmarked"),
        (MARKETING, "(광고) 새 소식이에요.", "ad_without_opt_out"),
        (MARKETING, f"(광고) 새 소식이에요.\n{END}\n또 만나요.", "ad_without_opt_out"),
        (MARKETING, "(광고) 새 소식이에요.\n수신거부: 080", "ad_without_opt_out"),
        (TRANSACTIONAL, "내일 만나요.", None),
        (EDUCATION, "내일 만나요. (광고)", "ad_misplaced"),
    ],
)
def test_what_a_text_must_look_like(
    message_class: MessageClass, said: str, fault: str | None
) -> None:
    assert unlawful(message_class, text("any", said).fill({})) == fault


def test_the_class_with_more_rules_counts() -> None:
    assert stricter(TRANSACTIONAL, EDUCATION) is EDUCATION
    assert stricter(MARKETING, EDUCATION) is MARKETING
