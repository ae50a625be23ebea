"""Flows change while people are in the middle of them: nobody is stranded."""

import json
import uuid
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.dialogue.flow import Ask, Flow
from bot.dialogue.message import Text
from bot.dialogue.state import Filled, Frame, State, dump
from bot.dialogue.view import Answer, Choice
from bot.services import kits
from bot.services.registration import set_channel
from bot.services.transaction import Transaction
from bot.web.webhook import TROUBLE
from handlers import FLOWS
from models.conversation import Conversation, Owner
from models.kit import KitOrder
from models.merchant import ChannelRegistration
from models.states import ChannelState, KitState
from tests.talk import BOT_ID, NOW, House, Merchant, house
from tests.transcript import ROOT, read
from tests.trials import pay_arrivals
from tests.trials.freeze import COMMAND, IN_FLIGHT, digest, lock_of, read_lock, unraised

BY_NAME = {flow.name: flow for flow in FLOWS}
REPEAT = "다시 말해줘"
MAX_TURNS = 40
FALLBACK_ANSWERS = {
    "system.cancel": "아니요",
    "system.correct": "네",
    "system.choose": "1",
    "system.erase": "아니요",
    "system.edit": "1",
}
"""For questions that no transcript answers."""


def arrive_registered(building: House, kept: dict[str, Any], stage: str) -> Merchant:
    """Register somebody up to a stage, then put them into the middle of a conversation."""
    person = Merchant(building)
    for turn in read(ROOT / "channel" / "happy.yaml").turns:
        person.say(turn["user"])
    plain = json.dumps(kept["state"], ensure_ascii=False).encode()
    with building.database.transaction() as session:
        conversation = session.scalars(select(Conversation)).one()
        tx = Transaction(session, NOW, conversation.id, "arrive")
        if kept.get("channel_public_id"):
            set_channel(tx, public_id=kept["channel_public_id"])
        for kit in reversed(kept.get("kits", ())):
            _order(replace(tx, key=kit["number"]), dict(kit))
        conversation.state = plain
        session.scalars(select(ChannelRegistration)).one().state = ChannelState(stage)
        if kept.get("pay"):
            pay_arrivals.put_there(tx, kept["pay"])
    return person


def _order(tx: Transaction, kit: dict[str, Any]) -> None:
    state = KitState(kit.pop("state"))
    number = kits.place(tx, kits.KitWish(**kit))
    tx.session.scalars(select(KitOrder).where(KitOrder.number == number)).one().state = state


def arrive(building: House, state: dict[str, Any], user: str = "merchant-1") -> Merchant:
    """Put somebody into the database who is in the middle of a conversation."""
    with building.database.transaction() as session:
        session.add(
            Conversation(
                public_id=uuid.uuid4(),
                channel="kakao",
                bot_id=BOT_ID,
                user_key=user,
                owner=Owner.BOT,
                state=json.dumps(state, ensure_ascii=False).encode(),
                revision=1,
                created_at=NOW,
                updated_at=NOW,
            )
        )
    return Merchant(building, user)


@cache
def frozen() -> list[tuple[str, str, dict[str, Any], dict[str, str]]]:
    """Return (file, question, state, answers) of everything that was ever frozen."""
    found = []
    for path in sorted(IN_FLIGHT.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        found += [
            (path.stem, asked, kept, data["answers"]) for asked, kept in data["states"].items()
        ]
    return found


@pytest.mark.parametrize("case", frozen(), ids=lambda case: f"{case[0]}/{case[1]}")
def test_frozen_conversations_go_on(
    case: tuple[str, str, dict[str, Any], dict[str, str]], sqlite_url: str
) -> None:
    _, asked, kept, answers = case
    state = kept["state"]
    flow = BY_NAME.get(state["frames"][-1]["flow"])
    with house(sqlite_url) as building:
        stage = kept["registration"]
        person = arrive_registered(building, kept, stage) if stage else arrive(building, state)
        if not asked.startswith("system."):
            assert person.say(REPEAT).body != TROUBLE
            assert flow is None or person.asked in _questions(flow)
            if flow is not None and asked in _questions(flow):
                assert person.asked == asked
        complete(person, {**FALLBACK_ANSWERS, **answers})


@pytest.mark.parametrize("stage", ["submitted", "needs_fix", "live", "withdrawn"])
@pytest.mark.parametrize(
    "case",
    [case for case in frozen() if case[2]["registration"] and "pay" not in case[2]],
    ids=lambda case: case[1],
)
def test_an_operator_was_faster(
    case: tuple[str, str, dict[str, Any], dict[str, str]], stage: str, sqlite_url: str
) -> None:
    _, _, kept, answers = case
    with house(sqlite_url) as building:
        person = arrive_registered(building, kept, stage)
        complete(person, {**FALLBACK_ANSWERS, **answers})


def _questions(flow: Flow) -> set[str]:
    keys = {ask.key for ask in flow.questions}
    return keys | {flow.confirm.key} if flow.confirm else keys


def complete(person: Merchant, answers: dict[str, str]) -> None:
    """Answer until nothing more is asked."""
    for _ in range(MAX_TURNS):
        asked = person.asked
        if asked == "free":
            return
        assert asked in answers, f"nobody knows how to answer {asked}"
        assert person.say(answers[asked]).body != TROUBLE
    raise AssertionError(f"still asks {person.asked} after {MAX_TURNS} answers")


def test_every_flow_with_questions_was_frozen() -> None:
    missing = [
        flow.name
        for flow in FLOWS
        if flow.questions and not (IN_FLIGHT / f"{flow.name}-v{flow.version}.json").exists()
    ]
    assert missing == [], f"add a transcript that asks their questions, then {COMMAND}"


def test_changed_flows_have_a_new_version() -> None:
    changed = unraised(read_lock(), FLOWS)
    assert changed == [], f"raise the version of {changed}, then {COMMAND}"
    assert read_lock() == lock_of(FLOWS), f"the lock is out of date: {COMMAND}"


def test_the_lock_notices_what_conversations_depend_on() -> None:
    flow = BY_NAME["channel"]
    first, *rest = flow.questions
    locked = lock_of([flow])
    changes = (
        replace(flow, questions=tuple(rest)),
        replace(flow, questions=(*rest, first)),
        replace(flow, questions=(replace(first, slot="other"), *rest)),
        replace(flow, questions=(replace(first, key="channel.other"), *rest)),
        replace(flow, questions=(replace(first, choices=(Choice("owner", "나"),)), *rest)),
    )
    for changed in changes:
        assert unraised(locked, [changed]) == ["channel"]
        assert unraised(locked, [replace(changed, version=flow.version + 1)]) == []
    assert digest(replace(flow, questions=(replace(first, text="다른 말"), *rest))) == digest(flow)


def ask(name: str, **changes: Any) -> Ask:
    """Return a question that takes any words."""
    return Ask(
        key=f"toy.{name}",
        slot=changes.pop("slot", name),
        reads="text",
        parse_as="ask.text",
        label=name,
        text=f"{name} 알려주세요.",
        why="시험이에요.",
        **changes,
    )


def toy(*questions: Ask, version: int = 2, **changes: Any) -> tuple[Flow, ...]:
    """Return the flows of the house with a toy among them."""

    def done(view: Any) -> Answer:
        shown = ", ".join(f"{key}={value}" for key, value in sorted(view.values().items()))
        return Answer((Text(f"끝났어요 {shown}"),))

    flow = Flow(
        name="toy", version=version, title="시험", questions=questions, on_submit=done, **changes
    )
    return (*FLOWS, flow)


def halfway(asked: str, version: int = 1, flow: str = "toy", **slots: str) -> dict[str, Any]:
    """Return the state of somebody in the middle of the toy."""
    frame = Frame(
        flow, version, asked=asked, nonce=len(slots), order=[f"toy.{key}" for key in slots]
    )
    frame.slots = {key: Filled(value, value) for key, value in slots.items()}
    return dump(State(frames=[frame], turns=len(slots), last_at=int(NOW.timestamp())))


def test_a_renamed_slot_keeps_its_answer(sqlite_url: str) -> None:
    flows = toy(ask("phone"), ask("name"), renames={"mobile": "phone"})
    with house(sqlite_url, flows=flows) as building:
        person = arrive(building, halfway("toy.name", mobile="하나"))
        assert "끝났어요 name=둘, phone=하나" in person.say("둘").text


def test_migrate_changes_old_answers(sqlite_url: str) -> None:
    def migrate(slots: dict[str, Filled], version: int) -> dict[str, Filled]:
        return {
            key: replace(filled, value=f"{filled.value}{version}") for key, filled in slots.items()
        }

    with house(sqlite_url, flows=toy(ask("a"), ask("b"), migrate=migrate)) as building:
        person = arrive(building, halfway("toy.b", a="하나"))
        assert "끝났어요 a=하나1, b=둘" in person.say("둘").text


def test_a_dropped_question_is_passed_over(sqlite_url: str) -> None:
    with house(sqlite_url, flows=toy(ask("a"), ask("c"))) as building:
        person = arrive(building, halfway("toy.b", a="하나"))
        said = person.say("둘")
        assert said.body != TROUBLE
        if person.asked != "free":
            assert person.asked == "toy.c"
            said = person.say("셋")
        assert "끝났어요 a=하나" in said.text


def test_a_tightened_rule_asks_again(sqlite_url: str) -> None:
    flows = toy(ask("a", valid=lambda value: len(value) > 2), ask("b"))
    with house(sqlite_url, flows=flows) as building:
        person = arrive(building, halfway("toy.b", a="하나"))
        person.say("둘")
        assert person.asked == "toy.a"
        assert "끝났어요 a=하나둘셋, b=둘" in person.say("하나둘셋").text


def test_an_inserted_question_is_asked(sqlite_url: str) -> None:
    with house(sqlite_url, flows=toy(ask("new"), ask("a"), ask("b"))) as building:
        person = arrive(building, halfway("toy.b", a="하나"))
        person.say("둘")
        assert person.asked == "toy.new"
        assert "끝났어요 a=하나, b=둘, new=셋" in person.say("셋").text


def test_a_new_condition_is_respected(sqlite_url: str) -> None:
    flows = toy(ask("a"), ask("b", when=lambda view: view.get("a") == "둘"), ask("c"))
    with house(sqlite_url, flows=flows) as building:
        person = arrive(building, halfway("toy.b", a="하나"))
        person.say(REPEAT)
        assert person.asked == "toy.c"


@pytest.mark.parametrize("text", ["안녕하세요", "둘", "이전", "취소", "다시"])
def test_a_flow_that_is_gone_leaves_nobody_alone(text: str, sqlite_url: str) -> None:
    with house(sqlite_url) as building:
        person = arrive(building, halfway("toy.b", flow="gone", a="하나"))
        said = person.say(text)
        assert said.body != TROUBLE
        assert said.text
        assert person.asked in {"free", "main_menu"}
        person.say("채널 등록")
        assert person.asked == "channel.role"


def test_a_flow_below_one_that_is_gone_goes_on(sqlite_url: str) -> None:
    with house(sqlite_url, flows=toy(ask("a"), ask("b"))) as building:
        state = halfway("toy.b", a="하나")
        state["frames"] += halfway("gone.x", flow="gone", x="그것")["frames"]
        state["pending"] = {"kind": "choose", "data": {"labels": {}}}
        person = arrive(building, state)
        person.say(REPEAT)
        assert person.asked == "toy.b"
        assert "끝났어요 a=하나, b=둘" in person.say("둘").text


def test_a_version_taken_back_still_reads_newer_conversations(sqlite_url: str) -> None:
    with house(sqlite_url, flows=toy(ask("a"), ask("b"), version=1)) as building:
        state = halfway("toy.c", version=2, a="하나", new="x")
        state["frames"][0]["mood"] = "unknown to this release"
        person = arrive(building, state)
        person.say(REPEAT)
        assert person.asked == "toy.b"


def test_a_pending_question_that_is_gone_is_no_trap(sqlite_url: str) -> None:
    with house(sqlite_url, flows=toy(ask("a"), ask("b"))) as building:
        state = halfway("toy.b", a="하나")
        state["pending"] = {"kind": "of-a-later-release", "data": {}}
        person = arrive(building, state)
        person.say(REPEAT)
        person.say("둘")
        assert person.asked in {"free", "toy.b"}


def test_files_are_named_after_flow_and_version() -> None:
    for path in IN_FLIGHT.glob("*.json"):
        name, _, version = Path(path).stem.rpartition("-v")
        assert name
        assert version.isdigit()
