"""Which of several applications is meant: somebody with two stores may have two."""

from collections.abc import Callable

from bot.dialogue.flow import Ask
from bot.dialogue.view import Choice, Choices, View
from bot.services.pay_rules.waiting import ENDED
from bot.services.payments import PayOverview
from models.states import PayState

MENDING = frozenset({"pay_fix", "pay_change_account"})
"""Flows that have nothing left to ask once an application is another one."""
LABEL = 8
"""Characters of a button on an old phone."""
MAX_CHOICES = 5

Suits = Callable[[PayOverview], bool]


def pressing(view: View) -> PayOverview | None:
    """Return the application that it is about unless said otherwise.

    The one that wants something of the merchant, else one that goes on, else the newest.
    """
    known = view.facts.pays()
    due = next((one for one in known if one.next_due), None)
    going = next((one for one in known if one.state not in ENDED), None)
    return due or going or next(iter(known), None)


def may_come_again(view: View, known: PayOverview) -> bool:
    """Tell whether the day is there from which a refused application may be sent again."""
    refused = known.state is PayState.REJECTED
    return refused and (known.retry_after is None or known.retry_after <= view.facts.today)


def suiting(view: View, suits: Suits) -> tuple[PayOverview, ...]:
    """Return the applications for which something can be done."""
    return tuple(one for one in view.facts.pays() if suits(one))


def chosen(view: View, suits: Suits) -> PayOverview | None:
    """Return the application that was chosen, or the only one that suits."""
    known, wanted = suiting(view, suits), view.get("pay")
    if wanted is None:
        return known[0] if len(known) == 1 else None
    return next((one for one in known if str(one.id) == str(wanted)), None)


def ask_which(key: str, text: str, suits: Suits) -> Ask:
    """Return the question which of several applications is meant."""

    def choices(view: View) -> Choices:
        return tuple(
            Choice(str(one.id), one.store_name, short=one.store_name[:LABEL])
            for one in suiting(view, suits)[:MAX_CHOICES]
        )

    return Ask(
        key=key,
        slot="pay",
        reads="choice",
        label="가게",
        text=text,
        choices=choices,
        when=lambda view: len(suiting(view, suits)) > 1,
        in_summary=False,
        why="결제 신청이 여러 개라서 어느 가게인지 여쭤봐요.",
        hint="가게 이름이나 번호를 보내 주세요.",
    )
