"""Time that passes in a trial: every moment in its order, and an end to patience."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.clock import KST, AdjustableClock
from bot.simulator.passing import FARTHEST, Passage

BEGIN = datetime(2026, 11, 23, 16, 20, tzinfo=KST)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PATIENCE_S = 8.0


@dataclass
class Life:
    """What is due at which moments, and when something was done."""

    due: list[datetime] = field(default_factory=list)
    clock: AdjustableClock = field(default_factory=lambda: AdjustableClock(BEGIN))
    seconds_a_stop: float = 0.0
    seconds: float = 0.0
    lived: list[datetime] = field(default_factory=list)
    sent: list[datetime] = field(default_factory=list)

    def live(self, now: datetime) -> None:
        self.lived.append(now)
        self.seconds += self.seconds_a_stop

    def send(self, now: datetime) -> None:
        self.sent.append(now)
        self.live(now)

    def next_due(self, after: datetime) -> datetime | None:
        return min((moment for moment in self.due if moment > after), default=None)

    @property
    def passage(self) -> Passage:
        return Passage(
            self.clock,
            self.live,
            self.send,
            self.next_due,
            patience_s=PATIENCE_S,
            stopwatch=lambda: self.seconds,
        )


def test_it_stops_at_every_third_hour_and_at_what_is_due() -> None:
    life = Life(due=[BEGIN + timedelta(minutes=70), BEGIN - HOUR])
    passed = life.passage.forward(timedelta(hours=6))
    at = [f"{moment.astimezone(KST):%H:%M}" for moment in life.lived]
    assert at == ["17:30", "18:00", "21:00", "22:20"]
    assert life.sent == life.lived[:1], "between the watches only what is due is looked at"
    assert (passed.by, passed.stops, passed.jumped, passed.done) == (6 * HOUR, 4, False, True)
    assert life.clock.now() == BEGIN + 6 * HOUR


def test_who_waits_too_long_gets_the_rest_in_one_jump() -> None:
    life = Life(seconds_a_stop=PATIENCE_S / 10)
    passed = life.passage.forward(7 * DAY)
    assert passed.jumped
    assert passed.stops == 12
    assert life.lived[-1] == life.clock.now() == BEGIN + 7 * DAY


def test_it_waits_for_something() -> None:
    life = Life(due=[BEGIN + 3 * DAY])
    passed = life.passage.until(lambda: BEGIN + 3 * DAY in life.lived)
    assert passed.done
    assert life.clock.now() == BEGIN + 3 * DAY


def test_it_does_not_wait_for_ever() -> None:
    life = Life()
    assert not life.passage.until(lambda: False).done
    assert life.clock.now() == BEGIN + FARTHEST
    slow = Life(seconds_a_stop=1.0)
    passed = slow.passage.until(lambda: False)
    assert not passed.done
    assert not passed.jumped
    assert slow.clock.now() < BEGIN + 2 * DAY


def test_backwards_nothing_happens() -> None:
    life = Life()
    assert life.passage.forward(-HOUR).stops == 0
    assert life.clock.now() == BEGIN - HOUR
    life.passage.back()
    assert (life.clock.now(), life.lived) == (BEGIN, [])
