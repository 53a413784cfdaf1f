"""What this app does when the journal tells of something. Runs in the relay's transaction."""

from journal.models import Entry
from reviews import workflow


def begin_review(entry: Entry) -> None:
    """The site is cleaned up: the review begins. A second time changes nothing."""
    workflow.open_review(int(entry.stream.removeprefix("incident:")))
