"""What the logs tell at night."""

import logging
import sys

from structlog.stdlib import ProcessorFormatter


def test_the_error_of_a_task_is_logged_with_its_traceback():
    """A library's logger knows nothing of structlog; its errors must be as readable as ours."""
    written = next(
        handler.formatter
        for handler in logging.getLogger().handlers
        if isinstance(handler.formatter, ProcessorFormatter)
    )
    try:
        raise ZeroDivisionError("三点钟")
    except ZeroDivisionError:
        record = logging.LogRecord(
            "celery", logging.ERROR, __file__, 1, "task failed", None, sys.exc_info()
        )
    line = written.format(record)
    assert "Traceback (most recent call last)" in line
    assert "test_the_error_of_a_task_is_logged_with_its_traceback" in line
    assert "三点钟" in line
