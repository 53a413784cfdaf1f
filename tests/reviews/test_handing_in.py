"""The written report: submitted, returned, received, frozen (plan, P15)."""

import datetime
import hashlib
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, InternalError, connection, connections, transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone

import incidents.workflow
from incidents.models import Incident
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from reviews import archive, report, workflow
from reviews.models import ReportFile, ReportSeries, Review, Submission
from reviews.paper import document_of
from teams.models import Person
from tests import make
from tests.reviews import written

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("spoil", "missing"),
    [
        (lambda i: Review.objects.update(meeting_at=None), "meeting"),
        (
            lambda i: Review.objects.update(
                meeting_at=timezone.now() + datetime.timedelta(hours=1)
            ),
            "meeting",
        ),
        (
            lambda i: written.meeting(
                i, chair=None, attendees=[make.person("it")], other_attendees=""
            ),
            "attendees",
        ),
        (lambda i: written.findings(i, root_cause=""), "root_cause"),
        (lambda i: written.findings(i, root_cause_text=" "), "root_cause"),
        (lambda i: written.findings(i, process_evaluation=""), "process_evaluation"),
        (
            lambda i: workflow.remove_action(
                i.pk, by=make.person("fault_head"), action=i.review.actions.get().pk
            ),
            "actions",
        ),
    ],
)
def test_an_unfinished_report_is_not_submitted(spoil, missing):
    incident = written.complete()
    spoil(incident)
    version = Review.objects.get().version
    with pytest.raises(Incomplete) as refused:
        workflow.submit(incident.pk, by=make.person("fault_head"))
    assert list(refused.value.fields) == [missing]
    review = Review.objects.get()
    assert (review.state, review.version, review.report_number) == ("draft", version, "")
    assert not Submission.objects.exists()
    assert not ReportSeries.objects.exists()
    assert not Entry.objects.filter(event="review.submit").exists()


def test_none_needed_with_a_reason_is_enough():
    incident = written.reviewing()
    written.meeting(incident)
    written.findings(incident)
    head = make.person("fault_head")
    workflow.decline_actions(incident.pk, by=head, reason="外部断电，已恢复双路供电")
    assert workflow.submit(incident.pk, by=head).content["no_action_reason"]


@pytest.mark.parametrize("who", ["cs", "it", "department", "admin", "auditor"])
def test_only_group_heads_submit(who):
    incident = written.complete()
    with pytest.raises(NotAllowed):
        workflow.submit(incident.pk, by=make.person(who))
    assert not ReportSeries.objects.exists()


def test_the_journal_keeps_number_and_hash_of_the_report():
    submission = written.submitted()
    year = timezone.localdate().year
    entry = Entry.objects.get(event="review.submit")
    assert entry.facts["number"] == f"应急评估〔{year}〕1号"
    submission.refresh_from_db()
    assert entry.facts["hash"] == submission.hash == report.hash_of(submission.content)


def test_a_submitted_report_does_not_change_when_later_data_change():
    submission = written.submitted()
    before = submission.content
    Incident.objects.update(title="改过的标题", summary="改过的总结")
    make.department("门诊收费处").__class__.objects.update(phone="0000")
    Person.objects.filter(username="zhiban").update(name="改名")
    submission.refresh_from_db()
    assert submission.content == before
    assert report.hash_of(submission.content) == submission.hash
    assert report.compose(Review.objects.get())["title"] != submission.content["title"]


@pytest.mark.parametrize("table", ["reviews_submission", "reviews_reportfile"])
def test_the_database_refuses_to_empty_what_was_submitted(table):
    written.submitted()
    emptied = f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table} CASCADE"
    with (
        pytest.raises(IntegrityError, match="are kept"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(emptied)
    assert Submission.objects.exists()


@pytest.mark.parametrize("field", ["content", "hash"])
def test_the_database_refuses_to_change_a_submitted_report(field):
    submission = written.submitted()
    value = {"title": "假的"} if field == "content" else "0" * 64
    with pytest.raises(InternalError, match="cannot be changed"), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(**{field: value})
    with pytest.raises(InternalError, match="or deleted"), transaction.atomic():
        ReportFile.objects.filter(submission=submission).delete()
    with pytest.raises(ProtectedError), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).delete()


def test_nothing_is_written_into_a_submitted_review():
    incident = written.submitted().review.incident
    for write in (written.meeting, written.findings, written.action):
        with pytest.raises(Conflict):
            write(incident)


def test_the_receipt_archives_the_incident():
    submission = written.submitted()
    incident = submission.review.incident
    workflow.receive(incident.pk, by=make.person("leader"), remark="同意")
    incident = Incident.objects.get(pk=incident.pk)
    assert incident.state == "closed"
    assert Review.objects.get().state == "received"
    submission.refresh_from_db()
    assert (submission.answer, submission.remark) == ("received", "同意")
    closed = Entry.objects.get(event="incident.close")
    assert closed.facts["number"] == Review.objects.get().report_number
    assert closed.facts["hash"] == submission.hash


@pytest.mark.parametrize("who", ["cs", "it", "department", "logistics", "admin", "auditor"])
def test_only_the_leading_group_receives_or_returns(who):
    incident = written.submitted().review.incident
    with pytest.raises(NotAllowed):
        workflow.receive(incident.pk, by=make.person(who))
    with pytest.raises(NotAllowed):
        workflow.return_report(incident.pk, by=make.person(who), remark="重写")
    assert Incident.objects.get().state == "reviewing"
    assert Submission.objects.get().answer == "waiting"


def test_the_submitter_does_not_receive_their_own_report():
    incident = written.submitted().review.incident
    # The IT director leads the fault group and is a deputy of the leading group.
    with pytest.raises(NotAllowed):
        workflow.receive(incident.pk, by=make.person("fault_head"))
    assert Incident.objects.get().state == "reviewing"


def test_a_draft_cannot_be_received():
    incident = written.complete()
    with pytest.raises(Conflict):
        workflow.receive(incident.pk, by=make.person("leader"))
    assert Incident.objects.get().state == "reviewing"


def test_received_twice_is_one_receipt():
    incident = written.received()
    with pytest.raises(Conflict):
        workflow.receive(incident.pk, by=make.person("leader"))
    assert Entry.objects.filter(event="review.receive").count() == 1
    assert Entry.objects.filter(event="incident.close").count() == 1


@pytest.mark.parametrize("stage", [written.reviewing, written.complete, written.submitted])
def test_the_incident_is_archived_through_the_receipt_only(stage):
    made = stage()
    incident = Incident.objects.get()
    with pytest.raises(Incomplete):
        incidents.workflow.close(incident.pk, by=make.person("leader"), told={})
    assert Incident.objects.get().state == "reviewing", made


def test_a_returned_report_says_why_and_keeps_its_number():
    first = written.submitted()
    incident = first.review.incident
    workflow.return_report(incident.pk, by=make.person("leader"), remark="原因不够具体")
    review = Review.objects.get()
    assert (review.state, review.receipt_remark) == ("draft", "原因不够具体")
    written.findings(incident, root_cause_text="连接池上限 50，高峰需要 300")
    second = workflow.submit(incident.pk, by=make.person("fault_head"))
    assert second.ordinal == 2
    assert second.content["number"] == first.content["number"]
    assert second.hash != first.hash
    assert Submission.objects.get(ordinal=1).answer == "returned"


def test_a_return_demands_a_reason():
    incident = written.submitted().review.incident
    with pytest.raises(Incomplete):
        workflow.return_report(incident.pk, by=make.person("leader"), remark=" ")
    assert Review.objects.get().state == "submitted"


def at_once(calls):
    """Run the calls in threads that start together; give what each gave or raised."""
    results = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(number, call):
        start.wait()
        try:
            results[number] = call()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_report_numbers_have_no_gap_when_many_are_submitted_at_once():
    ready = [written.complete() for _ in range(4)]
    unfinished = [written.reviewing() for _ in range(2)]
    head = make.person("fault_head")
    connection.close()
    results = at_once(
        [
            lambda pk=incident.pk: workflow.submit(pk, by=head)
            for incident in (ready[0], unfinished[0], ready[1], ready[2], unfinished[1], ready[3])
        ]
    )
    assert sum(isinstance(result, Incomplete) for result in results) == 2, results
    year = timezone.localdate().year
    numbers = set(Review.objects.exclude(report_number="").values_list("report_number", flat=True))
    assert numbers == {f"应急评估〔{year}〕{serial}号" for serial in range(1, 5)}


@pytest.mark.django_db(transaction=True)
def test_received_by_two_at_once_is_one_receipt():
    incident = written.submitted().review.incident
    leaders = Person.objects.filter(
        memberships__group__kind="leading", memberships__part__in=["head", "deputy"]
    ).exclude(username="xinxi")
    people = (list(leaders) * 3)[:4]
    results = at_once([lambda by=by: workflow.receive(incident.pk, by=by) for by in people])
    assert sum(isinstance(result, Review) for result in results) == 1, results
    assert sum(isinstance(result, Conflict) for result in results) == 3, results
    assert Entry.objects.filter(event="review.receive").count() == 1


@pytest.mark.parametrize("who", ["it", "fault_head"])
def test_the_owning_department_reports_an_action_done(who):
    incident = written.received()
    action = incident.review.actions.get()
    workflow.finish_action(action.pk, by=make.person(who), proof="告警已上线，演练通过")
    action.refresh_from_db()
    assert action.done_by == make.person(who)
    with pytest.raises(Conflict):
        workflow.finish_action(action.pk, by=make.person(who), proof="再报一次")
    assert Entry.objects.filter(event="review.finish_action").count() == 1


@pytest.mark.parametrize("who", ["cs", "department", "auditor"])
def test_others_do_not_report_an_action_done(who):
    action = written.received().review.actions.get()
    with pytest.raises(NotAllowed):
        workflow.finish_action(action.pk, by=make.person(who), proof="做完了")


def test_an_action_is_done_after_the_archive_and_with_proof():
    incident = written.submitted().review.incident
    action = incident.review.actions.get()
    with pytest.raises(Conflict):
        workflow.finish_action(action.pk, by=make.person("it"), proof="做完了")
    workflow.receive(incident.pk, by=make.person("leader"))
    with pytest.raises(Incomplete):
        workflow.finish_action(action.pk, by=make.person("it"), proof="  ")


def test_the_report_names_what_was_waived():
    incident = make.incident("cleaning")
    incidents.workflow.waive(
        incident.pk, by=make.person("it"), point="checklist", reason="设备已报废"
    )
    make.end_everything(incident)
    incidents.workflow.cleanup(incident.pk, by=make.person("it"), summary="已恢复")
    notice, waiver = written.submitted(incident).content["proof"]["waivers"]
    assert notice["point"] == ""
    assert waiver["point"] == "排查与修复检查单每项都有结果"
    assert waiver["reason"] == "设备已报废"


def files_of(submission):
    return {file.kind: file for file in submission.files.all()}


def on_disk(file):
    return Path(settings.MEDIA_ROOT) / file.path


def test_both_files_are_kept_with_the_submission_and_their_sums_in_the_journal():
    submission = written.submitted()
    facts = Entry.objects.get(event="review.submit").facts
    files = files_of(submission)
    assert set(files) == {"pdf", "docx"}
    for kind, file in files.items():
        data = on_disk(file).read_bytes()
        assert hashlib.sha256(data).hexdigest() == file.sha256 == facts[kind]
        # What is stored is what the stored content makes, on any day.
        submission.refresh_from_db()
        assert archive.DRAWN[kind](document_of(submission.content)) == data
    with pytest.raises(InternalError, match="cannot be changed"), transaction.atomic():
        submission.files.update(sha256="0" * 64)


def test_a_refused_submission_leaves_no_file():
    incident = written.complete()
    before = {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}
    with pytest.raises(Conflict):
        workflow.submit(incident.pk, by=make.person("fault_head"), version=99)
    with pytest.raises(NotAllowed):
        workflow.submit(incident.pk, by=make.person("cs"))
    assert {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()} == before
    assert not ReportFile.objects.exists()


def test_a_spoilt_file_is_drawn_again_and_another_one_is_never_given_out(client):
    submission = written.submitted()
    incident = submission.review.incident
    client.force_login(make.person("auditor"))
    address = reverse("reviews:submitted_file", args=[incident.pk, 1, "pdf"])
    before = client.get(address).content
    file = files_of(submission)["pdf"]
    on_disk(file).write_bytes(b"%PDF-1.7 something else")
    assert client.get(address).content == before
    on_disk(file).unlink()
    assert client.get(address).content == before
    # Content that makes another file: nothing proves what was submitted.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute('UPDATE reviews_submission SET content = content || \'{"title": "x"}\'')
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    answer = client.get(address, follow=True)
    assert "请报告审计员" in answer.content.decode()
    assert (
        client.get(reverse("reviews:submitted_file", args=[incident.pk, 2, "pdf"])).status_code
        == 404
    )
