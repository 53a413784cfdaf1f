"""What should happen: versions of the plan, and all that each of them says."""

from plans.models.approval import (
    Change,
    Comment,
    CoverageWaiver,
    ReadConfirmation,
    Signature,
)
from plans.models.cards import NoticeTemplate, RegulatoryClock, RequiredSupply, ServiceCard
from plans.models.checklist import ChecklistItem
from plans.models.clauses import DEMANDS, Grade, Section
from plans.models.grading import GradingQuestion
from plans.models.ladder import Rung
from plans.models.version import LEVELS, FaultType, PlanVersion

__all__ = [
    "DEMANDS",
    "LEVELS",
    "Change",
    "ChecklistItem",
    "Comment",
    "CoverageWaiver",
    "FaultType",
    "Grade",
    "GradingQuestion",
    "NoticeTemplate",
    "PlanVersion",
    "ReadConfirmation",
    "RegulatoryClock",
    "RequiredSupply",
    "Rung",
    "Section",
    "ServiceCard",
    "Signature",
]
