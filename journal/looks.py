"""One look at what waits: what each of its entries would ask of plan, rosters and channels is asked
once.

The relay opens a look after it has found the entries that it will hand over, so what is asked in it
is never older than any of them.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Answer = TypeVar("Answer")
_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def look() -> Iterator[None]:
    """While this is open, `once` keeps its answers."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def once(key: Hashable, ask: Callable[[], Answer]) -> Answer:
    """The answer to `ask`, from earlier in this look where one is known by `key`.

    What is answered is shared: read it, do not change it. Outside of a look it is asked each time.
    """
    answers = _answers.get()
    if answers is None:
        return ask()
    if key not in answers:
        answers[key] = ask()
    answer: Answer = answers[key]
    return answer


def forget() -> None:
    """A transaction was rolled back: what was read in it may never have been true."""
    answers = _answers.get()
    if answers is not None:
        answers.clear()
