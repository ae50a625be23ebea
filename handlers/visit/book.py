"""Asking for a visit. A chosen time is kept at once; nothing is booked before the yes."""

from bot.dialogue.flow import Confirm, Flow
from bot.dialogue.message import Facts, Text
from bot.dialogue.phrases import MENU, PERSON, REGISTER
from bot.dialogue.view import Answer, Effect, View
from bot.services.visits import in_chat
from bot.services.visits.kinds import kind_for
from handlers.visit.answers import ANOTHER, gone, refused
from handlers.visit.questions import BOOKING, NEW, is_waiting
from handlers.visit.wishes import chosen_row, held, offer_of, topics_of, wish_for
from handlers.visit.words import (
    CALL_OFF,
    LIST,
    MOVE,
    ROW_LONG,
    ROW_WHO,
    WHEN,
    booked,
    long_text,
    visit_rows,
    when,
)
from models.states import VisitState

NO_STORE = (
    "가게를 먼저 등록하시면 서포터즈가 찾아가요.\n‘채널 등록’이라고 보내 주세요. 5분이면 돼요."
)
NO_STORE_YET = "지금 하시는 등록이 끝나면 바로 방문을 신청하실 수 있어요."
HAVE_ONE = "{when}에 서포터즈가 가기로 되어 있어요.\n바꾸거나 취소하실 수 있어요."
BY_PHONE = "두 번 못 만나서, 다음 방문은 전화로 잡아 드려요.\n‘상담원’이라고 보내 주세요."
BOOKED = "방문이 잡혔어요"
BOOKED_NEXT = "못 나오시게 되면 하루 전까지 ‘방문 취소’라고 보내 주세요."
WAITING = "네, 자리가 나면 알려 드릴게요.\n‘대기 확인’이라고 보내시면 어떻게 됐는지 보여 드려요."
GIVEN_BACK = "네, 그 시간은 잡지 않을게요."


def _on_start(view: View) -> Answer | None:
    if view.facts.overview() is None:
        if view.busy:
            return Answer((Text(NO_STORE_YET),))
        return Answer((Text(NO_STORE),), quick_replies=(REGISTER, MENU))
    if view.facts.visits_by_phone():
        return Answer((Text(BY_PHONE),), quick_replies=(PERSON, MENU))
    known = booked(view)
    if known:
        text = HAVE_ONE.format(when=when(known[0].starts_at))
        return Answer((Text(text),), quick_replies=(WHEN, MOVE, CALL_OFF, MENU))
    return None


def _beside(view: View) -> tuple[tuple[str, str], ...]:
    wish = wish_for(view)
    offer = offer_of(view, wish, view.get("slot"))
    row = chosen_row(view)
    if offer is None and row is None:
        return ()
    supporter = row.supporter_id if row and offer is None else offer.supporter_id if offer else 0
    minutes = offer.minutes if offer else (row.ends_at - row.starts_at).seconds // 60 if row else 0
    return (
        (ROW_WHO, f"서포터즈 {view.facts.supporter_name(supporter)}"),
        (ROW_LONG, long_text(minutes)),
    )


def _kept(view: View) -> tuple[Effect, ...]:
    """Keep the chosen time a little longer with every message."""
    row = chosen_row(view)
    if row is None or not row.is_open or row.state is not VisitState.HELD:
        return ()
    return (Effect(in_chat.keep, {"visit_id": row.id}),)


def _no(view: View) -> Answer:
    """Give the time back and offer others."""
    kept = held(view, kind_for(topics_of(view)))
    effects = (Effect(in_chat.give_back, {"visit_id": kept.id}),) if kept else ()
    return Answer((Text(GIVEN_BACK),), effects=effects, again=ANOTHER, prefill=refused(view))


def _on_submit(view: View) -> Answer:
    if view.facts.overview() is None:  # the store was closed in the meantime
        return Answer((Text(NO_STORE),), quick_replies=(REGISTER, MENU))
    if is_waiting(view):
        effect = Effect(in_chat.enter_list, {"wish": wish_for(view)})
        return Answer((Text(WAITING),), quick_replies=(LIST, MENU), effects=(effect,))
    row = chosen_row(view)
    if row is None or not row.is_open:  # not kept any more: still free?
        offer = offer_of(view, wish_for(view), view.get("slot"))
        if offer is None:
            return Answer((Text(gone(view, view.get("slot"))),), again=ANOTHER)
        if row is None:
            return _told(view, Effect(in_chat.book, {"offer": offer}))
    return _told(view, Effect(in_chat.say_yes, {"visit_id": row.id}))


def _told(view: View, effect: Effect) -> Answer:
    row = chosen_row(view)
    if row is not None:
        rows = visit_rows(view, row)
    else:
        rows = (("언제", NEW.show(view, view.get("slot"))), *_beside(view))
    card = Facts(BOOKED, rows, BOOKED_NEXT)
    return Answer((card,), quick_replies=(WHEN, MOVE, MENU), effects=(effect,))


FLOW = Flow(
    name="visit",
    version=1,
    title="방문 신청",
    intents=("visit_request",),
    recalled=True,
    questions=BOOKING,
    confirm=Confirm(
        key="visit.confirm",
        title="이렇게 찾아가요",
        text="이때 갈까요?",
        yes="네, 와 주세요",
        edit="다른 시간",
        beside=_beside,
        when=lambda view: not is_waiting(view),
        no=_no,
    ),
    on_start=_on_start,
    on_submit=_on_submit,
    keeps=_kept,
)
