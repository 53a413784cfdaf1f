"""服务状态: what patients read and never read, and what is left without the database."""

import json
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.utils import timezone

from incidents import workflow as incidents
from journal.refusals import Incomplete
from notices import public, workflow
from notices.models import Notice
from tests import make
from tests.notices import making

pytestmark = pytest.mark.django_db
URL = "/status/"


def read(client, **headers):
    public.forget()
    response = client.get(URL, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def clock(at):
    return f"{timezone.localtime(at):%H:%M}"


def test_without_a_notice_every_service_works(client):
    make.hospital()
    page = read(client)
    assert "各项服务正常" in page
    assert "service--works" in page
    assert "service--partly" not in page


def test_patients_read_what_to_do_where_to_go_and_when_they_hear_again(client):
    notice = making.published(contact="010-6868 1234")
    page = read(client)
    for said in (
        notice.affected,
        notice.advice,
        notice.where_to_go,
        "急诊照常接诊",
        "暂时无法估计",
        "010-6868 1234",
        f"下次通报：{clock(notice.next_update_at)}",
    ):
        assert said in page
    assert page.count("service--partly") == 2


def test_an_honest_range_is_shown_and_a_broken_one_is_owned_up_to(client):
    early, late = make.later(hours=1), make.later(hours=2)
    notice = making.published(expected_from=early, expected_to=late)
    assert f"{clock(early)[:2]}" in read(client)
    assert "之间" in read(client)
    past = timezone.now() - timedelta(minutes=5)
    Notice.objects.filter(pk=notice.pk).update(
        expected_from=past - timedelta(hours=1), expected_to=past
    )
    assert "现在还没有恢复" in read(client)


def test_a_late_update_is_owned_up_to(client):
    notice = making.published()
    past = timezone.now() - timedelta(minutes=2)
    Notice.objects.filter(pk=notice.pk).update(
        published_at=past - timedelta(minutes=20), next_update_at=past
    )
    page = read(client)
    assert f"原定 {clock(past)}" in page
    assert "下次通报" not in page


def test_only_what_was_published_is_public(client):
    incident = make.incident("repairing")
    notice = making.drafted(incident)
    assert notice.affected not in read(client)
    workflow.approve(notice.pk, by=make.person("leader"))
    assert notice.affected not in read(client)
    workflow.publish(notice.pk, by=make.person("cs"))
    assert notice.affected in read(client)


def test_an_update_replaces_what_stood_there(client):
    first = making.published()
    making.updated(first, affected="自助机暂时不能缴费", services=[make.service("缴费")])
    page = read(client)
    assert first.affected not in page
    assert "自助机暂时不能缴费" in page
    assert page.count("service--partly") == 1


def test_what_has_ended_stands_there_for_a_day(client):
    notice = making.published()
    workflow.end(notice.pk, by=make.person("cs"), text="挂号、缴费已恢复正常")
    page = read(client)
    assert "已恢复" in page
    assert "挂号、缴费已恢复正常" in page
    assert "各项服务正常" in page
    ended = timezone.now() - timedelta(hours=25)
    Notice.objects.filter(pk=notice.pk).update(ended_at=ended)
    assert "挂号、缴费已恢复正常" not in read(client)


def test_a_merged_incident_says_nothing_of_its_own(client):
    target, merged = make.incident("repairing"), make.incident("confirmed")
    notice = making.published(merged, affected="自助机暂时不能缴费")
    told = making.published(target)
    incidents.merge(merged.pk, by=make.person("it"), into=target.pk)
    page = read(client)
    assert notice.affected not in page
    assert told.affected in page


def test_what_patients_read_is_not_merged_away(client):
    target, merged = make.incident("repairing"), make.incident("confirmed")
    notice = making.published(merged)
    with pytest.raises(Incomplete):
        incidents.merge(merged.pk, by=make.person("it"), into=target.pk)
    assert notice.affected in read(client)


@pytest.mark.parametrize("url", [URL, "/status.json"])
def test_nothing_of_the_inside_is_public(client, url):
    incident = make.incident("repairing")
    notice = making.published(incident)
    workflow.end(notice.pk, by=make.person("cs"), text="已恢复正常")
    making.published(make.incident("repairing"))
    public.forget()
    said = client.get(url).content.decode()
    people = {make.person(who) for who in ("cs", "cs2", "it", "leader", "department", "fault_head")}
    inside = {person.name for person in people} | {person.username for person in people}
    inside |= {incident.title, incident.seen, incident.number, "预计超过 15 分钟", "/incidents/"}
    assert [word for word in inside if word in said] == []


def test_the_page_refreshes_itself_with_and_without_javascript(client):
    make.hospital()
    page = read(client)
    assert 'hx-trigger="every 15s, changed from:body"' in page
    assert '<noscript><meta http-equiv="refresh" content="15"></noscript>' in page
    fragment = read(client, **{"HX-Request": "true"})
    assert fragment.lstrip().startswith('<div id="status"')
    assert "<html" not in fragment


def test_the_answer_is_everybodys_and_sets_no_cookie(client):
    make.hospital()
    response = client.get(URL)
    assert response["Cache-Control"].startswith("public, max-age=0")
    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies


def test_machines_read_the_same_facts(client):
    notice = making.published()
    public.forget()
    said = client.get("/status.json").json()
    assert said["notices"][0]["affected"] == notice.affected
    assert {"name": "挂号", "works": False} in said["services"]
    assert said["is_copy"] is False


def test_the_number_of_queries_is_fixed_and_shared_by_all_who_ask(
    client, django_assert_num_queries
):
    for _number in range(3):
        making.published(make.incident("repairing"))
    ended = making.published(make.incident("repairing"))
    workflow.end(ended.pk, by=make.person("cs"), text="已恢复正常")
    public.forget()
    with django_assert_num_queries(11):
        client.get(URL)
    with django_assert_num_queries(0):
        client.get(URL)


# The copy ---------------------------------------------------------------------------------------


@pytest.fixture
def database_away(monkeypatch):
    """Reading fails as with a closed port; gives how often it was tried."""
    tried = []

    def fail():
        tried.append(time.monotonic())
        raise OperationalError("connection refused")

    monkeypatch.setattr(public, "_read", fail)
    return tried


def copy_of(settings) -> Path:
    return settings.DATA_DIR / "public"


def test_each_reading_leaves_a_copy_on_disk(client, settings):
    notice = making.published()
    read(client)
    kept = json.loads((copy_of(settings) / "status.json").read_text())
    assert kept["notices"][0]["affected"] == notice.affected
    page = (copy_of(settings) / "status.html").read_text()
    assert notice.affected in page
    assert f"以下是 {clock(timezone.now())} 的内容" in page
    assert {path.name for path in copy_of(settings).iterdir()} == {"status.json", "status.html"}


@pytest.mark.django_db(transaction=True)
def test_publishing_and_ending_renew_the_copy_though_nobody_looks(settings):
    notice = making.published()
    kept = copy_of(settings) / "status.json"
    assert json.loads(kept.read_text())["notices"][0]["affected"] == notice.affected
    workflow.end(notice.pk, by=make.person("cs"), text="已恢复正常")
    assert json.loads(kept.read_text())["notices"] == []


def test_with_the_database_away_the_copy_is_served_and_says_so(client, database_away, settings):
    facts = {
        "as_of": "2026-11-23T02:24:00+00:00",
        "services": [{"name": "挂号", "works": False}],
        "notices": [],
        "ended": [],
    }
    copy_of(settings).mkdir()
    (copy_of(settings) / "status.json").write_text(json.dumps(facts))
    page = client.get(URL).content.decode()
    assert "10:24 的内容，系统正在恢复连接" in page
    assert "挂号" in page


def test_after_a_failure_the_database_is_left_alone_for_a_moment(client, database_away, settings):
    copy_of(settings).mkdir()
    facts = {"as_of": "2026-11-23T02:24:00+00:00", "services": [], "notices": [], "ended": []}
    (copy_of(settings) / "status.json").write_text(json.dumps(facts))
    for _time in range(5):
        assert client.get(URL).status_code == 200
    assert len(database_away) == 1


def test_without_a_copy_the_page_says_that_it_knows_nothing(client, database_away):
    response = client.get(URL)
    assert response.status_code == 503
    assert "暂时无法显示服务状态" in response.content.decode()
    assert client.get("/status.json").status_code == 503


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"as_of": 3}', '{"as_of": null}'])
def test_half_a_copy_is_none(client, database_away, settings, broken):
    copy_of(settings).mkdir()
    (copy_of(settings) / "status.json").write_text(broken)
    assert client.get(URL).status_code == 503


def test_a_disk_that_takes_nothing_does_not_take_the_page_away(client, settings, tmp_path):
    make.hospital()
    (tmp_path / "public").write_text("a file where the folder should be")
    assert "各项服务正常" in read(client)


def test_one_asks_the_database_while_the_others_are_served(client, monkeypatch):
    make.hospital()
    client.get(URL)
    asked = []
    hold, inside = threading.Event(), threading.Event()
    facts = dict(public.current().facts)

    def slow():
        asked.append(1)
        inside.set()
        assert hold.wait(5)
        return facts

    monkeypatch.setattr(public, "_read", slow)
    monkeypatch.setattr(public, "FRESH", 0.0)
    one = threading.Thread(target=public.current)
    one.start()
    assert inside.wait(5)
    began = time.monotonic()
    assert not public.current().is_copy
    assert time.monotonic() - began < 1
    # Who waits for the database for too long is not taken for fresh for ever.
    monkeypatch.setattr(public, "PATIENCE", 0.0)
    assert public.current().is_copy
    hold.set()
    one.join()
    assert len(asked) == 1
