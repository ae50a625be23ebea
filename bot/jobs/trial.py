"""What happens by itself while somebody moves the clock of a trial.

The page of the simulator runs these jobs at the moments that it passes. The others look after
the house (rendering, fetching, purging) and stay with the ticker, at the real time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.jobs.runner import run_one
from bot.jobs.schedule import Job, Work

LIVED_THROUGH = (
    "expire_holds",
    "ask_waiting",
    "agree_to_old",
    "extend_series",
    "mark_overdue",
    "hand_over_papers",
    "hand_over_payments",
)
"""Jobs of the programme that people notice."""
SENDING = ("reap_reminders", "send_due", "look_up_reminders")
"""Jobs of the outbox, in the order in which they are run."""
PLANS = "plan_"
"""How the names of jobs begin that plan messages."""


@dataclass(frozen=True, slots=True)
class Passing:
    """What is done while time passes in a trial; each says how much it did.

    Attributes:
        live: everything that happens by itself.
        send: only what is due in the outbox.
    """

    live: Work
    send: Work


def passing(jobs: Iterable[Job]) -> Passing:
    """Return what is done while time passes."""
    every = {job.name: job for job in jobs}
    planning = [name for name in every if name.startswith(PLANS)]
    live = _together(every, (*LIVED_THROUGH, *planning, *SENDING))
    return Passing(live, _together(every, SENDING))


def _together(every: Mapping[str, Job], names: Iterable[str]) -> Work:
    chosen = [every[name] for name in names]

    def work(now: datetime) -> int:
        return sum(run_one(job, now) or 0 for job in chosen)

    return work
