"""What a flow is told about printed matter, and an order out of a turn of the engine."""

from pathlib import Path

from bot.clock import AdjustableClock
from bot.config import Settings
from bot.deps import Deps
from bot.dialogue.engine import Engine
from bot.dialogue.facts import Facts
from bot.dialogue.flow import Flow
from bot.dialogue.message import Inbound, Reply, Text
from bot.dialogue.registry import Registry
from bot.dialogue.view import Answer, Effect, View
from bot.dialogue.world import Lookups, World
from bot.services.kit_links import KitLinks, KitPicture
from bot.services.kits import KitWish, place
from models.session import Database
from tests.talk import FakeTaxOffice
from tests.use_cases.kit_people import customer
from tests.use_cases.people import NOW, newcomer

URL = "https://bot.example.org"
CLOCK = AdjustableClock(NOW)


def _deps(database: Database) -> Deps:
    settings = Settings(app_env="test", secret_key="s" * 32, public_url=URL)
    return Deps(settings=settings, clock=CLOCK, database=database, tax_office=FakeTaxOffice())


def _world(database: Database, conversation_id: int | None) -> World:
    deps = _deps(database)
    world = World(deps, Lookups(deps), NOW)
    world.of(conversation_id)
    return world


def _links() -> KitLinks:
    return KitLinks("s" * 32, URL, CLOCK)


def _token(link: str) -> str:
    return link.rpartition("/")[2].removesuffix(".png")


def test_facts_of_somebody_with_a_store(database: Database, tmp_path: Path) -> None:
    buyer = customer(database, tmp_path)
    number = buyer.order()
    facts: Facts = _world(database, buyer.person.conversation_id)
    known = facts.kit_overview()
    assert known is not None
    assert [line.number for line in known.orders] == [number]
    assert _links().read_page(_token(facts.kit_page(number))) == number
    shown = _links().read_picture(_token(facts.kit_thumbnail("sea", "sticker")))
    assert shown == KitPicture(known.store_id, "sea", "sticker-square")
    reserved = facts.new_kit_number()
    assert reserved == facts.new_kit_number() != number


def test_facts_of_somebody_new(database: Database) -> None:
    person = newcomer(database)
    for conversation_id in (None, person.conversation_id):
        facts = _world(database, conversation_id)
        assert facts.kit_overview() is None
        shown = _links().read_picture(_token(facts.kit_thumbnail("yellow", "poster")))
        assert shown == KitPicture(0, "yellow", "poster-a4")


def test_the_next_attempt_of_a_turn_draws_another_number(sqlite_database: Database) -> None:
    world = _world(sqlite_database, None)
    numbers = set()
    for _ in range(5):
        world.of(None)
        numbers.add(world.new_kit_number())
    assert len(numbers) > 1


def _said(reply: Reply) -> bytes:
    [output] = reply.outputs
    assert isinstance(output, Text)
    return output.text.encode()


def _message(number: int) -> Inbound:
    return Inbound(
        channel="kakao",
        bot_id="bot",
        user_key="user-1",
        text="주문",
        received_at=NOW,
        request_id=f"r{number}",
    )


def test_a_turn_whose_number_was_taken_thinks_again(database: Database, tmp_path: Path) -> None:
    """Two people may be offered the same number; the second one is told another."""
    taken = customer(database, tmp_path).order()
    offered: list[str] = []

    def respond(view: View) -> Answer:
        number = view.facts.new_kit_number() if offered else taken
        offered.append(number)
        wish = KitWish({"poster": 1}, number=number)
        return Answer((Text(number),), effects=(Effect(place, {"order": wish}),))

    flow = Flow(name="fallback", version=1, title="주문", respond=respond)
    other = Flow(name="menu", version=1, title="처음", intents=("menu",), respond=respond)
    registry = Registry((flow, other))
    engine = Engine(_deps(database), registry, _said)
    said = engine.handle(_message(1)).decode()
    assert said == offered[-1]
    assert offered[0] == taken != said
    assert engine.handle(_message(1)).decode() == said
    facts = _world(database, 1)
    known = facts.kit_overview()
    assert known is not None
    assert [line.number for line in known.orders] == [said, taken]
