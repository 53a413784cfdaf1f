"""Who must act on a clock, by name: the role that the plan names, and who of it is on duty now."""

from django.utils.translation import gettext as _

from incidents.models import Deadline
from teams.models import ResponseGroup, Role
from teams.selectors import FirstOnDuty

Kind = Deadline.Kind
_FAULT = (Kind.ACKNOWLEDGE, Kind.CONFIRM, Kind.RESTORE, Kind.PROGRESS)
_NOTICE = (Kind.FIRST_NOTICE, Kind.NEXT_NOTICE)


def held_by(kind: str, holder: str, *, convene: bool, on_duty: FirstOnDuty) -> str:
    """«信息技术部值班 许工»: the holder's words, and who is on duty of them where somebody is.

    The same people as `deadlines.holder_of` means; of an order those of its addressee.
    """
    if kind in _FAULT:
        who = on_duty.in_group(ResponseGroup.Kind.FAULT)
    elif kind == Kind.COMMAND:
        commands = ResponseGroup.Kind.LEADING if convene else ResponseGroup.Kind.FAULT
        who = on_duty.in_group(commands)
    elif kind in _NOTICE:
        who = on_duty.with_role(Role.CS)
    else:
        who = on_duty.called(holder)
    return _("%(role)s %(who)s") % {"role": holder, "who": who} if who else holder
