"""Verbs of printed signs: put up, taken down. Each is a person's word, of any employee who was
there; the product has seen nothing."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from incidents import authority
from incidents.models import Incident
from incidents.workflow.gate import require
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from notices.models import Notice, Place, Posting
from notices.workflow.drafting import locked
from teams.models import Person


@transaction.atomic
def hang(pk: int, *, by: Person, place: Place, word: str) -> Notice:
    """The sign of the public notice `pk` hangs at a place; one of before is taken to be replaced.

    `word` says where exactly, or that it hangs. The same said twice is one.

    Raises NotAllowed; Conflict where the notice is not public any more; Incomplete without a word,
    or for a place where no sign hangs.
    """
    incident, notice = locked(pk)
    _insist_employee(incident, by)
    word = require(word, "word", _("请写一句贴在哪里，例如「1 号窗口玻璃上」。"))[:200]
    if notice.state != Notice.State.PUBLISHED:
        raise Conflict(
            _("第 %(number)s 版已经不是现在的通知，请不要再贴。") % {"number": notice.number}
        )
    if not (place.is_active and place.has_sign):
        sentence = _("「%(place)s」不贴告示。") % {"place": place.name}
        raise Incomplete(sentence, fields={"place": sentence})
    at = now()
    hanging = Posting.objects.hanging().filter(incident=incident, place=place).first()
    if hanging is not None and hanging.notice_id == notice.pk:
        return notice
    if hanging is not None:
        hanging.down_at, hanging.down_by = at, by
        hanging.down_word = _("换成第 %(number)s 版") % {"number": notice.number}
        hanging.save(update_fields=["down_at", "down_by", "down_word"])
    Posting.objects.create(
        notice=notice, incident=incident, place=place, up_by=by, up_at=at, up_word=word
    )
    _record(incident, "notice.hang", notice, place, by=by, at=at, word=word)
    return notice


@transaction.atomic
def take_down(pk: int, *, by: Person, place: Place, word: str) -> Notice:
    """The sign of the notice `pk` hangs at a place no longer.

    Raises NotAllowed; Conflict where none hangs there; Incomplete without a word.
    """
    incident, notice = locked(pk)
    _insist_employee(incident, by)
    word = require(word, "word", _("请写一句，例如「已取下」。"))[:200]
    hanging = Posting.objects.hanging().filter(notice=notice, place=place).first()
    if hanging is None:
        raise Conflict(_("「%(place)s」的告示已经取下或换过了。") % {"place": place.name})
    at = now()
    hanging.down_at, hanging.down_by, hanging.down_word = at, by, word
    hanging.save(update_fields=["down_at", "down_by", "down_word"])
    _record(incident, "notice.take_down", notice, place, by=by, at=at, word=word)
    return notice


def _insist_employee(incident: Incident, by: Person) -> None:
    if not authority.is_employee(incident, by):
        raise NotAllowed(_("您没有确认张贴告示的权限。"))


def _record(
    incident: Incident,
    event: str,
    notice: Notice,
    place: Place,
    *,
    by: Person,
    at: datetime.datetime,
    word: str,
) -> None:
    record(
        incident.stream,
        event,
        by=by,
        at=at,
        facts={
            "notice": notice.pk,
            "number": notice.number,
            "place": place.name,
            "slug": place.slug,
            "word": word,
        },
    )
