"""Reviews with their measures and reports, and what was measured of every incident."""

from reviews.models.review import (
    ActionItem,
    Cause,
    ReportSeries,
    Review,
    ReviewState,
    Submission,
)
from reviews.models.times import IncidentTimes, Step

__all__ = [
    "ActionItem",
    "Cause",
    "IncidentTimes",
    "ReportSeries",
    "Review",
    "ReviewState",
    "Step",
    "Submission",
]
