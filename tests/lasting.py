"""A world that all tests of a module begin with: made once, and gone with the last of them."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction


@contextlib.contextmanager
def lasting(blocker: Any, make: Callable[[], Any]) -> Iterator[Any]:
    """What `make` gives. Each test's own transaction lies within this one, and rolls back to it.

    For a fixture of a module's scope that asks for `django_db_setup` and `django_db_blocker`. Not
    for a module in which tests have real transactions.
    """
    world = transaction.atomic()
    # As Django's own TestCase says it: a verb that insists on being outermost may run in it.
    world._from_testcase = True  # type: ignore[attr-defined]
    with blocker.unblock():
        world.__enter__()
        try:
            made = make()
        except BaseException:
            transaction.set_rollback(True)
            world.__exit__(None, None, None)
            raise
    yield made
    with blocker.unblock():
        transaction.set_rollback(True)
        world.__exit__(None, None, None)
