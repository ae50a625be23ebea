"""What both AlimTalk vendors share: values, registrations, and text messages instead."""

from dataclasses import replace

import pytest

from bot.outbox.senders import alimtalk
from bot.outbox.senders.alimtalk import RegisteredButton, TextMessage
from bot.outbox.templates import Tap, Template
from tests.outbox.vendors import TEMPLATE, VALUES

PLAIN = Template(kind="k", code="c", title="제목", text="#{말}", buttons=())


def instead(text: str, title: str = "제목", *, links: bool = True) -> TextMessage | None:
    words = replace(PLAIN, title=title).fill({"말": text})
    return alimtalk.text_instead(words, links=links)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("가" * 45, TextMessage("SMS", "", "가" * 45)),
        ("가" * 45 + "a", TextMessage("LMS", "제목", "가" * 45 + "a")),
        ("a" * 90, TextMessage("SMS", "", "a" * 90)),
        ("가" * 1000, TextMessage("LMS", "제목", "가" * 1000)),
        ("뷁", None),
        ("됐어요 \N{SMILING FACE WITH SMILING EYES}", None),
    ],
    ids=["45 syllables", "one byte more", "90 letters", "2,000 bytes", "no such syllable", "emoji"],
)
def test_the_kind_of_a_text_message(text: str, expected: TextMessage | None) -> None:
    assert instead(text) == expected


def test_links_follow_the_text_and_count() -> None:
    words = TEMPLATE.fill(VALUES)
    with_links = alimtalk.text_instead(words, links=True)
    assert with_links is not None
    assert with_links.text.endswith("\n길 보기: https://bot.example.org/k/abc")
    assert with_links.kind == "LMS"
    without = alimtalk.text_instead(words, links=False)
    assert without == TextMessage("SMS", "", words.text)
    long = TEMPLATE.fill(VALUES | {"길": "https://a.example.org/" + "x" * 2000})
    assert alimtalk.text_instead(long, links=True) is None
    assert alimtalk.text_instead(long, links=False) == without


@pytest.mark.parametrize(
    ("title", "shown"), [("가" * 21, "가" * 20), ("a" + "가" * 20, "a" + "가" * 19), ("뷁", "")]
)
def test_a_title_is_cut_between_characters(title: str, shown: str) -> None:
    message = instead("가" * 46, title)
    assert message is not None
    assert message.title == shown


@pytest.mark.parametrize(
    ("link", "value"),
    [
        ("https://bot.example.org/k/abc", "bot.example.org/k/abc"),
        ("http://127.0.0.1:8000/k/abc", "127.0.0.1:8000/k/abc"),
        ("https://a.example.org/?to=https://b.org", "a.example.org/?to=https://b.org"),
    ],
)
def test_a_link_goes_out_without_the_scheme_that_is_registered(link: str, value: str) -> None:
    words = TEMPLATE.fill(VALUES | {"길": link})
    assert alimtalk.parameters(words) == {"때": "내일 오후 3시", "길": value}


def test_an_address_in_the_text_stays_whole() -> None:
    words = PLAIN.fill({"말": "https://bot.example.org"})
    assert alimtalk.parameters(words) == {"말": "https://bot.example.org"}


def test_how_a_template_is_registered() -> None:
    fixed = replace(
        TEMPLATE,
        kind="a.first",
        buttons=(Tap("앞", "https://a.example.org/#{길}"), Tap("뒤", "#{곳}")),
    )
    first, second = alimtalk.registrations({TEMPLATE.kind: TEMPLATE, "a.first": fixed})
    assert (first.kind, second.kind) == ("a.first", "visit.day_before")
    assert first.buttons == (
        RegisteredButton("WL", "앞", "https://a.example.org/#{길}"),
        RegisteredButton("WL", "뒤", "https://#{곳}"),
    )
    assert first.variables == ("곳", "길", "때")
    assert second.buttons == (
        RegisteredButton("BK", "방문 바꾸기", ""),
        RegisteredButton("WL", "길 보기", "https://#{길}"),
    )
    assert (second.code, second.title, second.text) == (
        TEMPLATE.code,
        TEMPLATE.title,
        TEMPLATE.text,
    )


def test_without_being_told_it_is_about_our_own_templates() -> None:
    assert {one.kind for one in alimtalk.registrations()} >= {"visit.day_before", "form.unfinished"}
