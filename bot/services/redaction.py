"""Blackening a part of a paper that nobody here may keep: the end of a resident number, a balance.

The picture is drawn anew and the one before is destroyed. Until it is swept away nothing leads
to it any more.
"""

from bot.errors import ConflictError, InvalidInputError
from bot.services.documents import DocumentStore
from bot.services.pictures import covered
from models.requirement import Document
from models.session import Database
from models.states import Cause

Area = tuple[float, float, float, float]
"""Two opposite corners, each from 0 to 1 of width and height."""


def cover(
    database: Database, store: DocumentStore, document_id: int, area: Area, cause: Cause
) -> None:
    """Blacken a part of a photo for good.

    Raises:
        InvalidInputError: code `no_document`; `file_missing`; `file_type`: a PDF or HEIC.
        ConflictError: code `paper_changed`: somebody else covered or removed it meanwhile.
    """
    with database.reading() as session:
        document = session.get(Document, document_id)
        if document is None:
            raise InvalidInputError(code="no_document")
        before = document.storage_key
        content = store.content(document)
    drawn = covered(content, area)
    name = store.files.put(drawn)
    with database.transaction() as session:
        row = session.get_one(Document, document_id, with_for_update=True)
        if row.storage_key != before or before is None:
            store.files.delete(name)
            raise ConflictError("the paper is another one now", code="paper_changed")
        row.storage_key, row.size, row.updated_at = name, len(drawn), cause.now
    store.files.delete(before)
