"""The review meeting as one person sees it: how it stands, who comes, what may be done now."""

import datetime
from dataclasses import dataclass

from django.urls import reverse

from journal.moving import may
from journal.recording import now
from reviews import authority
from reviews.models import Participant, Review
from reviews.workflow.meeting import SIGNING_OPENS, in_calendar, is_called
from teams.appointments import appointment
from teams.models import Person


@dataclass(frozen=True)
class Meeting:
    """`is_called`: people were invited; `is_open`: it is being held or has been, people sign."""

    is_called: bool
    is_cancelled: bool
    is_open: bool
    participants: list[Participant]
    mine: Participant | None

    @property
    def coming(self) -> int:
        return sum(row.answer == Participant.Answer.COMING for row in self.participants)

    @property
    def invited(self) -> list[Participant]:
        return [row for row in self.participants if row.invited_at is not None]

    @property
    def present(self) -> list[Participant]:
        return [row for row in self.participants if row.was_there]

    @property
    def absent(self) -> list[Participant]:
        return [row for row in self.invited if not row.was_there]


def meeting(review: Review, person: Person) -> Meeting:
    """One query."""
    rows = list(review.participants.select_related("person__department", "noted_by"))
    return Meeting(
        is_called=is_called(review),
        is_cancelled=review.meeting_cancelled_at is not None,
        is_open=_is_open(review, now()),
        participants=rows,
        mine=next((row for row in rows if row.person_id == person.pk), None),
    )


def offered(review: Review, person: Person) -> list[str]:
    """The verbs of the meeting that make sense for this person at this moment."""
    at = now()
    called, is_open = is_called(review), _is_open(review, at)
    begun = review.meeting_at is not None and review.meeting_at <= at
    heads = may(review, "call_meeting", person)
    mine = review.participants.filter(person=person).first()
    found = []
    if heads and not (called and begun) and not review.attendees.all():
        found.append("call_meeting")
    if heads and called and not review.attendees.all():
        found.append("cancel_meeting")
    if called and not begun and mine is not None and mine.invited_at and not person.only_reads:
        found.append("answer_meeting")
    if is_open:
        knows = mine is not None or authority.is_concerned(review, person)
        if knows and not person.only_reads and (mine is None or mine.signed_at is None):
            found.append("sign_attendance")
        if authority.may_lead_meeting(review, person):
            found += ["note_attendance", "write_minutes"]
    return found


def calendar_of(review: Review, address: str) -> bytes:
    """The meeting as a file for one's own calendar; `address` is its page.

    Raises Review.DoesNotExist where no meeting was ever called.
    """
    if review.meeting_at is None or review.meeting_called_at is None:
        raise Review.DoesNotExist
    facts = in_calendar(
        review,
        starts_at=review.meeting_at,
        lasts=review.meeting_lasts,
        place=review.meeting_place,
        sequence=review.meeting_sequence,
    )
    return appointment(
        **facts,
        stamped_at=review.meeting_cancelled_at or review.meeting_called_at,
        address=address,
        is_cancelled=review.meeting_cancelled_at is not None,
    )


def page_of(review: Review) -> str:
    """Where the meeting stands."""
    return f"{reverse('reviews:detail', args=[review.incident_id])}#meeting"


def _is_open(review: Review, at: datetime.datetime) -> bool:
    return (
        review.meeting_at is not None
        and review.meeting_cancelled_at is None
        and review.meeting_at - SIGNING_OPENS <= at
    )
