"""Reviews with their measures and reports, and what was measured of every incident."""

from reviews.models.causes import DEEPEST, MOST_WHYS, Evaluation, Score, Why
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
    "DEEPEST",
    "MOST_WHYS",
    "ActionItem",
    "Cause",
    "Evaluation",
    "IncidentTimes",
    "ReportSeries",
    "Review",
    "ReviewState",
    "Score",
    "Step",
    "Submission",
    "Why",
]
