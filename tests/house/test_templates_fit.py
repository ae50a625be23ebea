"""Every notice's words fit the chat, both AlimTalk vendors, a text message, and their class."""

import re

import pytest

from bot.outbox.senders import alimtalk
from bot.outbox.templates import (
    BUTTONS,
    CHAT_LENGTH,
    CODE_LENGTH,
    LABEL_LENGTH,
    Template,
    templates,
)
from bot.services.reminders import BOOK
from models.outbox import MessageClass

TEMPLATES = sorted(templates().values(), key=lambda template: template.kind)
LONG = "가나다라마바사아자차카타파하" * 2
"""A value as long as they get; lists of several lines are the exception."""
CHAT_LINES = 3
PROMOTION = (
    "할인",
    "특가",
    "쿠폰",
    "이벤트",
    "경품",
    "세일",
    "프로모션",
    "혜택",
    "적립",
    "사은품",
    "무료 체험",
    "추천",
)
"""Words that make a notice an advertisement in the eyes of Kakao's reviewers."""
MAY_SAY_AD = frozenset({"consent.renew", "consent.result"})
"""Tell about the consent to advertising, as the law asks for."""


def filled(template: Template) -> dict[str, str]:
    links = {tap.link[2:-1] for tap in template.buttons if tap.link.startswith("#{")}
    return {
        name: f"https://bot.example.org/k/{'a' * 40}" if name in links else LONG
        for name in template.variables
    }


each = pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.kind)


def test_every_notice_has_its_words_and_the_other_way_round() -> None:
    assert set(BOOK) | {"digest"} == set(templates())


@each
def test_what_vendors_allow(template: Template) -> None:
    assert re.fullmatch(rf"[A-Za-z0-9_-]{{1,{CODE_LENGTH}}}", template.code)
    assert template.title.strip()
    assert len(template.title.encode(alimtalk.ENCODING)) <= alimtalk.LMS_TITLE_BYTES
    assert len(template.buttons) <= BUTTONS
    for tap in template.buttons:
        assert 0 < len(tap.label) <= LABEL_LENGTH
        assert "#{" not in tap.label, "a label may hold no variable"
    assert all("@" not in name and name.strip() == name for name in template.variables)
    words = template.fill(filled(template))
    assert len(words.text) <= CHAT_LENGTH


@each
def test_a_text_message_can_say_it(template: Template) -> None:
    words = template.fill(filled(template))
    instead = alimtalk.text_instead(words, links=True)
    assert instead is not None
    assert instead.kind == "SMS" or instead.title


@each
def test_a_link_is_registered_with_its_scheme_and_used_for_nothing_else(
    template: Template,
) -> None:
    for tap in template.buttons:
        if not tap.link:
            continue
        name = re.fullmatch(r"#\{([^}]+)\}", tap.link)
        assert name or tap.link.startswith("https://")
        if name:
            assert f"#{{{name[1]}}}" not in template.text


@each
def test_the_chat_shows_few_lines(template: Template) -> None:
    lines = template.text.strip().splitlines()
    assert len(lines) <= CHAT_LINES
    assert all(line.strip() for line in lines), "no empty line"


@each
def test_a_reminder_never_carries_promotion(template: Template) -> None:
    notice = BOOK.get(template.kind)
    if notice is not None and notice.message_class is MessageClass.MARKETING:
        pytest.fail("reminders are no advertisements; a marketing text needs rules of its own")
    every = " ".join((template.title, template.text, *(tap.label for tap in template.buttons)))
    assert [word for word in PROMOTION if word in every] == []
    if template.kind not in MAY_SAY_AD:
        assert "광고" not in every
