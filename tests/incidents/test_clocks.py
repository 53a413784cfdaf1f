"""Every clock on one page, and the law's clocks: armed, moved, reported, drafted."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from incidents import clocks, deadlines, regulatory, workflow
from incidents.models import Deadline, Incident
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from journal.relay import relay
from notices.models import Alert
from reviews.models import ActionItem
from tests import make
from tests.notices import making as notices
from tests.reviews import written
from tests.teams import making as teams

pytestmark = pytest.mark.django_db


def law(incident):
    return {
        duty.title: duty.clock for duty in regulatory.duties(Incident.objects.get(pk=incident.pk))
    }


@pytest.fixture
def attacked():
    incident = make.confirmed(fault_type="attack", level=1)
    relay()
    return incident


def test_the_confirmed_type_starts_the_laws_clocks_from_the_moment_of_knowledge(attacked):
    first = law(attacked)["较大以上网络安全事件首次报告"]
    attacked.refresh_from_db()
    assert first.armed_at == attacked.confirmed_at
    assert first.due_at - first.armed_at == timedelta(hours=4)
    assert first.holder == "院办公室"
    assert len(law(attacked)) == 4


def test_a_crash_has_only_what_holds_for_every_fault_unless_records_are_exposed():
    assert set(law(_relayed(make.confirmed()))) == {"留存网络日志"}
    exposed = _relayed(make.confirmed(records_exposed=1200))
    assert "个人信息泄露的补救与告知" in law(exposed)


def _relayed(incident):
    relay()
    return incident


def test_they_are_armed_once_and_survive_the_clean_up(attacked):
    assert workflow.arm_regulatory(attacked.pk) == 0
    deadlines.cancel(attacked, timezone.now())
    assert all(clock.cancelled_at is None for clock in law(attacked).values())


def test_a_drill_that_is_cleaned_up_owes_the_law_nothing():
    drill = _relayed(
        make.confirmed(incident=make.report(is_drill=True), fault_type="attack", level=1)
    )
    assert law(drill)
    deadlines.end_handling(drill, timezone.now())
    assert all(clock.cancelled_at for clock in law(drill).values())


def test_another_moment_of_knowledge_moves_them_all(attacked):
    before = law(attacked)
    attacked.refresh_from_db()
    known = attacked.confirmed_at - timedelta(hours=2)
    workflow.set_knowledge(attacked.pk, by=make.person("it"), known_at=known, reason="厂商来电")
    for rule, clock in law(attacked).items():
        assert clock.armed_at == known
        assert before[rule].due_at - clock.due_at == timedelta(hours=2)


@pytest.mark.parametrize("shift", [timedelta(minutes=5), timedelta(days=-40)])
def test_nobody_knows_in_the_future_or_before_all_time(attacked, shift):
    with pytest.raises(Incomplete) as refusal:
        workflow.set_knowledge(
            attacked.pk, by=make.person("it"), known_at=timezone.now() + shift, reason="x"
        )
    assert "known_at" in refusal.value.fields


def test_who_notes_and_who_decides_that_a_rule_does_not_apply(attacked):
    first, second, *_rest = law(attacked).values()
    before = Entry.objects.count()
    for who in ("cs", "admin", "auditor", "department"):
        with pytest.raises(NotAllowed):
            workflow.note_regulatory(first.pk, by=make.person(who), proof="x")
    with pytest.raises(NotAllowed):
        workflow.waive_regulatory(second.pk, by=make.person("it"), reason="x")
    with pytest.raises(Incomplete):
        workflow.note_regulatory(first.pk, by=make.person("it"), proof=" ")
    assert Entry.objects.count() == before
    workflow.note_regulatory(first.pk, by=make.person("it"), proof="电话 12387，编号 1")
    workflow.waive_regulatory(second.pk, by=make.person("leader"), reason="不属较大事件")
    with pytest.raises(Conflict):
        workflow.note_regulatory(first.pk, by=make.person("it"), proof="再来一次")


def test_one_that_runs_out_calls_the_heads(attacked):
    pk = law(attacked)["较大以上网络安全事件首次报告"].pk
    Deadline.objects.filter(pk=pk).update(due_at=timezone.now() - timedelta(minutes=1))
    workflow.climb()
    relay()
    told = Alert.objects.filter(entry__event="deadline.pass", entry__facts__deadline=pk)
    assert "yuanzhang" in told.values_list("person__username", flat=True)


def test_the_page_leads_to_the_form_and_takes_what_was_reported(attacked, client):
    pk = law(attacked)["较大以上网络安全事件首次报告"].pk
    url = reverse("incidents:law_clock", args=[pk])
    client.force_login(make.person("leader"))
    page = client.get(url).text
    assert reverse("incidents:law_report", args=[attacked.pk, "first"]) in page
    assert "还缺" in page
    assert "12387" in page
    assert client.post(url, {"action": "note", "words": ""}).status_code == 422
    refused = client.post(url, {"action": "known", "known_at": "x", "reason": "y"})
    assert refused.status_code == 422
    local = timezone.localtime() - timedelta(minutes=1)
    said = {"action": "known", "known_at": f"{local:%Y-%m-%dT%H:%M}", "reason": "厂商来电"}
    assert client.post(url, said).status_code == 302
    assert client.post(url, {"action": "note", "words": "已电话报告"}).status_code == 302
    assert client.post(url, {"action": "note", "words": "再来"}).status_code == 409
    assert client.get(reverse("incidents:law_clock", args=[0])).status_code == 404


# The page of all clocks ---------------------------------------------------------------------------


def kinds_of(person):
    return {clock.kind for clock in clocks.running(person)}


def test_every_kind_of_clock_is_on_the_page():
    make.report()
    make.incident("commanded")
    notices.published(make.incident("repairing", fault_type="attack"))
    teams.handover(make.person("it"), make.person("it"))
    relay()
    found = kinds_of(make.person("it"))
    assert {
        *("acknowledge", "confirm", "read_back", "order", "first_notice", "next_notice"),
        *("restore", "progress", "regulatory", "handover", "ladder"),
    } <= found


def test_promised_measures_are_on_it_until_they_are_done():
    written.received()
    assert "action" in kinds_of(make.person("fault_head"))


def test_a_promise_for_the_end_of_all_years_takes_the_page_from_nobody(client):
    item = written.owed()
    ActionItem.objects.filter(pk=item.pk).update(due_on=date.max)
    client.force_login(make.person("cs"))
    assert item.measure in client.get("/clocks/").text


def test_the_soonest_stand_first_and_mine_are_marked():
    make.report()
    make.incident("commanded")
    relay()
    found = clocks.running(make.person("department"))
    assert [clock.due for clock in found] == sorted(clock.due for clock in found)
    assert {clock.kind for clock in found if clock.mine} == {"read_back", "order"}


def test_the_page_narrows_by_mine_and_kind(client):
    make.report()
    make.incident("commanded")
    relay()
    client.force_login(make.person("department"))
    everything = client.get("/clocks/").text
    assert "确认故障" in everything
    mine = client.get("/clocks/?mine=1").text
    assert "复诵指令" in mine
    assert "呼叫升级链的下一步" not in mine
    one = client.get("/clocks/?kind=confirm").text
    assert one.count('class="clocks__what"') == 1
    for rough in ("?kind=nonsense", "?mine=x", "?kind=%00", "?mine=1&kind=confirm"):
        assert client.get(f"/clocks/{rough}").status_code == 200
    assert "<html" not in client.get("/clocks/", headers={"HX-Request": "true"}).text


def test_more_clocks_are_no_more_queries(client):
    def count():
        with CaptureQueriesContext(connection) as caught:
            client.get("/clocks/")
        return len(caught)

    client.force_login(make.person("it"))
    make.incident("commanded")
    relay()
    few = count()
    for _number in range(4):
        make.incident("commanded")
    relay()
    assert count() == few


def test_the_api_lists_and_settles_them(attacked, client):
    client.force_login(make.person("leader"))
    rows = client.get("/api/clocks/?kind=regulatory").json()["results"]
    assert len(rows) == 4
    address = f"/api/clocks/{rows[0]['id']}/"
    done = client.post(f"{address}note/", {"proof": "已报"}, content_type="application/json")
    assert done.json()["met_at"]
    again = client.post(f"{address}waive/", {"reason": "x"}, content_type="application/json")
    assert again.status_code == 409


def test_one_incident_whose_clock_cannot_be_told_holds_up_no_other():
    broken, sound = make.report(), make.report()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'damaged'; END $$; "
            "CREATE TRIGGER refuse BEFORE UPDATE ON incidents_deadline FOR EACH ROW "
            f"WHEN (OLD.incident_id = {broken.pk} AND NEW.passed_at IS NOT NULL) "
            "EXECUTE FUNCTION pg_temp.refuse()"
        )
    running = Deadline.objects.running().filter(incident__in=(broken, sound))
    running.update(
        armed_at=F("armed_at") - timedelta(days=1), due_at=F("due_at") - timedelta(days=1)
    )
    workflow.climb()
    passed = set(running.filter(passed_at__isnull=False).values_list("incident", flat=True))
    assert passed == {sound.pk}
