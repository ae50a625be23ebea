"""Services that a person arranges for now: lessons, grants.

The bot does not take these applications itself yet; it says so, and offers a person.
"""

from bot.dialogue.flow import Flow
from bot.dialogue.message import Text
from bot.dialogue.phrases import MENU, PERSON
from bot.dialogue.view import Answer, View

TEXT = "{what} 아직 제가 못 받아요.\n‘상담원’이라고 보내시면 담당자가 도와드려요."


def _flow(name: str, title: str, what: str, intents: tuple[str, ...]) -> Flow:
    def respond(_view: View) -> Answer:
        return Answer((Text(TEXT.format(what=what)),), quick_replies=(PERSON, MENU))

    return Flow(name=name, version=1, title=title, intents=intents, respond=respond)


FLOWS = (
    _flow(
        "edu",
        "강의 듣기",
        "강의는",
        (
            "edu_start",
            "edu_open",
            "edu_next",
            "edu_prev",
            "edu_resume",
            "edu_progress",
            "edu_problem",
            "edu_drop",
            "edu_certificate",
            "edu_reminder_set",
        ),
    ),
    _flow(
        "cost",
        "메시지 지원금",
        "지원금 신청은",
        (
            "cost_apply",
            "cost_status",
            "cost_balance",
            "cost_expiry",
            "cost_howto",
            "cost_problem",
            "cost_cancel",
            "cost_eligibility",
            "cost_estimate",
        ),
    ),
)
