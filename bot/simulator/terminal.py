"""The simulator in a terminal: `flask --app wsgi chat`.

Speaks to the webhook through a function that the caller gives, so that it needs neither a
server nor a network.
"""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from bot.clock import KST
from bot.errors import PayloadError
from bot.services.arrivals import Arrival
from bot.simulator.answer import Tap
from bot.simulator.boxes import as_response, drawn, said
from bot.simulator.passing import Passage
from bot.simulator.payload import (
    PHOTO_LIFETIME,
    Visitor,
    Words,
    encoded,
    filled,
    template,
    with_expiry,
)
from bot.simulator.transcript import Turn, as_yaml, asked_in, fragments_of, is_silent, step

Post = Callable[[bytes, Mapping[str, str]], tuple[int, bytes]]
Read = Callable[[str], str]
Write = Callable[[str], None]

HELP = (
    "글을 쓰고 Enter를 누르면 보냅니다. /1 처럼 쓰면 [1]을 누릅니다.\n"
    "/again 같은 메시지를 한 번 더 전달  /photo URL… 사진 보내기  /later 3d 시간 보내기\n"
    "/json 마지막 요청과 응답  /state 지금 상태  /save FILE 대화를 시험 파일로  /quit 끝내기"
)
NO_SUCH = "그런 명령은 없습니다. /help"
NO_CLOCK = "여기서는 시계를 옮길 수 없습니다."
JUMPED = "; 너무 멀어서 뒷부분은 한 번에 건너뛰었습니다"
NOTHING_YET = "아직 보낸 메시지가 없습니다."


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What the terminal may use besides the webhook; everything may be left out.

    Attributes:
        bot_id: the vendor's id of the bot.
        block_id: the block that catches everything.
        is_friend: whether the person has added the channel.
        inspect: returns what is known about a user key.
        passage: lets time pass on the bot's clock.
        arrived: returns what reached persons without having been asked for.
        now: the bot's clock, aware; needed for photographs.
    """

    bot_id: str = ""
    block_id: str = ""
    is_friend: bool = True
    inspect: Callable[[str], Mapping[str, Any]] | None = None
    passage: Passage | None = None
    arrived: Callable[[Sequence[str]], Mapping[str, Sequence[Arrival]]] | None = None
    now: Callable[[], datetime] | None = None


def chat(
    post: Post,
    user_key: str,
    read: Read = input,
    write: Write = print,
    *,
    bench: Bench | None = None,
) -> None:
    """Chat until /quit or the end of the input.

    Args:
        post: delivers a body with headers to the webhook (and adds the secret); returns the
            status and the body of the answer.
        user_key: the vendor's id of the person who chats.
        read: asks for a line; raises EOFError at the end.
        write: shows a line.
        bench: clock, state and ids, where the caller has them.
    """
    talk = _Talk(post, user_key, write, bench or Bench())
    write(HELP)
    while True:
        try:
            line = read("> ").strip()
        except (EOFError, KeyboardInterrupt):
            return
        if line == "/quit":
            return
        if line:
            talk.take(line)
        talk.fetch()


@dataclass
class _Talk:
    """One chat: remembers the last delivery, what can be tapped, and the turns."""

    post: Post
    user_key: str
    write: Write
    bench: Bench
    taps: tuple[Tap, ...] = ()
    turns: list[Turn] = field(default_factory=list)
    last: tuple[bytes, dict[str, str]] | None = None
    last_answer: bytes = b""
    known: set[int] = field(default_factory=set)

    def take(self, line: str) -> None:
        """Obey a command, or send the line."""
        if not line.startswith("/"):
            self._say(Words(text=line), Turn("user", line))
            return
        name, _, rest = line[1:].partition(" ")
        commands: dict[str, Callable[[str], None]] = {
            "again": self._again,
            "photo": self._photo,
            "later": self._later,
            "json": self._json,
            "state": self._state,
            "save": self._save,
            "help": self._help,
        }
        if name.isdecimal():
            self._tap(int(name))
        else:
            commands.get(name, self._unknown)(rest.strip())

    def _say(self, words: Words, turn: Turn) -> None:
        blank = template(self.bench.bot_id, self.bench.block_id)
        visitor = Visitor.named(self.user_key, is_friend=self.bench.is_friend)
        headers = {"Content-Type": "application/json", "X-Request-Id": uuid.uuid4().hex}
        self.last = (encoded(filled(blank, visitor, words)), headers)
        response = self._deliver()
        asked = asked_in(self.bench.inspect(self.user_key)) if self.bench.inspect else None
        fragments, silent = fragments_of(response), is_silent(response)
        self.turns.append(Turn(turn.kind, turn.value, fragments, asked, silent))

    def _deliver(self) -> dict[str, Any]:
        """Send the last message, draw the answer, and return it (empty after a failure)."""
        if self.last is None:
            self.write(NOTHING_YET)
            return {}
        status, self.last_answer = self.post(*self.last)
        response = _object(self.last_answer)
        if status != HTTPStatus.OK or not response:
            self.write(f"!! HTTP {status} {self.last_answer[:200].decode(errors='replace')}")
            return {}
        drawing = drawn(response)
        self.taps = drawing.taps
        for line in drawing.lines:
            self.write(line)
        return response

    def _tap(self, number: int) -> None:
        if not 0 < number <= len(self.taps):
            self.write(f"[{number}]은 지금 없습니다.")
            return
        tap = self.taps[number - 1]
        if not tap.speaks:
            self.write(f"({tap.label}: {tap.action} {tap.text})")
            return
        self.write(said(tap.text))
        words = Words(text=tap.text, trigger=tap.trigger, block_id=tap.block_id, extra=tap.extra)
        self._say(words, Turn("tap", tap.label))

    def _help(self, _rest: str) -> None:
        self.write(HELP)

    def _unknown(self, _rest: str) -> None:
        self.write(NO_SUCH)

    def _again(self, _rest: str) -> None:
        before = self.last_answer
        self._deliver()
        if self.last:
            self.write("(같은 답)" if before == self.last_answer else "(답이 달라졌습니다)")

    def _photo(self, rest: str) -> None:
        if not rest or self.bench.now is None:
            self.write("/photo 뒤에 사진 주소를 써 주세요." if self.bench.now else NO_CLOCK)
            return
        until = self.bench.now() + PHOTO_LIFETIME
        urls = tuple(rest.split())
        photos = tuple(with_expiry(url, until) for url in urls)
        self._say(Words(photos=photos, photos_until=until), Turn("image", urls))

    def _later(self, rest: str) -> None:
        if self.bench.passage is None:
            self.write(NO_CLOCK)
            return
        try:
            passed = self.bench.passage.forward(step(rest))
        except PayloadError:
            self.write("/later 30m, /later 1h, /later 3d 처럼 써 주세요.")
            return
        found = self.fetch()
        arrives = tuple((each.kind, each.text.strip().splitlines()[0]) for each in found)
        self.turns.append(Turn("wait", rest, arrives=arrives))
        self.write(f"(시간이 {rest} 지났습니다{JUMPED if passed.jumped else ''})")

    def fetch(self) -> list[Arrival]:
        """Draw what arrived since the last look, and return it."""
        if self.bench.arrived is None:
            return []
        found = self.bench.arrived([self.user_key]).get(self.user_key, ())
        fresh = [each for each in found if each.id not in self.known]
        for each in fresh:
            self.known.add(each.id)
            drawing = drawn(as_response(each.text, each.buttons))
            self.taps = drawing.taps
            self.write(f"(먼저 보낸 알림, {each.at.astimezone(KST):%m-%d %H:%M})")
            for line in drawing.lines:
                self.write(line)
        return fresh

    def _json(self, _rest: str) -> None:
        if self.last is None:
            self.write(NOTHING_YET)
            return
        for title, raw in (("요청", self.last[0]), ("응답", self.last_answer)):
            self.write(f"--- {title} {len(raw):,} B")
            self.write(json.dumps(_object(raw), ensure_ascii=False, indent=2))

    def _state(self, _rest: str) -> None:
        found = self.bench.inspect(self.user_key) if self.bench.inspect else {}
        self.write(json.dumps(found, ensure_ascii=False, indent=2, default=str))

    def _save(self, rest: str) -> None:
        if not rest:
            self.write("/save 뒤에 파일 이름을 써 주세요.")
            return
        try:
            Path(rest).write_text(as_yaml(Path(rest).stem, self.turns), encoding="utf-8")
        except OSError as error:
            self.write(f"저장하지 못했습니다: {error.strerror}")
            return
        self.write(f"{len(self.turns)}번의 대화를 {rest} 파일에 저장했습니다.")


def _object(raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(raw)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
