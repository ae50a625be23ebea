"""Visits of a digital supporter: asking for one, following up, moving it, calling it off.

words      what things are called
wishes     what was said about when, and the wish that comes of it
answers    how the answers are taken
questions  what is asked
book, change, cancel, status, waiting, no_show, rate: one flow each
"""

from handlers.visit import book, cancel, change, no_show, rate, status, waiting

FLOWS = (
    book.FLOW,
    change.FLOW,
    cancel.FLOW,
    status.FLOW,
    waiting.FLOW,
    no_show.FLOW,
    rate.FLOW,
)
