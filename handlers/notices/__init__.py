"""Messages that we begin: what comes, when, and how to stop it."""

from handlers.notices import hours, listing, off, stop

FLOWS = (stop.FLOW, off.FLOW, hours.FLOW, listing.FLOW)
