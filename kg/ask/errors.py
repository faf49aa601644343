"""What can be wrong with a question, and the exit code it calls for."""

from __future__ import annotations

from typing import ClassVar


class QueryError(Exception):
    """A question that cannot be asked in this way: a mistake to mend in the question."""

    exit_code: ClassVar[int] = 2


class ParameterError(QueryError, ValueError):
    """A parameter that a library query does not have, or a value that it does not take."""


class LimitError(QueryError):
    """A question that took too long, nested too deeply or needed too much memory."""

    exit_code: ClassVar[int] = 1
