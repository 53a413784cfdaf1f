from incidents.forms.command import Addressees, OrderSet
from incidents.forms.evidence import EvidenceForm
from incidents.forms.manual import ManualOffForm, ManualOnForm
from incidents.forms.proof import BackupForm
from incidents.forms.report import ReportForm
from incidents.forms.verbs import (
    AllClearForm,
    ChangePlanForm,
    CleanupForm,
    ConfirmForm,
    GradedForm,
    MergeForm,
    ReasonForm,
    RegradeForm,
    RepairForm,
    VerbForm,
)
from incidents.forms.watch import WatchForm

__all__ = [
    "Addressees",
    "AllClearForm",
    "BackupForm",
    "ChangePlanForm",
    "CleanupForm",
    "ConfirmForm",
    "EvidenceForm",
    "GradedForm",
    "ManualOffForm",
    "ManualOnForm",
    "MergeForm",
    "OrderSet",
    "ReasonForm",
    "RegradeForm",
    "RepairForm",
    "ReportForm",
    "VerbForm",
    "WatchForm",
]
