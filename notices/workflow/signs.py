"""Verbs of printed signs: put up, taken down. Each is a person's word, of any employee who was
there, with a photo from their phone where they took one; the product has seen nothing else."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from incidents import authority
from incidents.models import Incident
from incidents.workflow.gate import require
from journal import keeping
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from notices.models import Notice, Place, Posting, SignPhoto
from notices.workflow.drafting import locked
from teams.models import Person


class _There(Exception):
    """It hangs already: nothing is written, and the photo that came along is not kept."""

    def __init__(self, notice: Notice) -> None:
        self.notice = notice


def hang(
    pk: int, *, by: Person, place: Place, word: str, photo: UploadedFile | None = None
) -> Notice:
    """The sign of the public notice `pk` hangs at a place; one of before is taken to be replaced.

    `word` says where exactly, or that it hangs; `photo` shows it. The same said twice is one.

    Raises NotAllowed; Conflict where the notice is not public any more; Incomplete without a word,
    for a place where no sign hangs, or where the photo is none (`journal.keeping`).
    """
    try:
        with _kept(photo) as kept, transaction.atomic():
            return _hang(pk, by=by, place=place, word=word, kept=kept)
    except _There as there:
        return there.notice


def _hang(pk: int, *, by: Person, place: Place, word: str, kept: keeping.Kept | None) -> Notice:
    incident, notice = locked(pk)
    _insist_employee(incident, by)
    word = require(word, "word", _("请写一句贴在哪里，例如「1 号窗口玻璃上」。"))[:200]
    if incident.is_drill:
        raise Conflict(_("这是演练，告示不要张贴，患者会当真。"))
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
        raise _There(notice)
    if hanging is not None:
        hanging.down_at, hanging.down_by = at, by
        hanging.down_word = _("换成第 %(number)s 版") % {"number": notice.number}
        hanging.save(update_fields=["down_at", "down_by", "down_word"])
    posting = Posting.objects.create(
        notice=notice, incident=incident, place=place, up_by=by, up_at=at, up_word=word
    )
    shown = _show(posting, kept, is_down=False)
    _record(incident, "notice.hang", notice, place, by=by, at=at, word=word, **shown)
    return notice


def take_down(
    pk: int, *, by: Person, place: Place, word: str, photo: UploadedFile | None = None
) -> Notice:
    """The sign of the notice `pk` hangs at a place no longer; `photo` shows the place without it.

    Raises NotAllowed; Conflict where none hangs there; Incomplete without a word, or as `hang`.
    """
    with _kept(photo) as kept, transaction.atomic():
        return _take_down(pk, by=by, place=place, word=word, kept=kept)


def _take_down(
    pk: int, *, by: Person, place: Place, word: str, kept: keeping.Kept | None
) -> Notice:
    incident, notice = locked(pk)
    _insist_employee(incident, by)
    word = require(word, "word", _("请写一句，例如「已取下」。"))[:200]
    hanging = Posting.objects.hanging().filter(notice=notice, place=place).first()
    if hanging is None:
        raise Conflict(_("「%(place)s」的告示已经取下或换过了。") % {"place": place.name})
    at = now()
    hanging.down_at, hanging.down_by, hanging.down_word = at, by, word
    hanging.save(update_fields=["down_at", "down_by", "down_word"])
    shown = _show(hanging, kept, is_down=True)
    _record(incident, "notice.take_down", notice, place, by=by, at=at, word=word, **shown)
    return notice


@contextmanager
def _kept(photo: UploadedFile | None) -> Iterator[keeping.Kept | None]:
    """The photo kept for the time of a verb, by its content a picture; nothing where there is none.

    Raises Incomplete.
    """
    if photo is None:
        yield None
        return
    with keeping.keep(photo, field="photo") as kept:
        if not kept.kind.startswith("image/"):
            sentence = _("请拍照片或选择图片，不收别的文件。")
            raise Incomplete(sentence, fields={"photo": sentence})
        yield kept


def _show(posting: Posting, kept: keeping.Kept | None, *, is_down: bool) -> dict[str, Any]:
    """Put the photo to its sign; gives what the journal says of it."""
    if kept is None:
        return {}
    photo = SignPhoto.objects.create(posting=posting, is_down=is_down, **kept.__dict__)
    return {"photo": photo.pk, "sha256": kept.sha256, "size_bytes": kept.size_bytes}


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
    **shown: Any,
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
            **shown,
        },
    )
