"""A sender that keeps what it is given, and fails in every way a vendor does."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bot.clock import Clock
from bot.errors import ExternalRejectedError, ExternalUnavailableError
from bot.outbox.sender import Fate, Message, Question, Rate, Recipient, Report, Taken
from bot.outbox.watch import Watch

Failure = Literal["not_sent", "refused", "unknown", "drop"]
"""Surely not taken; refused for good; no answer and not taken; taken and the answer lost."""
FREELY = Rate(per_second=10_000.0, burst=10_000.0)


class StillWatch(Watch):
    """Time that passes only where somebody waits."""

    def __init__(self) -> None:
        self.passed = 0.0

    def seconds(self) -> float:
        """Return the seconds waited so far."""
        return self.passed

    def pause(self, seconds: float) -> None:
        """Wait, without waiting."""
        self.passed += seconds


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message that reached somebody.

    Attributes:
        user_key, phone: who got it; "" where it is not known.
        buttons: labels; `links` are the addresses behind those that open one.
    """

    kind: str
    at: datetime
    text: str
    buttons: tuple[str, ...]
    links: tuple[str, ...]
    user_key: str
    phone: str
    attempt: int
    mark: str


@dataclass
class RecordingSender:
    """Carries everything to everybody, and remembers it.

    Attributes:
        clock: stamps what arrives.
        failures: what happens at the next calls, one after the other; then all goes well.
        retry_after_s: what `not_sent` asks for.
        during: called in the middle of each call, with its message.
        obstacles: kinds that it cannot carry -> the code.
        is_final: taking is delivering; else `fates` tells what became of it.
        fates: answers to looks, one after the other; then `delivered`.
        look_failures: looks that it cannot answer, before all others.
        broken_looks: marks whose look breaks in code of ours.
        arrived: what reached people; `calls` counts every call.
    """

    clock: Clock
    name: str = "recording"
    failures: list[Failure] = field(default_factory=list)
    retry_after_s: float | None = None
    during: Callable[[Message], None] | None = None
    obstacles: dict[str, str] = field(default_factory=dict)
    is_final: bool = True
    fates: list[Fate] = field(default_factory=list)
    look_failures: int = 0
    broken_looks: set[str] = field(default_factory=set)
    looks_after: tuple[timedelta, ...] = (timedelta(seconds=10), timedelta(minutes=1))
    rate: Rate = FREELY
    arrived: list[Arrived] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    calls: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def obstacle(self, to: Recipient, message: Message) -> str | None:
        """Return what was prepared for this kind."""
        return self.obstacles.get(message.kind)

    def send(self, to: Recipient, message: Message) -> Taken:
        """Keep the message, or fail as prepared."""
        if self.during is not None:
            self.during(message)
        with self._lock:
            self.calls += 1
            failure = self.failures.pop(0) if self.failures else None
            if failure in (None, "drop"):
                self.arrived.append(self._arrived(to, message))
        if failure == "not_sent":
            raise ExternalUnavailableError(code="down", retry_after_s=self.retry_after_s)
        if failure == "refused":
            raise ExternalRejectedError(code="refused_here")
        if failure is not None:
            raise ExternalUnavailableError(code="no_answer", maybe_done=True)
        return Taken(ref=f"ref-{message.mark}", answer="200", is_final=self.is_final)

    def look(self, question: Question) -> Report:
        """Return what was prepared."""
        if str(question.mark) in self.broken_looks:
            raise ZeroDivisionError
        with self._lock:
            self.questions.append(question)
            if self.look_failures:
                self.look_failures -= 1
                raise ExternalUnavailableError(code="down")
            fate = self.fates.pop(0) if self.fates else Fate.DELIVERED
        return Report(fate, code="failed_there" if fate is Fate.FAILED else "")

    def kinds(self) -> list[str]:
        """Return the kinds of what arrived, in order."""
        return [one.kind for one in self.arrived]

    def _arrived(self, to: Recipient, message: Message) -> Arrived:
        return Arrived(
            kind=message.kind,
            at=self.clock.now(),
            text=message.words.text,
            buttons=tuple(tap.label for tap in message.words.buttons),
            links=tuple(tap.link for tap in message.words.buttons if tap.link),
            user_key=to.user_key,
            phone=to.phone or "",
            attempt=message.attempt,
            mark=str(message.mark),
        )
