"""Many messages at once: nothing lost, nothing done twice, no apology, on both databases."""

import json
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.channels.kakao import problems
from bot.web.webhook import TROUBLE
from models.session import Database
from tests.talk import House, Merchant, furnish, house
from tests.trials.books import assert_nothing_lost, submissions, talk
from tests.trials.registrations import SUBMIT_AT, messages
from tests.trials.server import Line, serving

THREADS = 8
EACH = 12
"""Messages of one thread."""
SMALL_TALK = ("안녕하세요", "돈 내는거 아니죠?", "ㅋㅋㅋ", "1", "네", "이전", "아니요", "나중에")
"""Opens, answers, leaves and takes up a flow in whatever order they arrive."""


def at_once(works: Iterable[Callable[[], list[bytes]]]) -> list[bytes]:
    """Start every work at the same moment, each in a thread; return all answers."""
    listed = list(works)
    gate = threading.Barrier(len(listed))

    def run(work: Callable[[], list[bytes]]) -> list[bytes]:
        gate.wait()
        return work()

    with ThreadPoolExecutor(len(listed)) as pool:
        return [answer for answers in pool.map(run, listed) for answer in answers]


def assert_fine(answers: Iterable[bytes]) -> None:
    """Check that no answer is an apology, and that each can be shown."""
    for answer in answers:
        assert answer != TROUBLE
        assert problems(json.loads(answer)) == []


def saying(building: House, user: str, thread: int) -> Callable[[], list[bytes]]:
    """Return a work that says a dozen things as one person."""
    person = Merchant(building, user)

    def work() -> list[bytes]:
        return [
            person.say(SMALL_TALK[(thread + n) % len(SMALL_TALK)], request_id=f"{thread}-{n}").body
            for n in range(EACH)
        ]

    return work


def test_one_person_eight_at_a_time(database_url: str) -> None:
    with house(database_url) as building:
        assert_fine(at_once(saying(building, "one", n) for n in range(THREADS)))
        keys = {f"{thread}-{n}" for thread in range(THREADS) for n in range(EACH)}
        assert_nothing_lost(building.database, "one", keys)


def test_many_people_at_a_time(database_url: str) -> None:
    with house(database_url) as building:
        assert_fine(at_once(saying(building, f"user-{n}", n) for n in range(THREADS)))
        for thread in range(THREADS):
            keys = {f"{thread}-{n}" for n in range(EACH)}
            assert_nothing_lost(building.database, f"user-{thread}", keys)


def test_registrations_side_by_side(database_url: str) -> None:
    def registering(building: House, number: int) -> Callable[[], list[bytes]]:
        person = Merchant(building, f"user-{number}")
        return lambda: [person.say(text).body for text in messages(number)]

    with house(database_url) as building:
        assert_fine(at_once(registering(building, n) for n in range(1, THREADS + 1)))
        assert submissions(building.database) == (THREADS, THREADS)


def test_one_message_delivered_eight_times_at_once(database_url: str) -> None:
    with house(database_url) as building:
        for number, text in enumerate(messages(1)):

            def work(text: str = text, key: str = f"m{number}") -> list[bytes]:
                return [Merchant(building, "one").say(text, request_id=key).body]

            answers = at_once([work] * THREADS)
            assert_fine(answers)
            assert len(set(answers)) == 1, text
        keys = {f"m{number}" for number in range(len(messages(1)))}
        assert_nothing_lost(building.database, "one", keys)
        assert submissions(building.database) == (1, 1)


def test_the_last_yes_eight_times_at_once_submits_once(database_url: str) -> None:
    with house(database_url) as building:
        person = Merchant(building, "one")
        for text in messages(1)[:SUBMIT_AT]:
            person.say(text)
        assert person.asked == "channel.confirm"
        works = [
            lambda key=f"yes-{n}": [Merchant(building, "one").say("네", request_id=key).body]
            for n in range(THREADS)
        ]
        answers = at_once(works)
        assert_fine(answers)
        assert sum("신청이 끝났어요" in answer.decode() for answer in answers) == 1
        assert submissions(building.database) == (1, 1)
        assert talk(building.database, "one").revision == SUBMIT_AT + THREADS


def _from_outside(port: int, user: str, thread: int) -> Callable[[], list[bytes]]:
    def work() -> list[bytes]:
        with Line(port) as line:
            return [
                line.say(user, SMALL_TALK[(thread + n) % len(SMALL_TALK)], f"{thread}-{n}")
                for n in range(EACH)
            ]

    return work


def test_two_processes(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    furnish(database)
    with serving(database_url, tmp_path, workers=2, threads=4) as server:
        assert_fine(at_once(_from_outside(server.port, "one", n) for n in range(THREADS)))
        assert_fine(at_once(_from_outside(server.port, f"user-{n}", n) for n in range(THREADS)))
        assert "failed" not in server.log
    keys = [{f"{thread}-{n}" for n in range(EACH)} for thread in range(THREADS)]
    assert_nothing_lost(database, "one", set().union(*keys))
    for number in range(THREADS):
        assert_nothing_lost(database, f"user-{number}", keys[number])
    database.dispose()
