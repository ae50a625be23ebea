"""Puts questions, summaries and menus into bubbles."""

from bot.dialogue import phrases
from bot.dialogue.flow import Ask, Flow
from bot.dialogue.message import Button, Card, Carousel, QuickReply, Text
from bot.dialogue.message import Facts as FactRows
from bot.dialogue.state import MAX_OFFERS, Filled, Frame, Offer, Pending
from bot.dialogue.turn import Turn, numbered
from bot.dialogue.view import Choices, View

EDIT_MENU_MAX = 14
TRIES_BEFORE_PERSON = 2
MIN_STEPS = 2
"""A single question needs no [1/1]."""


def token(flow: str, question: str, nonce: int, option: str) -> str:
    """Return what a button of a question carries."""
    return f"{flow}|{question}|{nonce}|{option}"


def proceed(turn: Turn) -> None:
    """Ask whatever comes next in the talking frame: a question, the summary, or nothing."""
    frame, flow = turn.frame, turn.flow
    if frame is None or flow is None:
        return
    view = turn.view()
    ask = flow.next_question(view, frame.editing)
    if ask is not None:
        again = frame.asked == ask.key
        _open(turn, frame, ask.key)
        _say_question(turn, frame, flow, ask, again=again)
    elif (confirm := flow.summary(view)) is not None:
        _open(turn, frame, confirm.key)
        _say_summary(turn, frame, flow)


def is_complete(turn: Turn) -> bool:
    """Return whether the talking flow has every answer and needs no confirmation."""
    frame, flow = turn.frame, turn.flow
    if frame is None or flow is None or not flow.questions:
        return False
    if flow.summary(turn.view()) is not None:
        return False
    return flow.next_question(turn.view(), frame.editing) is None


def _open(turn: Turn, frame: Frame, key: str) -> None:
    if frame.asked != key:
        frame.asked = key
        frame.tries = 0
        frame.nonce += 1
        turn.note("asked", key)


def _say_question(turn: Turn, frame: Frame, flow: Flow, ask: Ask, *, again: bool) -> None:
    view = turn.view()
    choices = ask.choices_for(view)
    words = ask.again if again and ask.again else ask.text_for(view)
    lines = [_head(flow, view, ask) + words]
    if frame.editing == ask.key and ask.slot in frame.slots and frame.slots[ask.slot].value:
        lines.append(phrases.NOW_ANSWER.format(value=shown_answer(ask, view)))
    if ask.example:
        lines.append(phrases.EXAMPLE.format(example=ask.example))
    if choices:
        lines.append(numbered(f"{c.label} {c.note}".rstrip() for c in choices))
    if ask.remembers and choices:
        kept = [[choice.key, choice.note] for choice in choices]
        frame.slots[ask.remembers] = Filled(kept, "", turn.seconds, "guess")
    turn.say(*_pictures(view, frame, ask, choices), Text("\n".join(lines)))
    turn.quick_replies = _question_replies(turn, frame, ask, choices)


def _pictures(view: View, frame: Frame, ask: Ask, choices: Choices) -> tuple[Carousel, ...]:
    """Return the choices as pictures side by side, each with a button that picks it."""
    if ask.pictures is None or not choices:
        return ()
    cards = []
    for number, choice in enumerate(choices, 1):
        mark = token(frame.flow, ask.key, frame.nonce, choice.key)
        button = Button(phrases.THIS_ONE, value=choice.label, token=mark)
        title, url = f"{number}. {choice.label}", ask.pictures(view, choice.key)
        cards.append(Card(title, buttons=(button,), image_url=url, image_alt=choice.label))
    return (Carousel(tuple(cards)),)


def _head(flow: Flow, view: View, ask: Ask) -> str:
    keys = [question.key for question in flow.applicable(view)]
    if len(keys) < MIN_STEPS or ask.key not in keys:
        return ""
    return phrases.STEP.format(n=keys.index(ask.key) + 1, total=len(keys)) + " "


def _question_replies(
    turn: Turn, frame: Frame, ask: Ask, choices: Choices
) -> tuple[QuickReply, ...]:
    view = turn.view()
    replies = [
        QuickReply(c.short or c.label, c.label, token(frame.flow, ask.key, frame.nonce, c.key))
        for c in choices
    ]
    if choices:
        remember_offer(turn, frame, ask.key, {c.label: c.key for c in choices})
    if ask.suggestions:
        replies += [QuickReply(text, text) for text in ask.suggestions(view)]
    if ask.optional:
        replies.append(phrases.SKIP)
    if frame.order:
        replies.append(phrases.BACK)
    replies.append(phrases.LATER)
    if frame.tries >= TRIES_BEFORE_PERSON:
        replies.append(phrases.PERSON)
    return tuple(replies)


def remember_offer(turn: Turn, frame: Frame, question: str, labels: dict[str, str]) -> None:
    """Keep the labels of a choice question, to recognise a late tap on one of them."""
    offers = [o for o in turn.state.offers if (o.flow, o.question) != (frame.flow, question)]
    offers.append(Offer(frame.flow, question, frame.nonce, labels))
    turn.state.offers = offers[-MAX_OFFERS:]


def summary_rows(flow: Flow, view: View) -> tuple[tuple[str, str], ...]:
    """Return (label, value) of every answer that stands in the summary."""
    return tuple((ask.label, shown) for ask, shown in _summarised(flow, view))


def _summarised(flow: Flow, view: View) -> list[tuple[Ask, str]]:
    """Return the questions that stand in the summary, with their answers as shown."""
    asks = (ask for ask in flow.applicable(view) if ask.in_summary)
    return [(ask, shown) for ask in asks if (shown := shown_answer(ask, view))]


def shown_answer(ask: Ask, view: View) -> str:
    """Return a stored answer in the merchant's words, "" when there is none."""
    value = view.get(ask.slot)
    if value is None and ask.either:
        value = view.get(ask.either)
    if value is None:
        return ""
    choice = next((c for c in ask.choices_for(view) if c.key == value), None)
    return choice.label if choice else ask.show(view, value)


def _say_summary(turn: Turn, frame: Frame, flow: Flow) -> None:
    confirm = flow.confirm
    if confirm is None:
        return
    view = turn.view()
    choices = numbered((confirm.yes, confirm.edit))
    rows = (*summary_rows(flow, view), *(confirm.beside(view) if confirm.beside else ()))
    turn.say(FactRows(confirm.title, rows), f"{confirm.text}\n{choices}")
    labels = {confirm.yes: "yes", confirm.edit: "edit"}
    remember_offer(turn, frame, confirm.key, labels)
    turn.quick_replies = (
        *(
            QuickReply(label, label, token(frame.flow, confirm.key, frame.nonce, key))
            for label, key in labels.items()
        ),
        phrases.BACK,
        phrases.LATER,
    )


def edit_choices(flow: Flow, view: View) -> list[Ask]:
    """Return the answers that can be changed at the summary, in the order shown."""
    return [ask for ask, _ in _summarised(flow, view)][:EDIT_MENU_MAX]


def say_edit_menu(turn: Turn, flow: Flow) -> None:
    """Ask which answer is to be changed."""
    asks = edit_choices(flow, turn.view())
    lines = numbered(ask.label for ask in asks)
    turn.say(f"{phrases.EDIT_WHICH}\n{lines}")
    turn.quick_replies = tuple(QuickReply(ask.label, ask.label) for ask in asks[:10])


def ask_system(turn: Turn, kind: str, text: str, **data: object) -> None:
    """Open a yes/no question of the engine itself."""
    turn.state.pending = Pending(kind, data)
    turn.say(f"{text}\n{numbered((phrases.YES, phrases.NO))}")
    turn.quick_replies = (
        QuickReply(phrases.YES, phrases.YES),
        QuickReply(phrases.NO, phrases.NO),
    )


def ask_to_stop(turn: Turn) -> None:
    """Ask whether the talking flow is to be dropped."""
    if turn.flow is not None:
        ask_system(turn, "cancel", phrases.CANCEL_ASK.format(title=turn.flow.title))
