"""A post office for tests: notices with simple words, planned messages, senders."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import KST, AdjustableClock
from bot.outbox.notice import Book, Due, Gone, Notice, Values
from bot.outbox.outbox import Outbox
from bot.outbox.plan import About, plan
from bot.outbox.templates import Tap, Template
from bot.outbox.timing import When
from models.conversation import Conversation
from models.merchant import Merchant
from models.outbox import MessageClass, Reminder, ReminderAttempt
from models.session import Database
from tests.fakes.post import RecordingSender, StillWatch
from tests.storage.rows import add_conversation, add_merchant

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=KST)
"""A Tuesday in the middle of the day, when nothing has to wait."""


def kst(hour: int, minute: int = 0, second: int = 0, *, day: int = 24) -> datetime:
    """Return a moment of November 2026 in Korea."""
    return datetime(2026, 11, day, hour, minute, second, tzinfo=KST)


@dataclass
class World:
    """What the notices look at.

    Attributes:
        words: kind -> values of the template.
        gone: subject ids that there is nothing to tell of any more.
        looks: every look.
        broken: kinds whose look raises.
    """

    words: dict[str, dict[str, str]] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    looks: list[Due] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    ends: dict[str, datetime] = field(default_factory=dict)

    def look(self, session: Session, due: Due) -> Values | Gone:
        """Look."""
        del session
        self.looks.append(due)
        if due.kind in self.broken:
            raise ZeroDivisionError
        if due.subject_id in self.gone:
            return Gone("visit_cancelled")
        return Values(self.words.get(due.kind, PLACE), self.ends.get(due.kind))


def text(kind: str, words: str, *labels: str) -> Template:
    """Return a template."""
    return Template(kind, kind[:20], kind, words, tuple(Tap(label) for label in labels))


TEXTS = {
    template.kind: template
    for template in (
        text("visit.day_before", "내일 #{곳}에서 만나요.", "방문 확인"),
        text("visit.moved", "#{곳} 방문이 바뀌었어요.", "방문 확인"),
        text("form.unfinished", "#{곳} 신청이 남아 있어요.", "이어하기"),
        text("visit.rating", "#{곳} 방문은 어떠셨어요?", "방문 확인"),
        text("activity.week", "#{곳} 채널은 잘 되세요?", "도움"),
        text("consent.result", "#{곳} 수신거부를 받았어요."),
        text("offer", "(광고) #{곳} 소식이에요.\n무료 수신거부: ‘수신거부’라고 보내 주세요."),
        text("sale", "(광고) #{곳}에서 팔아요."),
        text("digest", "할 일이 있어요.\n#{할일}", "진행 상황"),
    )
}
PLACE = {"곳": "바다수산"}


def books(world: World) -> Book:
    """Return one notice of each sort."""
    kinds: dict[str, dict[str, Any]] = {
        "visit.day_before": {"must_arrive": True},
        "visit.moved": {"must_arrive": True, "urgent": True},
        "form.unfinished": {"nudge": True, "topic": "가게 등록 마무리"},
        "visit.rating": {"nudge": True, "topic": "방문 평가"},
        "activity.week": {
            "nudge": True,
            "topic": "채널 돌보기",
            "message_class": MessageClass.EDUCATION,
        },
        "consent.result": {},
        "sale": {},
        "offer": {"message_class": MessageClass.MARKETING},
    }
    plain = Notice(
        kind="",
        message_class=MessageClass.TRANSACTIONAL,
        when=When(after="visit starts", lasts=timedelta(days=9)),
        look=world.look,
    )
    return {kind: replace(plain, kind=kind, **values) for kind, values in kinds.items()}


@dataclass
class Office:
    """One database, one clock, one or more senders."""

    database: Database
    now: datetime = NOON
    world: World = field(default_factory=World)
    senders: tuple[RecordingSender, ...] = ()
    book: Book = field(default_factory=dict)
    watch: StillWatch = field(default_factory=StillWatch)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.clock = AdjustableClock(self.now)
        self.post = RecordingSender(self.clock)
        self.senders = self.senders or (self.post,)
        self.book = self.book or books(self.world)

    def outbox(self, owner: str = "one") -> Outbox:
        """Return a process that sends; its own time stands still during a call."""
        return Outbox(self.database, self.book, self.senders, owner, self.watch, TEXTS)

    def send(self, now: datetime | None = None) -> int:
        """Send what is due."""
        return self.outbox(f"send-{next(self.numbers)}").send_due(now or self.now)

    def person(self, **values: Any) -> int:
        """Add somebody with a chat and return the number of the conversation."""
        number = next(self.numbers)
        with self.database.transaction() as session:
            merchant = add_merchant(session, phone=f"0100000{number:04d}")
            row = add_conversation(
                session, f"user-{number}", **{"merchant_id": merchant.id, **values}
            )
            return row.id

    def plan(
        self,
        kind: str = "visit.day_before",
        *,
        whose: int | None = None,
        due: datetime | None = None,
        **changes: Any,
    ) -> int:
        """Plan a message and return its number."""
        number = next(self.numbers)
        about = About(
            conversation_id=whose or self.person(),
            subject="visit",
            subject_id=changes.pop("subject_id", number),
            anchor=due or self.now,
            key=str(number),
            expires_at=changes.pop("expires_at", None),
        )
        with self.database.transaction() as session:
            assert plan(session, self.book[kind], about, min(self.now, about.anchor))
            row = session.scalars(select(Reminder).order_by(Reminder.id.desc()).limit(1)).one()
            for name, value in changes.items():
                setattr(row, name, value)
            return row.id

    def row(self, reminder_id: int) -> Reminder:
        """Return a message as it stands."""
        with self.database.reading() as session:
            return session.get_one(Reminder, reminder_id)

    def attempts(self, reminder_id: int) -> list[ReminderAttempt]:
        """Return the calls made for a message."""
        with self.database.reading() as session:
            return list(
                session.scalars(
                    select(ReminderAttempt)
                    .where(ReminderAttempt.reminder_id == reminder_id)
                    .order_by(ReminderAttempt.no)
                )
            )

    def change(self, table: Any, row_id: int | str, **values: Any) -> None:
        """Change a row."""
        with self.database.transaction() as session:
            row = session.get_one(table, row_id)
            for name, value in values.items():
                setattr(row, name, value)

    def add(self, row: Any) -> None:
        """Add a row."""
        with self.database.transaction() as session:
            session.add(row)

    def merchant_of(self, conversation_id: int) -> Merchant:
        """Return the merchant of a conversation."""
        with self.database.reading() as session:
            conversation = session.get_one(Conversation, conversation_id)
            return session.get_one(Merchant, conversation.merchant_id)
