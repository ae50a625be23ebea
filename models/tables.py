"""All tables in one place, for migrations and for whoever needs the whole set."""

from models import consent, conversation, events, kit, market, merchant, requirement, staff
from models.base import Base

MODULES = (consent, conversation, events, kit, market, merchant, requirement, staff)
"""Importing them registers their tables."""
METADATA = Base.metadata
