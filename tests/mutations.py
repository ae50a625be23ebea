"""Ways in which life disturbs a conversation, without changing what comes out of it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from tests.transcript import Player, Transcript


@dataclass
class Mutation:
    """A way in which life differs from the transcript, without changing what comes out.

    Subclasses override what they disturb. `before` runs before each message of the person.

    Attributes:
        needs_question: it disturbs only where a question is open; elsewhere it would be the
            transcript as written, once more.
    """

    needs_question: ClassVar[bool] = False
    name: str = "plain"
    twice: bool = False
    check_answers: bool = True

    def before(self, player: "Player", turn: dict[str, Any]) -> None:
        """Disturb the talk."""


class Days(Mutation):
    """Three days between any two messages."""

    def before(self, player: "Player", turn: dict[str, Any]) -> None:
        player.merchant.later(timedelta(days=3))


class Restart(Mutation):
    """The process is restarted between any two messages."""

    def before(self, player: "Player", turn: dict[str, Any]) -> None:
        player.merchant.house.restart()


class Digression(Mutation):
    """Before each answer the merchant asks something else."""

    needs_question = True

    def before(self, player: "Player", turn: dict[str, Any]) -> None:
        asked = player.merchant.asked
        if is_question(asked):
            player.merchant.say("돈 내는거 아니죠?")
            assert player.merchant.asked == asked


class CancelAndNo(Mutation):
    """Before each answer the merchant wants to stop, and then does not."""

    needs_question = True

    def before(self, player: "Player", turn: dict[str, Any]) -> None:
        asked = player.merchant.asked
        if is_question(asked):
            player.merchant.say("취소")
            player.merchant.say("아니요")
            assert player.merchant.asked == asked


class Back(Mutation):
    """Before each answer the merchant goes back and gives the last answer again."""

    needs_question = True

    def before(self, player: "Player", turn: dict[str, Any]) -> None:
        asked = player.merchant.asked
        if not is_question(asked):
            return
        player.merchant.say("이전")
        again = player.answers.get(player.merchant.asked)
        if again is None or player.merchant.asked == asked:
            if player.merchant.asked != asked:
                player.merchant.say("그대로")
            return
        player.merchant.say(again)
        assert player.merchant.asked == asked, (again, player.merchant.asked, asked)


def is_question(asked: str) -> bool:
    """Return whether a question of a flow is open."""
    return "." in asked and not asked.startswith("system.")


def suits(transcript: "Transcript", mutation: Mutation) -> bool:
    """Return whether the mutation can disturb it, and it is to come out the same."""
    return _is_wanted(transcript, mutation) and (transcript.asks or not mutation.needs_question)


def is_overlooked(transcript: "Transcript") -> bool:
    """Return whether disturbances of answers are wanted and no turn says that one is open."""
    wanted = (m for m in MUTATIONS if m.needs_question and _is_wanted(transcript, m))
    return not transcript.asks and any(wanted)


def _is_wanted(transcript: "Transcript", mutation: Mutation) -> bool:
    names = transcript.mutate
    return names if isinstance(names, bool) else mutation.name in names


MUTATIONS: tuple[Mutation, ...] = (
    Mutation("twice", twice=True),
    Days("days", check_answers=False),
    Restart("restart"),
    Digression("digression", check_answers=False),
    CancelAndNo("cancel-and-no", check_answers=False),
    Back("back", check_answers=False),
)
