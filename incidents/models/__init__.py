from incidents.models.checks import Backup, Check, Signature, Waiver
from incidents.models.deadline import Deadline
from incidents.models.incident import Incident, Report
from incidents.models.order import Order

__all__ = [
    "Backup",
    "Check",
    "Deadline",
    "Incident",
    "Order",
    "Report",
    "Signature",
    "Waiver",
]
