"""What is looked at each second: tasks by name, done one after another."""

import logging
from collections.abc import Callable, Sequence
from importlib import import_module

logger = logging.getLogger(__name__)


def named(path: str) -> Callable[[], object]:
    """The task of this name; called without a broker it is a plain function."""
    module, _dot, name = path.rpartition(".")
    found: Callable[[], object] = getattr(import_module(module), name)
    return found


def do(paths: Sequence[str]) -> None:
    """One after another; what fails is logged and keeps no other from being done."""
    for path in paths:
        try:
            named(path)()
        except Exception:
            logger.exception("%s failed", path)
