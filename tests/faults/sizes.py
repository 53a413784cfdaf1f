"""One test, two sizes: a small one for every run, the full one of the promise for `make faults`."""

from typing import Any

import pytest


def sizes(quick: dict[str, Any] | None, full: dict[str, Any]) -> pytest.MarkDecorator:
    """Parametrise by `size`. Without `quick` the test runs in `make faults` alone."""
    full_only = [pytest.mark.faults, pytest.mark.slow]
    both = [] if quick is None else [pytest.param(quick, id="quick")]
    return pytest.mark.parametrize("size", [*both, pytest.param(full, id="full", marks=full_only)])
