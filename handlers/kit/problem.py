"""Something is wrong with printed matter: one problem, one thing to do."""

from collections.abc import Mapping

from bot.dialogue.flow import Ask, Flow
from bot.dialogue.message import Text
from bot.dialogue.phrases import MENU, PERSON
from bot.dialogue.state import JsonValue
from bot.dialogue.view import Accepted, Answer, Choice, Effect, View
from bot.services import kits
from bot.services.kits import KitLine
from bot.services.kits.pay_cards import HANGS
from handlers.kit.words import counted, name_of, order_numbered
from models.states import KitState

FIRST = (
    Choice("qr_not_scanning", "안 찍혀요"),
    Choice("tampered", "누가 덮었어요"),
    Choice("misprint", "글씨가 틀려요"),
    Choice("other", "그 밖이에요"),
)
SECOND = (
    Choice("damaged", "망가졌어요"),
    Choice("missing_items", "덜 왔어요"),
    Choice("wrong_item", "딴 가게 거예요"),
    Choice("print_quality", "흐리게 나와요"),
)
FRESH = (Choice("yes", "네, 새로요"), Choice("no", "아니요"))
KIND_TEXT = "어떤 문제가 있으세요?"
MORE_TEXT = "이 가운데 어느 것이에요?"
FRESH_TEXT = "{advice}\n새로 뽑아 드릴까요?"
ADVICE = {
    "qr_not_scanning": "네모 무늬(QR)를 닦고, 밝은 데서 한 뼘 떨어져 찍어 보세요. 그래도 안 되면",
    "tampered": "위에 붙은 것은 떼어 내시고 쓰지 마세요. 담당자에게 급하게 알렸어요.",
    "wrong_item": "붙이지 마시고 따로 두세요. 담당자에게 알릴게요.",
    "damaged": "속상하셨겠어요.",
    "print_quality": "흐린 것은 쓰지 마시고 따로 두세요.",
}
REPORTED = {
    "qr_not_scanning": "담당자에게 알렸어요. 어디가 안 되는지 살펴볼게요.",
    "tampered": "담당자가 급히 살펴볼게요. 남은 것이 있으면 매일 한 번 찍어 보세요.",
    "misprint": "담당자가 글씨를 고쳐서 새로 뽑아 드려요. 틀린 것은 붙이지 마세요.",
    "missing_items": "빠진 것을 담당자가 챙겨 드려요. 여기로 알려 드릴게요.",
    "wrong_item": "담당자에게 알렸어요. 잘못 온 것은 그냥 두시면 돼요.",
    "damaged": "담당자에게 알렸어요.",
    "print_quality": "담당자에게 알렸어요. 인쇄를 다시 살펴볼게요.",
}
SOLVED = "다행이에요. 또 안 되면 언제든 말씀해 주세요."
TEAR_OFF = "위에 붙은 것은 떼어 내시고 쓰지 마세요."
NO_ORDER = "저희가 보내 드린 홍보물이 아직 없어요.\n‘상담원’이라고 보내시면 사람이 살펴봐 드려요."
WRONG_WORDS_TEXT = "어느 글씨가 틀렸나요? 맞는 글씨를 적어 주세요."
MISSING_TEXT = "무엇이 몇 장 모자라나요?"
WITH_FRESH_PRINT = frozenset(ADVICE)
_OUT = (KitState.PRINTED, KitState.SHIPPED, KitState.READY_PICKUP, KitState.DELIVERED)
_NOT_OURS = frozenset({KitState.CANCELLED, KitState.FAILED, KitState.ERASED})


def _problem(view: View) -> str:
    first = str(view.get("problem") or "")
    return str(view.get("more") or "") if first == "other" else first


def _order(view: View) -> KitLine | None:
    """Return the order that it is about: the newest that left the house, else the newest."""
    overview = view.facts.kit_overview()
    begun = order_numbered(overview, view.get("order"))
    if begun is not None:
        return begun
    orders = [o for o in overview.orders if o.state not in _NOT_OURS] if overview else []
    out = (order for order in orders if order.state in _OUT)
    return next(out, orders[0] if orders else None)


def _on_start(view: View) -> Answer | None:
    if _order(view) is not None:
        return None
    if any(pay.state in HANGS for pay in view.facts.pays()):  # their only code of ours
        return Answer(start="pay_problem")
    tampered = view.extra.get("problem") == "tampered"
    text = f"{TEAR_OFF}\n{NO_ORDER}" if tampered else NO_ORDER
    return Answer((Text(text),), quick_replies=(PERSON, MENU))


def _begins_with(view: View) -> Mapping[str, JsonValue]:
    order, said = _order(view), view.extra.get("problem")
    about = {"order": order.number if order else None}
    return {**about, "problem": said} if said else about


def _report(view: View, problem: str, note: str = "") -> Effect | None:
    order = _order(view)
    if order is None:
        return None
    args = {"order_id": order.id, "problem": problem, "note": note}
    return Effect(kits.report_problem, args)


def _accept_problem(view: View, value: JsonValue) -> Accepted:
    """Take what is wrong; a code that somebody stuck over ours cannot wait for the end."""
    urgent = _report(view, "tampered", view.text) if value == "tampered" else None
    return Accepted(value, effects=(urgent,) if urgent else ())


def _fresh_text(view: View) -> str:
    return FRESH_TEXT.format(advice=ADVICE[_problem(view)])


def _show_missing(_view: View, value: JsonValue) -> str:
    return ", ".join(counted({i: c}) if c else name_of(i) for i, c in value.items())


def _accept_missing(_view: View, value: JsonValue) -> Accepted:
    return Accepted(value if isinstance(value, dict) else {value: None})


def _note(view: View) -> str:
    missing = view.get("missing")
    if missing:
        return _show_missing(view, missing)
    filled = view.slots.get("more") or view.slots.get("problem")
    return str(view.get("wrong_words") or (filled.raw if filled else ""))


def _on_submit(view: View) -> Answer:
    order, problem = _order(view), _problem(view)
    if order is None:
        return Answer((Text(NO_ORDER),), quick_replies=(PERSON, MENU))
    fresh = view.get("fresh") == "yes"
    if problem == "qr_not_scanning" and not fresh:
        return Answer((Text(SOLVED),), quick_replies=(MENU,))
    effects: tuple[Effect, ...] = ()
    report = _report(view, problem, _note(view))
    if report and view.get("problem") != "tampered":  # that one could not wait
        effects = (report,)
    said = (Text(REPORTED[problem]),)
    if fresh:
        return Answer(said, effects=effects, start="kit_reorder", prefill={"order": order.number})
    return Answer(said, (PERSON, MENU), effects)


FLOW = Flow(
    name="kit_problem",
    version=1,
    title="홍보물 문제",
    intents=("kit_problem",),
    questions=(
        Ask(
            key="kit.problem",
            slot="problem",
            label="문제",
            text=KIND_TEXT,
            choices=FIRST,
            accept=_accept_problem,
            why="문제마다 해 드리는 것이 달라요.",
            hint="번호만 보내셔도 돼요. 보시는 대로 적으셔도 돼요.",
        ),
        Ask(
            key="kit.problem_more",
            parse_as="kit.problem",
            slot="more",
            reads="problem",
            label="어떤 문제",
            text=MORE_TEXT,
            choices=SECOND,
            when=lambda view: view.get("problem") == "other",
            why="문제마다 해 드리는 것이 달라요.",
            hint="번호만 보내셔도 돼요. 없으면 ‘상담원’이라고 보내 주세요.",
        ),
        Ask(
            key="kit.wrong_words",
            slot="wrong_words",
            reads="text",
            label="맞는 글씨",
            text=WRONG_WORDS_TEXT,
            example="‘복순상회’가 맞아요",
            when=lambda view: _problem(view) == "misprint",
            why="똑같이 또 틀리지 않게 고쳐서 뽑으려고요.",
        ),
        Ask(
            key="kit.missing",
            parse_as="kit.items",
            slot="missing",
            reads="items",
            label="모자란 것",
            text=MISSING_TEXT,
            example="스티커 2장",
            accept=_accept_missing,
            show=_show_missing,
            when=lambda view: _problem(view) == "missing_items",
            why="모자란 만큼 다시 보내 드리려고요.",
        ),
        Ask(
            key="kit.fresh",
            slot="fresh",
            reads="answer",
            label="새로 뽑기",
            text=_fresh_text,
            choices=FRESH,
            when=lambda view: _problem(view) in WITH_FRESH_PRINT,
            why="새것도 무료예요. 저번 것과 똑같이 뽑아요.",
        ),
    ),
    on_start=_on_start,
    begins_with=_begins_with,
    on_submit=_on_submit,
)
