"""The one gate through which every state machine of the product moves.

django-fsm-2 checks no permission when a transition is called, and its conditions see only the
instance. So no transition is called anywhere but here.
"""

import datetime
from typing import Any

from django.utils.translation import gettext as _
from django_fsm import can_proceed

from journal import rows
from journal.refusals import Conflict, NotAllowed


def move(
    row: Any,
    verb: str,
    *,
    by: Any,
    at: datetime.datetime,
    version: int | None = None,
    **facts: Any,
) -> None:
    """Check and make one transition on a row that the caller has locked, and save it.

    Takes the verb's name, the acting person (None for the system, which may do what the verb's
    permission allows it), the moment, the version the person saw (None where they saw none, as
    for a machine's call) and the transition's own facts. The row's `version` grows by one.

    Raises:
        NotAllowed: the person may not do this.
        Conflict: the row has moved on since the person saw it, or is in a state without this verb.
    """
    transition = getattr(row, verb)
    label = _declared(transition).custom["label"]
    if not _permitted(transition, row, by):
        raise NotAllowed(_("您没有「%(verb)s」的权限。") % {"verb": label})
    check_version(row, version)
    if not can_proceed(transition):
        raise Conflict(
            _("现在是「%(state)s」，不能再「%(verb)s」。")
            % {"state": row.get_state_display(), "verb": label}
        )
    transition(at=at, by=by, **facts)
    row.version += 1
    rows.save(row)


def check_version(row: Any, version: int | None) -> None:
    """Refuse with `Conflict` when the person saw another version of the row than it has now."""
    if version is not None and int(version) != row.version:
        raise Conflict(_("您打开页面之后，别人已经更新了。请看最新情况，您填写的内容还在。"))


def available(row: Any, by: Any) -> list[str]:
    """Names of the verbs that the machine offers this person on this row now."""
    return [
        transition.name
        for transition in row.get_available_state_transitions()
        if _permitted(getattr(row, transition.name), row, by)
    ]


def may(row: Any, verb: str, by: Any) -> bool:
    """May this person do the verb at all, whatever state the row is in?"""
    return _permitted(getattr(row, verb), row, by)


def label_of(row: Any, verb: str) -> Any:
    """The verb's words for a button."""
    return _declared(getattr(row, verb)).custom["label"]


def _permitted(transition: Any, row: Any, by: Any) -> bool:
    # Asked without the state: who may not, learns nothing about where the row stands.
    return bool(_declared(transition).has_perm(row, by))


def _declared(transition: Any) -> Any:
    """The transition as declared; all sources of one verb share permission and label."""
    return next(iter(transition._django_fsm.transitions.values()))
