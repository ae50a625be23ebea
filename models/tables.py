"""All tables in one place, for migrations and for whoever needs the whole set."""

from models import (
    consent,
    conversation,
    events,
    field,
    fieldwork,
    kit,
    market,
    merchant,
    outbox,
    payment,
    requirement,
    staff,
    supporter,
    visit,
)
from models.base import Base

MODULES = (
    consent,
    conversation,
    events,
    field,
    fieldwork,
    kit,
    market,
    merchant,
    outbox,
    payment,
    requirement,
    staff,
    supporter,
    visit,
)
"""Importing them registers their tables."""
METADATA = Base.metadata
