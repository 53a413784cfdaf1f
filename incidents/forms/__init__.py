from incidents.forms.command import Addressees, OrderSet
from incidents.forms.proof import BackupForm
from incidents.forms.report import ReportForm
from incidents.forms.verbs import (
    CleanupForm,
    ConfirmForm,
    MergeForm,
    ReasonForm,
    RegradeForm,
    RepairForm,
    VerbForm,
)
from incidents.forms.watch import WatchForm

__all__ = [
    "Addressees",
    "BackupForm",
    "CleanupForm",
    "ConfirmForm",
    "MergeForm",
    "OrderSet",
    "ReasonForm",
    "RegradeForm",
    "RepairForm",
    "ReportForm",
    "VerbForm",
    "WatchForm",
]
