"""Who is told of training: the invited of time, place and changes; trainer and planner of answers.

Handlers run in the relay's transaction and touch the database only.
"""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from drills.training.models import Invitation, TrainingSession
from journal.models import Entry
from journal.relay import subscribe
from notices.workflow import alert
from teams.models import Person, Role


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    for event, handler in (
        ("training.plan", planned),
        ("training.invite", invited),
        ("training.move", moved),
        ("training.cancel", cancelled),
        ("training.decline", declined),
        ("training.soon", ends),
        ("training.ended", ends),
        ("training.soon_in", ends_in),
        ("training.ended_in", ends_in),
        ("training.chase", chased),
    ):
        subscribe(event, handler)


def planned(entry: Entry) -> None:
    """Who is to give it."""
    row = _row(entry)
    text = _("请您讲授「%(course)s」：%(when)s，%(place)s") % entry.facts
    _tell(entry, row, _active().filter(pk=row.trainer_id), text)


def invited(entry: Entry) -> None:
    text = _("请参加培训「%(course)s」：%(when)s，%(place)s。请答复能否参加") % entry.facts
    _tell(entry, _row(entry), _active().filter(pk__in=entry.facts["people"]), text)


def moved(entry: Entry) -> None:
    """Everybody who was asked to come, whatever they answered: the new time may suit them."""
    row = _row(entry)
    text = _("培训「%(course)s」有变动：%(when)s，%(place)s。%(reason)s") % entry.facts
    _tell(entry, row, _asked(row), text)


def cancelled(entry: Entry) -> None:
    row = _row(entry)
    text = _("培训「%(course)s」取消了（原定 %(when)s）：%(reason)s") % entry.facts
    _tell(entry, row, _asked(row), text)


def declined(entry: Entry) -> None:
    row = _row(entry)
    text = _("%(who)s不能参加培训「%(course)s」（%(when)s）：%(reason)s") % (
        entry.facts | {"who": entry.actor_name}
    )
    _tell(entry, row, _active().filter(pk__in=[row.trainer_id, row.planned_by_id]), text)


def ends(entry: Entry) -> None:
    """Each person whose training ends or has ended."""
    words = {
        "training.soon": _("您的培训「%(what)s」%(on)s 到期，请参加复训"),
        "training.ended": _("您的培训「%(what)s」%(on)s 已到期，请尽快复训"),
    }[entry.event]
    people = _active().filter(pk__in=entry.facts["people"])
    alert(entry, people, incident=None, text=words % entry.facts, url=reverse("training:mine"))


def ends_in(entry: Entry) -> None:
    """The head of the department, of all its people at once."""
    words = {
        "training.soon_in": _("本科室 %(count)s 人的培训「%(what)s」快到期：%(who)s"),
        "training.ended_in": _("本科室 %(count)s 人的培训「%(what)s」已过期：%(who)s"),
    }[entry.event]
    text = words % (entry.facts | {"who": "、".join(entry.facts["names"])})
    heads = _active().filter(
        department=entry.facts["department"], roles__contains=[Role.DEPARTMENT]
    )
    alert(entry, heads, incident=None, text=text, url=reverse("training:coverage"))


def chased(entry: Entry) -> None:
    text = _("您还没有参加必修培训「%(what)s」，或已经过期，请留意培训安排") % entry.facts
    people = _active().filter(pk__in=entry.facts["people"])
    alert(entry, people, incident=None, text=text, url=reverse("training:mine"))


def _row(entry: Entry) -> TrainingSession:
    return TrainingSession.objects.get(pk=int(entry.stream.removeprefix("trainingsession:")))


def _active() -> QuerySet[Person]:
    return Person.objects.filter(is_active=True)


def _asked(row: TrainingSession) -> QuerySet[Person]:
    """The invited, and the trainer."""
    asked = Invitation.objects.filter(session=row).values("person")
    return _active().filter(pk__in=asked) | _active().filter(pk=row.trainer_id)


def _tell(entry: Entry, row: TrainingSession, people: QuerySet[Person], text: str) -> None:
    alert(entry, people, incident=None, text=text, url=row.get_absolute_url())
