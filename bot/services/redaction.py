"""Blackening a part of a paper that nobody here may keep: the end of a resident number, a balance.

What is kept is drawn anew and the file before is destroyed at once.
"""

from bot.errors import ConflictError, InvalidInputError
from bot.services.documents import DocumentStore
from bot.services.paper_pages import Area, covered
from bot.services.pictures import CleanFile
from models.requirement import Document
from models.session import Database
from models.states import Cause


def cover(
    database: Database,
    store: DocumentStore,
    document_id: int,
    page: int,
    area: Area,
    cause: Cause,
) -> None:
    """Blacken a part of one page of a paper for good.

    Raises:
        InvalidInputError: code `no_document`; `file_missing`; see `paper_pages.covered`.
        ConflictError: code `paper_changed`: somebody else covered or removed it meanwhile.
    """
    with database.reading() as session:
        document = session.get(Document, document_id)
        if document is None:
            raise InvalidInputError(code="no_document")
        before = document.storage_key
        paper = CleanFile(document.mime, store.content(document))
    drawn = covered(paper, page, area)
    name = store.files.put(drawn.data)
    with database.transaction() as session:
        row = session.get_one(Document, document_id, with_for_update=True)
        if row.storage_key != before or before is None:
            store.files.delete(name)
            raise ConflictError("the paper is another one now", code="paper_changed")
        row.storage_key, row.mime, row.size = name, drawn.mime, len(drawn.data)
        row.updated_at = cause.now
    store.files.delete(before)
