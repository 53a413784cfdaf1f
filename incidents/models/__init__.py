from incidents.models.all_clear import AllClear, AllClearReceipt
from incidents.models.checks import Backup, Check, Reopening, Signature, Waiver
from incidents.models.custody import Custody, Exposed
from incidents.models.deadline import Deadline
from incidents.models.drill import DrillPause
from incidents.models.evidence import Evidence
from incidents.models.grading import Grading
from incidents.models.incident import Incident
from incidents.models.law import LawReport
from incidents.models.manual_mode import ManualMode
from incidents.models.numbering import Numbering
from incidents.models.order import Order
from incidents.models.paper import Batch, Reentry, Slip
from incidents.models.report import Report
from incidents.models.state import State

__all__ = [
    "AllClear",
    "AllClearReceipt",
    "Backup",
    "Batch",
    "Check",
    "Custody",
    "Deadline",
    "DrillPause",
    "Evidence",
    "Exposed",
    "Grading",
    "Incident",
    "LawReport",
    "ManualMode",
    "Numbering",
    "Order",
    "Reentry",
    "Reopening",
    "Report",
    "Signature",
    "Slip",
    "State",
    "Waiver",
]
