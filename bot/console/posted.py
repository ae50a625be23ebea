"""Files that were posted with a form: read up to a limit, and closed."""

from flask import request
from werkzeug.datastructures import FileStorage

from bot.errors import InvalidInputError


def posted_file(field: str, limit: int) -> tuple[str, bytes]:
    """Return the name and the content of a file.

    Raises:
        InvalidInputError: code `file_empty` or `file_size`.
    """
    found = posted_files(field, limit)
    if not found or not found[0][1]:
        raise InvalidInputError(f"no file in {field}", code="file_empty")
    return found[0]


def posted_files(field: str, limit: int) -> list[tuple[str, bytes]]:
    """Return the names and contents of all files of a field.

    Args:
        field: of the form.
        limit: bytes of all of them together.

    Raises:
        InvalidInputError: code `file_size`.
    """
    found = [(file.filename or "", _content(file, limit)) for file in request.files.getlist(field)]
    if sum(len(data) for _, data in found) > limit:
        raise InvalidInputError(f"{field} is larger than {limit} bytes", code="file_size")
    return [(name, data) for name, data in found if name]


def _content(file: FileStorage, limit: int) -> bytes:
    """Read a file to just beyond the limit; what lies in a temporary file is let go."""
    data: bytes = file.read(limit + 1)
    file.close()
    return data
