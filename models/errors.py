"""What the tables refuse; the leaf of the error tree (`models` knows no other package).

Services translate these where a person has to be told something.
"""


class ModelError(Exception):
    """A rule of the storage was broken.

    Attributes:
        code: stable name of what went wrong.
    """

    code = "model"

    def __init__(self, message: str = "", *, code: str | None = None) -> None:
        super().__init__(message or code or self.code)
        if code is not None:
            self.code = code


class IllegalMoveError(ModelError):
    """An entity may not go from its present state to the wanted one."""

    code = "illegal_move"


class KeyRingError(ModelError):
    """The data keys are missing, malformed, or do not fit what was stored."""

    code = "data_keys"


class DatabaseUrlError(ModelError):
    """The address of the database names something that is not supported."""

    code = "database_url"


class NaiveTimeError(ModelError):
    """A moment without a time zone was about to be stored."""

    code = "naive_time"


class BusyError(ModelError):
    """Other writers held the database for longer than the caller can wait."""

    code = "busy"
