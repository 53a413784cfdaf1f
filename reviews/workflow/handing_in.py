"""Verbs of the written report: submit, return, receive (plan, row P15).

The receiver is never the submitter: the plan has the report «submitted to the leading group», and
the IT director both leads the fault group and is a deputy of the leading group. Who submitted it
may take it back, though, for that takes nothing from anybody.
"""

import datetime
from contextlib import ExitStack

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import incidents.workflow
from incidents.workflow.gate import require
from journal.moving import may
from journal.recording import now
from journal.refusals import Conflict, Incomplete, NotAllowed
from reviews import archive, demands, report
from reviews.models import Review, Submission
from reviews.workflow.following import give
from reviews.workflow.gate import lock, move
from teams.models import Person


@transaction.atomic
def submit(incident_pk: int, *, by: Person, version: int | None = None) -> Submission:
    """Freeze the report and hand it to the leading group. Demands that it is complete.

    The content is stored as it stands now, and both files as they are drawn from it, each with its
    SHA-256, which the journal keeps too. The number is given once: a report that was returned keeps
    it. A refusal gives the number back and takes the files away.
    """
    review = lock(incident_pk)
    at = now()
    missing = demands.missing_for_submission(review, at)
    number = review.report_number or _number_of(review, at)
    ordinal = review.submissions.count() + 1
    content = report.compose(review, number=number, by=by, at=at)
    digest = report.hash_of(content)
    told = {"number": number, "hash": digest, "ordinal": ordinal}
    with ExitStack() as stack:
        files = {}
        # Nothing is drawn for who may not, or for a report that is not complete.
        if not missing and may(review, "submit", by):
            files = stack.enter_context(archive.drawn(content))
            told |= {kind: kept.sha256 for kind, kept in files.items()}
        move(review, "submit", by=by, at=at, version=version, told=told, number=number)
        if missing:
            raise Incomplete(
                _("还不能提交：%(missing)s")
                % {"missing": "；".join(condition.missing for condition in missing)},
                fields={condition.key: condition.missing for condition in missing},
            )
        submission = Submission.objects.create(
            review=review, ordinal=ordinal, content=content, hash=digest, by=by, at=at
        )
        archive.take_in(submission, files)
    return submission


@transaction.atomic
def return_report(
    incident_pk: int, *, by: Person, version: int | None = None, remark: str
) -> Review:
    """The leading group sends the report back into the draft, and says what is to be mended."""
    review = lock(incident_pk)
    remark = require(remark, "remark", _("请写明退回的理由。"))
    at = now()
    told = {"number": review.report_number, "remark": remark}
    move(review, "return_report", by=by, at=at, version=version, told=told, remark=remark)
    _answer(review, Submission.Answer.RETURNED, by=by, at=at, remark=remark)
    return review


@transaction.atomic
def receive(
    incident_pk: int, *, by: Person, version: int | None = None, remark: str = ""
) -> Review:
    """The leading group receives the report; in the same transaction the incident is archived.

    Raises NotAllowed for the submitter, Conflict where the report was received already.
    """
    review = lock(incident_pk)
    if review.state == Review.State.RECEIVED:
        raise Conflict(_("%(who)s已经接收这份报告。") % {"who": review.received_by})
    at = now()
    submission = review.submissions.filter(answer=Submission.Answer.WAITING).first()
    remark = remark.strip()
    digest = submission.hash if submission else ""
    told = {"number": review.report_number, "hash": digest, "remark": remark}
    if submission is not None and review.submitted_by_id == by.pk:
        raise NotAllowed(_("报告由您提交，请领导小组的另一位负责人接收。"))
    move(review, "receive", by=by, at=at, version=version, told=told, remark=remark)
    _answer(review, Submission.Answer.RECEIVED, by=by, at=at, remark=remark)
    give(review, by=by, at=at)
    incidents.workflow.close(
        incident_pk, by=by, told={"number": review.report_number, "hash": digest}
    )
    return review


def _answer(review: Review, answer: str, *, by: Person, at: datetime.datetime, remark: str) -> None:
    review.submissions.filter(answer=Submission.Answer.WAITING).update(
        answer=answer, answered_by=by, answered_at=at, remark=remark
    )


def _number_of(review: Review, at: datetime.datetime) -> str:
    """The report's number. A drill's is its incident's: the year's series is of what happened."""
    if review.incident.is_drill:
        return f"演练评估{review.incident.number}"
    return _next_number(timezone.localtime(at).year)


def _next_number(year: int) -> str:
    """The year's next report number. The series' row stays locked until the commit: no gaps."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reviews_reportseries AS series (year, last) VALUES (%s, 1) "
            "ON CONFLICT (year) DO UPDATE SET last = series.last + 1 RETURNING last",
            [year],
        )
        (serial,) = cursor.fetchone()
    return f"应急评估〔{year}〕{serial}号"
