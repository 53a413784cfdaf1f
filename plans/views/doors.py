"""Which form opens which verb of a version, and what the person is told will happen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from journal import moving
from plans import authority, forms, publication, workflow
from plans.models import PlanVersion
from teams.models import Person


@dataclass(frozen=True)
class Door:
    """A verb's page: its form, the verb, what happens and whom it reaches, its gate.

    `may`, `when` and `label` are those of verbs that begin a new version and so are no transition
    of this row: who may, in which states, and the verb's word.
    """

    form: type[forms.VerbForm]
    do: Callable[..., Any]
    happens: tuple[str | Promise, ...]
    gate: str = ""
    label: str | Promise = ""
    may: Callable[[Any, Any], bool] | None = None
    when: tuple[str, ...] = ()


DOORS = {
    "draft": Door(
        forms.DraftForm,
        workflow.draft_from,
        (
            _("建一份新草稿，内容和这一版一样，由管理员修改。"),
            _("这一版和现行版本都不受影响。"),
        ),
        label=_("起草新版"),
        may=authority.administers,
        when=tuple(PlanVersion.Status),
    ),
    "submit": Door(
        forms.VerbForm,
        workflow.submit,
        (
            _("草稿不能再改，所有人可以逐条提意见。"),
            _("意见全部答复之后，由领导小组组长和副组长签字批准。"),
        ),
    ),
    "sign": Door(
        forms.SignForm,
        workflow.sign,
        (
            _("您的姓名、身份、时间和内容校验值写入日志，不能撤销。"),
            _("签字人数够了、并且有组长（或代理组长）的签字，这一版就获得批准，由管理员发布。"),
        ),
        gate=publication.SIGN,
    ),
    "withdraw": Door(
        forms.ReasonForm,
        workflow.withdraw,
        (_("退回草稿，由管理员修改；已有的签字作废，重新送审、重新签字。"),),
    ),
    "publish": Door(
        forms.PublishForm,
        workflow.publish,
        (
            _("到生效时间，这一版成为现行预案，原来的现行版本被替换。"),
            _("之后报告的故障按这一版计时、升级、开检查单；正在处置的故障留在原来的版本。"),
            _("所有人会被要求确认阅知这一版。"),
        ),
        gate=publication.PUBLISH,
    ),
    "discard": Door(
        forms.ReasonForm,
        workflow.discard,
        (_("这一版作废，以后不能再发布；内容仍可查看。"),),
    ),
    "roll_back": Door(
        forms.RollBackForm,
        workflow.roll_back,
        (
            _("用这一版的内容发布一个新版本，立即生效，替换现行版本。"),
            _("这一版曾经批准并生效，所以不再签字；您的姓名和理由写入日志。"),
            _("正在处置的故障留在原来的版本。"),
        ),
        label=_("恢复旧版"),
        may=authority.administers,
        when=(PlanVersion.Status.REPLACED,),
    ),
    "remind": Door(
        forms.VerbForm,
        workflow.remind_readers,
        (_("还没有确认阅知的人，每人收到一条站内提醒。"),),
    ),
}


def may(name: str, plan: PlanVersion, person: Person) -> bool:
    """May this person do the verb at all, whatever state the version is in?"""
    door = DOORS.get(name)
    return door.may(plan, person) if door and door.may else moving.may(plan, name, person)


def is_open(name: str, plan: PlanVersion, person: Person) -> bool:
    """Does the version's state let this person do the verb now?"""
    door = DOORS.get(name)
    if door and door.may:
        return door.may(plan, person) and plan.status in door.when
    return name in moving.available(plan, person)


def label_of(name: str, plan: PlanVersion) -> Any:
    """The verb's words for a button."""
    return DOORS[name].label or moving.label_of(plan, name)
