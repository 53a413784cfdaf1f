"""Reviews with their measures and reports, and what was measured of every incident."""

from reviews.models.action import (
    ActionFile,
    ActionItem,
    ActionReminder,
    ActionWaiver,
    Demand,
)
from reviews.models.causes import DEEPEST, MOST_WHYS, Evaluation, Score, Why
from reviews.models.files import ReportFile
from reviews.models.meeting import Participant
from reviews.models.review import (
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
    "ActionFile",
    "ActionItem",
    "ActionReminder",
    "ActionWaiver",
    "Cause",
    "Demand",
    "Evaluation",
    "IncidentTimes",
    "Participant",
    "ReportFile",
    "ReportSeries",
    "Review",
    "ReviewState",
    "Score",
    "Step",
    "Submission",
    "Why",
]
