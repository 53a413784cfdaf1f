"""Who may do what on duty: rosters are the administrators', leave and stand-ins the group heads'.

Each function takes a row and a person (None: the system itself) and says yes or no. They are the
`permission=` of the transitions; the gate in `journal.moving` asks them.
"""

from typing import Any

from teams.models.duty import Duty, LayerMember
from teams.models.group import Membership
from teams.models.person import Role

_HEADS = (Membership.Part.HEAD, Membership.Part.DEPUTY)


def is_employee(_row: Any, person: Any) -> bool:
    """Anybody but the auditor, who changes nothing."""
    return bool(person is not None and person.is_active and not person.only_reads)


def may_edit_rosters(row: Any, person: Any) -> bool:
    """Administrators; None is the system, which seeds the demo and extends calendars."""
    return person is None or (is_employee(row, person) and person.has_role(Role.ADMIN))


def heads(person: Any, group_pk: int) -> bool:
    """Is the person head or deputy of this group?"""
    return Membership.objects.filter(person=person, group=group_pk, part__in=_HEADS).exists()


def headed_groups(person: Any) -> set[int]:
    """Keys of the groups of which the person is head or deputy; none for who only reads."""
    if not is_employee(None, person):
        return set()
    mine = Membership.objects.filter(person=person, part__in=_HEADS)
    return set(mine.values_list("group", flat=True))


def may_arrange(roster: Any, person: Any) -> bool:
    """Who settles single duties of a roster: administrators, and the heads of its group."""
    return may_edit_rosters(roster, person) or (
        is_employee(roster, person) and heads(person, roster.group_id)
    )


def may_decide_leave(leave: Any, person: Any) -> bool:
    """Never one's own: an administrator, or head or deputy of a group in which the person is or
    for which they serve."""
    if not is_employee(leave, person) or person.pk == leave.person_id:
        return False
    if person.has_role(Role.ADMIN):
        return True
    mine = Membership.objects.filter(person=person, part__in=_HEADS).values("group")
    if Membership.objects.filter(person=leave.person_id, group__in=mine).exists():
        return True
    return LayerMember.objects.filter(
        person=leave.person_id, layer__roster__group__in=mine
    ).exists()


def may_withdraw_leave(leave: Any, person: Any) -> bool:
    """Who goes on leave, and who may decide about it."""
    return is_employee(leave, person) and (
        person.pk == leave.person_id or may_decide_leave(leave, person)
    )


def is_asked(stand_in: Any, person: Any) -> bool:
    """Who was asked: whichever of the two did not ask; the stand-in where a third one did."""
    asker = stand_in.asked_by_id
    asked = stand_in.person_id if asker == stand_in.stand_in_id else stand_in.stand_in_id
    return is_employee(stand_in, person) and person.pk == asked


def may_decide_stand_in(stand_in: Any, person: Any) -> bool:
    """Neither of the two: an administrator, or the heads of the roster's group."""
    if person is not None and person.pk in (stand_in.person_id, stand_in.stand_in_id):
        return False
    return is_employee(stand_in, person) and may_arrange(stand_in.roster, person)


def may_withdraw_stand_in(stand_in: Any, person: Any) -> bool:
    """Who asked, and who may decide about it."""
    return is_employee(stand_in, person) and (
        person.pk == stand_in.asked_by_id or may_decide_stand_in(stand_in, person)
    )


def may_hand_over(handover: Any, person: Any) -> bool:
    """Who leaves, and who arranges the roster."""
    return is_employee(handover, person) and (
        handover.leaving.filter(pk=person.pk).exists() or may_arrange(handover.roster, person)
    )


def may_confirm_handover(handover: Any, person: Any, at: Any) -> bool:
    """Who comes, whoever else serves in the roster at `at` (somebody stood in), and who arranges
    it; who leaves cannot confirm to themselves."""
    if not is_employee(handover, person):
        return False
    return (
        handover.coming.filter(pk=person.pk).exists()
        or (
            not handover.leaving.filter(pk=person.pk).exists()
            and Duty.objects.at(at).filter(roster=handover.roster_id, person=person.pk).exists()
        )
        or may_arrange(handover.roster, person)
    )
