"""The chat in the terminal, through a webhook that is a function."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.clock import AdjustableClock, SystemClock
from bot.outbox.templates import Tap
from bot.simulator.boxes import columns, drawn, said, wrapped
from bot.simulator.passing import Passage
from bot.simulator.payload import Payload
from bot.simulator.terminal import Bench, chat
from tests.browser import answers
from tests.browser.fake_bot import FakeBot
from tests.patience import PATIENCE_S


@dataclass
class Webhook:
    """Answers from the canned ones, and keeps what came."""

    bodies: list[bytes] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    status: int = 200
    broken: bool = False

    def post(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        self.bodies.append(body)
        self.ids.append(headers["X-Request-Id"])
        words = self.payload(-1)["userRequest"]["utterance"]
        answer = answers.ANSWERS.get(words) or answers.text(f"들음 {words} {len(self.ids)}", "네")
        if self.broken:
            return self.status, b"<html>"
        return self.status, json.dumps(answer, ensure_ascii=False).encode()

    def payload(self, index: int) -> Payload:
        found: dict[str, Any] = json.loads(self.bodies[index])
        return found


@pytest.fixture
def webhook() -> Webhook:
    return Webhook()


def still(clock: AdjustableClock) -> Passage:
    """Return a passage of time in which nothing happens."""
    return Passage(clock, lambda _: 0, lambda _: 0, lambda _: None, PATIENCE_S)


def run(webhook: Webhook, *lines: str, bench: Bench | None = None) -> str:
    """Type the lines, and return all that was written."""
    rest = iter(lines)
    written: list[str] = []

    def read(_prompt: str) -> str:
        try:
            return next(rest)
        except StopIteration:
            raise EOFError from None

    chat(webhook.post, "u1", read, written.append, bench=bench)
    return "\n".join(written)


def test_a_line_is_sent_and_the_answer_boxed(webhook: Webhook) -> None:
    shown = run(webhook, "안녕하세요", "", "/quit", "not read")
    assert len(webhook.bodies) == 1
    assert webhook.payload(0)["userRequest"]["user"]["id"] == "u1"
    assert "│ 반갑습니다, 사장님!" in shown
    assert "[2] 방문 예약" in shown
    assert "[7] 상담원" in shown


def test_boxes_are_even() -> None:
    for answer in answers.ANSWERS.values():
        boxes = [line for line in drawn(answer).lines if line[0] in "┌│└"]
        assert {columns(line) for line in boxes} <= {50}


def test_numbers_tap_what_they_stand_for(webhook: Webhook) -> None:
    shown = run(webhook, "안녕하세요", "/2", "/1")
    assert webhook.payload(1)["userRequest"]["utterance"] == "방문 예약"
    assert webhook.payload(1)["flow"]["trigger"]["type"] == "CARD_BUTTON_MESSAGE"
    assert webhook.payload(2)["userRequest"]["utterance"] == "네"
    assert webhook.payload(2)["flow"]["trigger"]["type"] == "QUICKREPLY_BUTTON_MESSAGE"
    assert "» 방문 예약" in shown


def test_a_block_tap_carries_its_extra(webhook: Webhook) -> None:
    run(webhook, "블록", "/1", "블록", "/2")
    assert webhook.payload(1)["action"]["clientExtra"] == {"token": "t-1"}
    assert webhook.payload(3)["action"]["clientExtra"] == {"token": "t-2"}


def test_list_rows_are_numbered(webhook: Webhook) -> None:
    run(webhook, "목록", "/1")
    assert webhook.payload(1)["userRequest"]["utterance"] == "1번 강의"
    assert webhook.payload(1)["flow"]["trigger"]["type"] == "LIST_ITEM_MESSAGE"


def test_a_link_is_shown_and_not_sent(webhook: Webhook) -> None:
    shown = run(webhook, "카드", "/1", "/9")
    assert len(webhook.bodies) == 1
    assert "(채널 보기: webLink {host}/elsewhere)" in shown
    assert "[9]은 지금 없습니다." in shown


def test_again_delivers_the_same_message(webhook: Webhook) -> None:
    shown = run(webhook, "/again", "안녕하세요", "/again")
    assert webhook.bodies[0] == webhook.bodies[1]
    assert webhook.ids[0] == webhook.ids[1]
    assert "아직 보낸 메시지가 없습니다." in shown
    assert "(같은 답)" in shown


def test_again_tells_of_another_answer(webhook: Webhook) -> None:
    assert "(답이 달라졌습니다)" in run(webhook, "뭐든지", "/again")


def test_messages_of_the_bot_arrive_in_the_terminal(webhook: Webhook) -> None:
    bot = FakeBot()
    bot.promise(timedelta(hours=30), "내일 방문이 있어요.\n오후 3시", Tap("방문 확인"))
    bench = Bench(passage=bot.trial().passage, arrived=bot.arrived)
    shown = run(webhook, "/later 1d", "/later 1d", "/1", bench=bench)
    assert shown.count("먼저 보낸 알림") == 1
    assert "│ 내일 방문이 있어요." in shown
    assert webhook.payload(-1)["userRequest"]["utterance"] == "방문 확인"


def test_later_moves_the_clock(webhook: Webhook) -> None:
    clock = AdjustableClock()
    shown = run(webhook, "/later 3d", "/later soon", bench=Bench(passage=still(clock)))
    assert abs(clock.now() - SystemClock().now() - timedelta(days=3)) < timedelta(seconds=5)
    assert "시간이 3d 지났습니다" in shown
    assert "처럼 써 주세요" in shown


def test_photos_need_a_clock(webhook: Webhook) -> None:
    assert "시계를" in run(webhook, "/photo http://a.test/1", "/later 3d")
    shown = run(webhook, "/photo", "/photo http://a.test/1", bench=Bench(now=SystemClock().now))
    assert "사진 주소를" in shown
    assert "List(http://a.test/1?expires=" in webhook.payload(0)["action"]["params"]["secureimage"]


def test_json_and_state(webhook: Webhook) -> None:
    bench = Bench(bot_id="b" * 24, block_id="c" * 24, inspect=lambda key: {"key": key})
    shown = run(webhook, "/json", "안녕하세요", "/json", "/state", "/help", "/what", bench=bench)
    assert '"utterance": "안녕하세요"' in shown
    assert f'"id": "{"b" * 24}"' in shown
    assert '"key": "u1"' in shown
    assert "그런 명령은 없습니다" in shown


def test_a_failure_is_shown_and_the_chat_goes_on(webhook: Webhook) -> None:
    webhook.status = 500
    assert "!! HTTP 500" in run(webhook, "안녕하세요")
    webhook.status, webhook.broken = 200, True
    assert "!! HTTP 200 <html>" in run(webhook, "안녕하세요", "/json")
    webhook.broken = False
    assert "반갑습니다" in run(webhook, "안녕하세요")


@pytest.mark.parametrize(
    ("words", "expected"), [("조용히", "조용함"), ("나중에", "기다리는 말풍선")]
)
def test_silence_and_late_answers_are_explained(
    webhook: Webhook, words: str, expected: str
) -> None:
    assert expected in run(webhook, words)


def test_the_chat_is_saved_as_a_transcript(webhook: Webhook, tmp_path: Path) -> None:
    clock = AdjustableClock()
    bench = Bench(inspect=lambda _key: {"asked": "main_menu"}, passage=still(clock), now=clock.now)
    target = tmp_path / "hello.yaml"
    lines = ("안녕하세요", "/2", "/later 3d", "/photo http://a.test/1", "/again", "/save")
    shown = run(webhook, *lines, f"/save {target}", f"/save {tmp_path}/no/x", bench=bench)
    assert yaml.safe_load(target.read_text(encoding="utf-8")) == {
        "name": "hello",
        "turns": [
            {"user": "안녕하세요", "bot": ["반갑습니다, 사장님!"], "asked": "main_menu"},
            {"tap": "방문 예약", "bot": ["들음 방문 예약 2"], "asked": "main_menu"},
            {"wait": "3d"},
            {
                "image": ["http://a.test/1"],
                "bot": [f"들음 {webhook.payload(2)['userRequest']['utterance']} 3"],
                "asked": "main_menu",
            },
        ],
        "expect": {},
    }
    assert "파일 이름을" in shown
    assert "저장하지 못했습니다" in shown


def test_an_answer_cannot_steer_the_terminal() -> None:
    lines = drawn(answers.text("\x1b[2J지워짐\x07")).lines
    assert all("\x1b" not in line and "\x07" not in line for line in lines)


@pytest.mark.parametrize("text", ["가" * 60, "a b " * 40, "", "한글과 English 섞어서 " * 9])
def test_wrapping_keeps_the_width_and_the_words(text: str) -> None:
    lines = list(wrapped(text, 20))
    assert max(columns(line) for line in lines) <= 20
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_own_words_stand_at_the_right() -> None:
    assert columns(said("네")) == columns(said("아니요")) == 50
