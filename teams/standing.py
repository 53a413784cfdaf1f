"""Who still needs a group: rooms above say why one cannot be dissolved yet."""

from collections.abc import Callable, Iterable

from teams.models import ResponseGroup

# Gives a sentence for each thing that still needs the group.
Question = Callable[[ResponseGroup], Iterable[str]]
_questions: list[Question] = []


def needs_group(question: Question) -> Question:
    """Register a question of a higher room about a group that is to be dissolved."""
    if question not in _questions:
        _questions.append(question)
    return question


def needed_by(group: ResponseGroup) -> list[str]:
    """What the higher rooms say against dissolving the group."""
    return [sentence for question in _questions for sentence in question(group)]
