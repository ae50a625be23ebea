"""What happens by itself while somebody moves the clock of a trial.

The page of the simulator runs these jobs at the moments that it passes. The others look after
the house (rendering, fetching, purging) and stay with the ticker, at the real time.
"""

from collections.abc import Iterable
from datetime import datetime

from bot.jobs.runner import run_one
from bot.jobs.schedule import Job, Work

LIVED_THROUGH = (
    "expire_holds",
    "ask_waiting",
    "agree_to_old",
    "extend_series",
    "mark_overdue",
)
"""Jobs of the programme that people notice."""
SENDING = ("reap_reminders", "send_due", "look_up_reminders")
"""Jobs of the outbox, in the order in which they are run."""
PLANS = "plan_"
"""How the names of jobs begin that plan messages."""


def passing(jobs: Iterable[Job]) -> Work:
    """Return what is to be done at each moment of a trial; it says how much it did."""
    every = {job.name: job for job in jobs}
    planning = [name for name in every if name.startswith(PLANS)]
    names = [*LIVED_THROUGH, *planning, *SENDING]
    chosen = [every[name] for name in names if name in every]

    def live(now: datetime) -> int:
        return sum(run_one(job, now) or 0 for job in chosen)

    return live
