"""The one tree of errors.

Every error has a `code` (stable, for logs, metrics and tests) and says whether trying the
same thing again may help (`retryable`). Broad catches stand only at the webhook edge, the
job runner and the outbox loop.
"""


class SosinError(Exception):
    """Anything that this project raises on purpose.

    Attributes:
        code: stable name of what went wrong.
        retryable: True when the same call may succeed later.
    """

    code = "error"
    retryable = False

    def __init__(self, message: str = "", *, code: str | None = None) -> None:
        super().__init__(message or code or self.code)
        if code is not None:
            self.code = code


class ConfigError(SosinError):
    """A setting is missing or wrong; the process must not start."""

    code = "config"


class PayloadError(SosinError):
    """A request body that is not what the channel's protocol promises."""

    code = "payload"


class RuleBrokenError(SosinError):
    """A rule of the programme or of an entity forbids the step; `code` says which."""

    code = "rule"


class ConflictError(SosinError):
    """Somebody else changed the same row first."""

    code = "conflict"
    retryable = True


class ExternalUnavailableError(SosinError):
    """An outside service did not answer, or answered that it cannot now.

    Attributes:
        retry_after_s: seconds to wait before the next try, as the service asked; None when
            it did not say.
        maybe_done: True when the request may have reached the service and had its effect
            (read timeout, dropped connection, 5xx); repeating it may then do it twice.
    """

    code = "external_unavailable"
    retryable = True

    def __init__(
        self,
        message: str = "",
        *,
        code: str | None = None,
        retry_after_s: float | None = None,
        maybe_done: bool = False,
    ) -> None:
        super().__init__(message, code=code)
        self.retry_after_s = retry_after_s
        self.maybe_done = maybe_done


class ExternalRejectedError(SosinError):
    """An outside service understood the request and refused it.

    Attributes:
        maybe_done: True where a refusal is no proof that nothing was done, so that the
            service has to be asked what became of it.
    """

    code = "external_rejected"

    def __init__(
        self, message: str = "", *, code: str | None = None, maybe_done: bool = False
    ) -> None:
        super().__init__(message, code=code)
        self.maybe_done = maybe_done


class InvalidInputError(SosinError):
    """A file or an argument given to a command cannot be used."""

    code = "invalid_input"
