"""Which form opens which verb of a session, and what the person is told will happen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from drills.training import workflow
from drills.training.forms import sessions as forms
from notices.forms import VerbForm


@dataclass(frozen=True)
class Door:
    """One verb's form. `verb`: the machine's name for it; `done`: what is said afterwards."""

    label: str | Promise
    verb: str
    form: type[VerbForm]
    do: Callable[..., Any]
    happens: tuple[str | Promise, ...]
    done: str | Promise
    tone: str = "quiet"


DOORS = {
    "note": Door(
        _("补登签到"),
        "note",
        forms.NoteForm,
        workflow.note_attendance,
        (_("名单上写明是您补登的和原因。"),),
        _("已补登。"),
    ),
    "strike": Door(
        _("取消签到"),
        "note",
        forms.StrikeForm,
        workflow.remove_attendance,
        (_("这个人从到场名单上去掉，原因写入记录。"),),
        _("已取消签到。"),
    ),
    "hold": Door(
        _("结束培训"),
        "hold",
        forms.HoldForm,
        workflow.hold_session,
        (_("签到关闭，不能再改。"), _("到场的人记为完成这门课程。")),
        _("培训已结束，到场的人已记为完成。"),
        "main",
    ),
    "cancel": Door(
        _("取消培训"),
        "cancel",
        forms.CancelForm,
        workflow.cancel_session,
        (_("被邀请的人会收到通知，不能恢复。"),),
        _("已取消，被邀请的人会收到通知。"),
    ),
}
