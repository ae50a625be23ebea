"""What people of the programme write down about an application."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services.payments.rows import needed
from models.payment import PayNote
from models.states import Cause


def add_note(session: Session, application_id: int, text: str, cause: Cause) -> bool:
    """Write something down; False when its writer has just said the same.

    Raises:
        InvalidInputError: code `no_application`.
    """
    row = needed(session, application_id)
    of_it = select(PayNote).where(PayNote.application_id == row.id)
    newest = session.scalars(of_it.order_by(PayNote.id.desc()).limit(1)).one_or_none()
    if newest is not None and (newest.by, newest.text) == (cause.actor, text):
        return False
    session.add(PayNote(application_id=row.id, by=cause.actor, text=text, at=cause.now))
    return True
