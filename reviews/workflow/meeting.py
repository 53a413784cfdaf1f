"""Verbs of the review meeting: called, moved, cancelled, answered, signed, minuted (plan, row P15).

What a person says of themselves (an answer, a signature) overwrites nobody else's words, so it
leaves the review's version as it is.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from incidents.workflow.gate import require
from journal.moving import check_version
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from reviews import authority
from reviews.models import Participant, Review
from reviews.workflow.gate import lock, move
from teams.models import Person

# Minutes before the meeting from which people may sign.
SIGNING_OPENS = datetime.timedelta(minutes=15)
# A meeting further off than this is a slip of the hand.
FARTHEST = datetime.timedelta(days=366)
MOST_INVITED = 200
SHORTEST, LONGEST = 10, 600


@transaction.atomic
def call_meeting(
    incident_pk: int,
    *,
    by: Person,
    version: int | None = None,
    meeting_at: datetime.datetime,
    place: str,
    chair: Person,
    people: Iterable[Person],
    lasts: int = 60,
) -> Review:
    """Invite to the review meeting, or move it, or change who is invited; all of them are told.

    The chair is invited too. Answers to an earlier time or place are asked anew; who is not on
    the list any more learns that as well. Raises `Incomplete` for a time that has passed.
    """
    review = lock(incident_pk)
    at = now()
    place = require(place, "place", _("请写明会议地点。"))
    invited = list({person.pk: person for person in (chair, *people)}.values())
    is_moved = is_called(review) and (review.meeting_at, review.meeting_place) != (
        meeting_at,
        place,
    )
    known = {
        each.person_id: each
        for each in review.participants.filter(invited_at__isnull=False).select_related("person")
    }
    standing = known if is_called(review) else {}
    new = [person for person in invited if person.pk not in standing]
    dropped = [each.person for pk, each in known.items() if pk not in {p.pk for p in invited}]
    told = _where(meeting_at, place) | {
        "chair": str(chair),
        "lasts": lasts,
        "invited": [str(person) for person in invited],
        "new": [person.pk for person in new],
        "moved": [pk for pk in standing if is_moved and pk in {p.pk for p in invited}],
        "dropped": [person.pk for person in dropped] if standing else [],
    }
    sequence = review.meeting_sequence + bool(review.meeting_called_at)
    told["calendar"] = in_calendar(
        review, starts_at=meeting_at, lasts=lasts, place=place, sequence=sequence
    )
    move(
        review,
        "call_meeting",
        by=by,
        at=at,
        version=version,
        told=told,
        meeting_at=meeting_at,
        meeting_place=place,
        chair=chair,
        meeting_lasts=lasts,
        meeting_called_at=at,
        meeting_sequence=sequence,
        meeting_cancelled_at=None,
    )
    if review.attendees.exists():
        raise Conflict(_("会议已经开过，不能再召集。"))
    _check_call(meeting_at, at, lasts, invited)
    review.participants.filter(person__in=dropped, signed_at=None, noted_at=None).delete()
    review.participants.filter(person__in=dropped).update(
        invited_at=None, answer="", answered_at=None, answer_words=""
    )
    for person in invited:
        asked_anew = person.pk not in standing or is_moved
        fresh = {"invited_at": at, "answer": "", "answered_at": None, "answer_words": ""}
        Participant.objects.update_or_create(
            review=review, person=person, defaults=fresh if asked_anew else {}
        )
    return review


@transaction.atomic
def cancel_meeting(
    incident_pk: int, *, by: Person, version: int | None = None, reason: str
) -> Review:
    """The meeting is not held; everybody invited is told why. It may be called anew."""
    review = lock(incident_pk)
    reason = require(reason, "reason", _("请写明为什么取消。"))
    at = now()
    was_called = is_called(review)
    if review.meeting_at is None:
        raise Conflict(_("现在没有召集的会议。"))
    invited = review.participants.filter(invited_at__isnull=False)
    told = _where(review.meeting_at, review.meeting_place) | {
        "reason": reason,
        "people": list(invited.values_list("person", flat=True)),
        "calendar": in_calendar(
            review,
            starts_at=review.meeting_at,
            lasts=review.meeting_lasts,
            place=review.meeting_place,
            sequence=review.meeting_sequence + 1,
        ),
    }
    move(review, "cancel_meeting", by=by, at=at, version=version, told=told)
    if not was_called:
        raise Conflict(_("现在没有召集的会议。"))
    if review.attendees.exists():
        raise Conflict(_("会议已经有人签到，不能取消。"))
    return review


@transaction.atomic
def answer_meeting(incident_pk: int, *, by: Person, coming: bool, words: str = "") -> Participant:
    """An invited person says whether they come; again until the meeting begins."""
    review = lock(incident_pk)
    mine = review.participants.filter(person=by, invited_at__isnull=False).first()
    if mine is None or by.only_reads:
        raise NotAllowed(_("您没有被邀请参加这次会议。"))
    at = now()
    if not is_called(review) or review.state != Review.State.DRAFT:
        raise Conflict(_("现在没有召集的会议。"))
    if _has_begun(review, at):
        raise Conflict(_("会议已经开始，请直接签到。"))
    mine.answer = Participant.Answer.COMING if coming else Participant.Answer.DECLINED
    mine.answer_words, mine.answered_at = words.strip()[:200], at
    mine.save(update_fields=["answer", "answer_words", "answered_at"])
    told = {"answer": Participant.Answer(mine.answer).label, "words": mine.answer_words}
    _record(review, "answer_meeting", by, at, told)
    return mine


@transaction.atomic
def sign_attendance(incident_pk: int, *, by: Person) -> Participant:
    """Somebody who is at the meeting signs, once, in their own name: invited or concerned."""
    review = lock(incident_pk)
    invited = review.participants.filter(person=by).exists()
    if by.only_reads or not (invited or authority.is_concerned(review, by)):
        raise NotAllowed(_("您没有被邀请参加这次会议。"))
    at = now()
    _must_be_under_way(review, at)
    mine, _is_new = Participant.objects.get_or_create(review=review, person=by)
    if mine.signed_at is not None:
        return mine
    # One's own word stands before somebody else's note.
    mine.signed_at, mine.noted_by, mine.noted_at, mine.noted_reason = at, None, None, ""
    mine.save()
    review.attendees.add(by)
    _record(review, "sign_attendance", by, at, {"who": str(by)})
    return mine


@transaction.atomic
def note_attendance(incident_pk: int, *, by: Person, person: Person, reason: str) -> Participant:
    """The chair, or the head of a group, notes that somebody was there who could not sign."""
    review = lock(incident_pk)
    if not authority.may_lead_meeting(review, by):
        raise NotAllowed(_("您没有「代记出席」的权限。"))
    reason = require(reason, "reason", _("请写明为什么代记。"))
    at = now()
    _must_be_under_way(review, at)
    row, _is_new = Participant.objects.get_or_create(review=review, person=person)
    if row.was_there:
        raise Conflict(_("%(who)s已经签到。") % {"who": person})
    note(row, by=by, at=at, reason=reason)
    review.attendees.add(person)
    _record(review, "note_attendance", by, at, {"who": str(person), "reason": row.noted_reason})
    return row


@transaction.atomic
def write_minutes(
    incident_pk: int, *, by: Person, version: int | None = None, minutes: str
) -> Review:
    """What was said and decided, by the chair or the head of a group."""
    review = lock(incident_pk)
    if not authority.may_lead_meeting(review, by):
        raise NotAllowed(_("您没有「写会议纪要」的权限。"))
    check_version(review, version)
    at = now()
    _must_be_under_way(review, at)
    review.minutes = require(minutes, "minutes", _("请写会议纪要。"))
    review.minutes_by, review.minutes_at = by, at
    review.version += 1
    review.save(update_fields=["minutes", "minutes_by", "minutes_at", "version"])
    _record(review, "write_minutes", by, at, {"minutes": review.minutes})
    return review


def is_called(review: Review) -> bool:
    """Is there a meeting that people were invited to, and that was not cancelled?"""
    return review.meeting_called_at is not None and review.meeting_cancelled_at is None


def in_calendar(
    review: Review, *, starts_at: datetime.datetime, lasts: int, place: str, sequence: int
) -> dict[str, Any]:
    """What `teams.appointments` makes an appointment of: the same in the file of the page and in
    the mail, so that the newer takes the older one's place in people's calendars."""
    return {
        "uid": f"review-{review.pk}",
        "sequence": sequence,
        "starts_at": starts_at,
        "ends_at": starts_at + datetime.timedelta(minutes=lasts),
        "summary": review.incident.marked(
            _("评估会：%(title)s") % {"title": review.incident.title}
        ),
        "place": place,
    }


def note(row: Participant, *, by: Person, at: datetime.datetime, reason: str) -> None:
    """Somebody else's word that the person was there."""
    row.noted_by, row.noted_at, row.noted_reason = by, at, reason[:200]
    row.save()


def attend(review: Review, people: Iterable[Person], *, by: Person, at: datetime.datetime) -> None:
    """The meeting is recorded afterwards with these people. Who has signed stays in any case."""
    wanted = {person.pk: person for person in people}
    rows = {row.person_id: row for row in review.participants.select_related("person")}
    for pk, row in rows.items():
        if row.signed_at is not None:
            wanted.setdefault(pk, row.person)
        elif row.noted_at is not None and pk not in wanted:
            row.noted_by, row.noted_at, row.noted_reason = None, None, ""
            row.save()
    for pk, person in wanted.items():
        row = rows.get(pk) or Participant(review=review, person=person)
        if not row.was_there:
            # Stored, so in the language of the house, whoever writes.
            with translation.override(settings.LANGUAGE_CODE):
                note(row, by=by, at=at, reason=_("会后登记"))
    review.attendees.set(wanted.values())


def _has_begun(review: Review, at: datetime.datetime) -> bool:
    return review.meeting_at is not None and review.meeting_at <= at


def _must_be_under_way(review: Review, at: datetime.datetime) -> None:
    if review.state != Review.State.DRAFT:
        raise Conflict(_("报告已经提交，会议记录不再改。"))
    if review.meeting_at is None or review.meeting_cancelled_at is not None:
        raise Conflict(_("现在没有召集的会议。"))
    if review.meeting_at - SIGNING_OPENS > at:
        raise Conflict(_("会议还没有开，开会前 15 分钟起可以签到。"))


def _check_call(
    meeting_at: datetime.datetime, at: datetime.datetime, lasts: int, invited: list[Person]
) -> None:
    wrong: dict[str, str] = {}
    if meeting_at <= at:
        wrong["meeting_at"] = _("这个时间已经过去。已经开过的会，请补记会议。")
    elif meeting_at > at + FARTHEST:
        wrong["meeting_at"] = _("会议时间最远在一年之内。")
    if not SHORTEST <= lasts <= LONGEST:
        wrong["lasts"] = _("会议时长在 10 到 600 分钟之间。")
    if len(invited) < 2:
        wrong["people"] = _("请至少再邀请一个人。")
    elif len(invited) > MOST_INVITED:
        wrong["people"] = _("一次最多邀请 200 人。")
    if wrong:
        raise Incomplete(next(iter(wrong.values())), fields=wrong)


def _where(meeting_at: datetime.datetime, place: str) -> dict[str, Any]:
    return {
        "meeting_at": meeting_at,
        "when": f"{timezone.localtime(meeting_at):%Y-%m-%d %H:%M}",
        "place": place,
    }


def _record(
    review: Review, verb: str, by: Person, at: datetime.datetime, facts: dict[str, Any]
) -> None:
    record(review.incident.stream, f"review.{verb}", by=by, at=at, facts=facts)
