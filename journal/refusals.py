"""What a verb says when it refuses: a sentence for a person, and what to show beside it."""

from typing import Any


class Refusal(Exception):
    """A verb that was not done. Nothing was written.

    `sentence` is meant for the person who asked; `fields` maps a form's field to its own sentence;
    `status` is the HTTP status that pages and API answer with.
    """

    status = 422
    code = "incomplete"

    def __init__(self, sentence: Any, *, fields: dict[str, Any] | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.fields = fields or {}

    def __str__(self) -> str:
        return str(self.sentence)


class Incomplete(Refusal):
    """What the step demands is not all there."""


class NotAllowed(Refusal):
    """This person may not do this."""

    status = 403
    code = "not_allowed"


class Conflict(Refusal):
    """Somebody was faster: the row is no longer what the person saw."""

    status = 409
    code = "conflict"
