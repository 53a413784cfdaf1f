"""The states of an incident, and which of them count as what."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    REPORTED = "reported", _("已报告")
    CONFIRMED = "confirmed", _("已确认")
    COMMANDED = "commanded", _("已下令")
    REPAIRING = "repairing", _("修复中")
    RESTORING = "restoring", _("恢复验证")
    CLEANING = "cleaning", _("现场清理")
    REVIEWING = "reviewing", _("评估中")
    CLOSED = "closed", _("已归档")
    DISMISSED = "dismissed", _("误报")
    MERGED = "merged", _("已并入")
    # A drill alone: it was ended where it stood.
    STOPPED = "stopped", _("演练已结束")


# The notice track runs beside the repair, from `confirmed` to `restoring`.
NOTICE_TRACK = (State.CONFIRMED, State.COMMANDED, State.REPAIRING, State.RESTORING)
UNRESTORED = (State.REPORTED, *NOTICE_TRACK)
OPEN = (*UNRESTORED, State.CLEANING, State.REVIEWING)
# How a fault ends. A drill may also have been stopped; it stands in lists of its own.
ENDED = (State.CLOSED, State.DISMISSED, State.MERGED)
