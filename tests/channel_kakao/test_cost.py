"""What reading a call and writing an answer cost, in CPU time; run by make bench."""

import json
import sys
import time
from collections.abc import Callable

import pytest

from bot.channels.kakao import parse, render
from bot.dialogue.message import QuickReply, Reply, Text
from tests.channel_kakao.recorded import AT, payload

ROUNDS = 3_000
REPEATS = 5
ALLOWED_MICROSECONDS = 60
REPLY = Reply(
    (Text("어느 시장에서 장사하세요?\n시장 이름을 적어 주시거나 아래에서 골라 주세요. (2/7)"),),
    tuple(
        QuickReply(name, name, f"ob.market.{name}")
        for name in ("망원시장", "광장시장", "이전", "도움말")
    ),
)


def cpu_microseconds(work: Callable[[], object]) -> float:
    """Return the least CPU time of one call, among several rounds."""
    times = []
    for _ in range(REPEATS):
        started = time.process_time()
        for _ in range(ROUNDS):
            work()
        times.append(time.process_time() - started)
    return min(times) / ROUNDS * 1e6


@pytest.mark.bench
def test_reading_and_writing_one_turn() -> None:
    body = json.dumps(payload("typed_to_fallback"), ensure_ascii=False).encode()
    headers = {"X-Request-Id": "5f0c2a17d3b9e0058a1c4f2"}
    answer = render(REPLY, block_id="64f0c2b87d3b9e0058a1c51d")
    decoded = json.loads(answer)
    floor = cpu_microseconds(lambda: (json.loads(body), json.dumps(decoded, ensure_ascii=False)))
    reading = cpu_microseconds(lambda: parse(body, headers, AT))
    writing = cpu_microseconds(lambda: render(REPLY, block_id="64f0c2b87d3b9e0058a1c51d"))
    sys.stdout.write(
        f"\nparse {reading:.1f} us, render {writing:.1f} us, "
        f"{(reading + writing) / floor:.1f} x bare JSON ({floor:.1f} us)\n"
    )
    assert reading + writing < ALLOWED_MICROSECONDS
