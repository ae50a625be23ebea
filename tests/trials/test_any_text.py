"""Whatever is written, tapped or sent along, at any question: a valid bubble, no fault."""

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.channels.kakao import problems
from bot.config import Settings
from bot.dialogue.message import Inbound
from bot.dialogue.state import dump, load
from bot.web.webhook import TROUBLE, skill_blueprint
from models.conversation import Conversation
from tests.talk import SECRET, House, Merchant, house, payload
from tests.transcript import all_transcripts

STATE_LIMIT = 64 * 1024
SHORT, LONG = 150, 3000
MESSAGES = 4
"""Odd messages in a row at one question."""

WORDS = (
    "네", "아니요", "없어요", "1", "2", "9", "0", "이전", "처음", "나중에", "취소", "왜요?", "다시", "상담원",
    "아니 전화번호는 010-1111-2222", "복순상회", "자양시장", "중앙시장", "9시부터 8시까지", "매주 일요일", "123-45-67891",
    "010-1234-5678", "바꿔줘", "전화번호 바꿔줘", "동의 철회할래요", "다 지워주세요", "그대로", "건너뛰기", "계속",
    "@" * 200, "가" * 3000, "1" * 400, "일이삼사" * 200, "\u200b", "\u202e네", "ㅋㅋㅋ", "👍", "{}", "|||", "<script>",
)  # fmt: skip

anything = st.text(max_size=300)
long_text = st.builds(lambda part, times: part * times, st.text(min_size=1, max_size=8), st.integers(1, 600))  # fmt: skip
near = st.builds(lambda *parts: "".join(parts), anything, st.sampled_from(WORDS), anything)
texts = st.one_of(st.sampled_from(WORDS), anything, near, long_text)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
trees = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=6
)
tokens = st.one_of(
    st.builds(
        lambda *parts: "|".join(parts),
        st.sampled_from(("channel", "profile", "menu", "nothing")) | st.text(max_size=8),
        st.sampled_from(("channel.role", "channel.category", "channel.confirm", "consent.collect"))
        | st.text(max_size=8),
        st.sampled_from(("0", "1", "2", "99999999999999999999", "٣", "²", "-1")) | st.text(max_size=4),
        st.sampled_from(("owner", "yes", "no", "edit", "1", "")) | st.text(max_size=8),
    ),
    st.text(max_size=50),
)  # fmt: skip
extras = st.one_of(st.none(), st.builds(lambda token: {"t": token}, tokens), trees)


@dataclass(frozen=True)
class Odd:
    """One odd message."""

    text: str
    extra: Any
    params: Any
    has_id: bool

    def body(self, user: str) -> bytes:
        """Return the payload."""
        data = payload(user, self.text)
        if self.extra is not None:
            data["action"]["clientExtra"] = self.extra
        if self.params is not None:
            data["action"]["params"] = self.params
            data["userRequest"]["params"] = self.params
        return json.dumps(data).encode("utf-8", "surrogatepass")


odd_messages = st.builds(Odd, texts, extras, st.none() | trees, st.booleans())


@cache
def places() -> tuple[tuple[str, ...], ...]:
    """Return, for every question any transcript reaches, a shortest way to it."""
    ways: set[tuple[str, ...]] = {()}
    for transcript in all_transcripts():
        said: list[str] = []
        for turn in transcript.turns:
            if "user" not in turn:
                break
            said.append(turn["user"])
            ways.add(tuple(said))
    return tuple(sorted(ways, key=lambda way: (len(way), way)))


class Faults(logging.Handler):
    """Collects what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@dataclass
class Trial:
    """Sends odd messages to one house."""

    building: House
    faults: Faults
    people: int = 0

    def play(self, way: tuple[str, ...], odd: list[Odd]) -> None:
        """Walk to a place as somebody new, then say odd things."""
        self.faults.lines.clear()
        self.people += 1
        user = f"user-{self.people}"
        person = Merchant(self.building, user)
        for text in way:
            person.say(text)
        for number, message in enumerate(odd):
            headers = {"X-Skill-Secret": SECRET}
            if message.has_id:
                headers["X-Request-Id"] = f"odd-{number}"
            body = message.body(user)
            answer = self.building.app.test_client().post(
                "/kakao/skill", data=body, headers=headers
            )
            assert answer.status_code == 200, answer.data
            assert answer.data != TROUBLE, self.faults.lines[-1:]
            said = json.loads(answer.data)
            if said["template"]["outputs"]:  # nothing is said while a person owns the chat
                assert problems(said) == []
        assert self.faults.lines == []
        self._check_state(user)

    def _check_state(self, user: str) -> None:
        with self.building.database.reading() as session:
            found = select(Conversation.state).where(Conversation.user_key == user)
            plain = session.scalars(found).one()
        if plain is None:
            return  # the person asked to be erased
        assert len(plain) < STATE_LIMIT
        data = json.loads(plain)
        assert dump(load(data)) == data
        assert self.building.inspector.conversation(user)["turns"]


def run(url: str, examples: int) -> None:
    """Try so many examples in one house."""
    faults = Faults()
    logging.getLogger().addHandler(faults)

    @hypothesis_settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(way=st.sampled_from(places()), odd=st.lists(odd_messages, min_size=1, max_size=MESSAGES))
    def every_example(way: tuple[str, ...], odd: list[Odd]) -> None:
        trial.play(way, odd)

    try:
        with house(url) as building:
            trial = Trial(building, faults)
            every_example()
    finally:
        logging.getLogger().removeHandler(faults)


def test_any_message_at_any_question(sqlite_url: str) -> None:
    run(sqlite_url, SHORT)


@pytest.mark.long
def test_thousands_of_messages(sqlite_url: str) -> None:
    run(sqlite_url, LONG)


def test_a_flood_keeps_the_state_small(sqlite_url: str) -> None:
    faults = Faults()
    with house(sqlite_url) as building:
        trial = Trial(building, faults)
        every = [Odd((word * 50)[:3000], {"t": f"channel|channel.role|{n}|owner"}, None, n % 2 == 0)
                 for n, word in enumerate(WORDS * 5)]  # fmt: skip
        trial.play(("채널 등록", "1", "네"), every)


def test_tokens_that_look_like_numbers(sqlite_url: str) -> None:
    with house(sqlite_url) as building:
        trial = Trial(building, Faults())
        strange = ("²", "٣", "-1", "9" * 60, "", "1.5", "①", "+1")
        odd = [Odd("네", {"t": f"channel|channel.role|{nonce}|owner"}, None, has_id=True)
               for nonce in strange]  # fmt: skip
        trial.play(("채널 등록",), odd)


class BrokenClock:
    """Stands for a fault in our own code before the message is even read."""

    def now(self) -> datetime:
        """Fail."""
        raise LookupError("a fault of our own")


class Nobody:
    """A conversation that must not be reached."""

    def handle(self, inbound: Inbound) -> bytes:
        """Fail the test."""
        raise AssertionError(inbound)


def test_a_fault_before_the_conversation_is_excused_too() -> None:
    app = Flask("trial")
    settings = Settings(kakao_skill_secret=SECRET)
    app.register_blueprint(skill_blueprint(settings, BrokenClock(), Nobody()))
    client = app.test_client()
    body = json.dumps(payload("one", "안녕하세요")).encode()
    answer = client.post("/kakao/skill", data=body, headers={"X-Skill-Secret": SECRET})
    assert (answer.status_code, answer.data) == (200, TROUBLE)
    assert client.post("/kakao/skill", data=body).status_code == 401
