"""Signing in with the code on the wall: a picture passed on is useless, nobody signs in twice."""

import datetime
import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from drills.training import codes
from drills.training.models import Attendance
from journal.models import Entry
from journal.refusals import Conflict
from tests import make
from tests.drills.training import teaching
from tests.racing import at_once


@pytest.fixture
def row(db):
    return teaching.session()


def scan(client, row, code=None):
    code = code or codes.code_of(row, timezone.now())
    return client.get(reverse("training:arrive", args=[row.pk, code]))


def press(client, row):
    return client.post(reverse("training:sign_in", args=[row.pk]))


def test_who_scans_and_presses_is_there(client, row):
    client.force_login(make.person("cs"))
    answer = scan(client, row)
    assert answer.status_code == 302
    assert "签到" in client.get(answer["Location"]).content.decode()
    assert not Attendance.objects.exists()
    assert press(client, row).status_code == 302
    made = Attendance.objects.get()
    assert (made.person, made.way, made.by) == (make.person("cs"), "code", make.person("cs"))
    assert "已签到" in client.get(answer["Location"]).content.decode()


def test_a_phone_that_is_not_signed_in_signs_in_first_and_keeps_its_pass(row):
    phone = Client()
    answer = scan(phone, row)
    answer = phone.get(answer["Location"])
    assert answer["Location"].startswith(reverse("account_login"))
    said = {"login": "kefu", "password": make.PASSWORD}
    answer = phone.post(answer["Location"], said)
    assert answer["Location"] == reverse("training:sign_in", args=[row.pk])
    assert press(phone, row).status_code == 302
    assert Attendance.objects.get().person == make.person("cs")


def test_a_code_lives_forty_seconds_at_most(row):
    shown = datetime.datetime(2026, 11, 26, 9, 0, 0, tzinfo=datetime.UTC)
    code = codes.code_of(row, shown)

    def fresh(seconds):
        return codes.is_fresh(row, code, shown + datetime.timedelta(seconds=seconds))

    assert [fresh(seconds) for seconds in (0, 19, 20, 39, 40, 60)] == [True] * 4 + [False] * 2
    assert not fresh(-1)
    assert code != codes.code_of(row, shown + datetime.timedelta(seconds=20))
    assert not codes.is_fresh(teaching.session(), code, shown)


def test_a_picture_passed_on_is_useless_after_a_minute(client, row):
    client.force_login(make.person("cs"))
    old = codes.code_of(row, timezone.now() - datetime.timedelta(seconds=60))
    answer = scan(client, row, old)
    assert answer.status_code == 410
    assert row.course.name not in answer.content.decode()
    assert press(client, row).status_code == 409
    assert not Attendance.objects.exists()


def test_the_address_of_the_page_alone_is_no_pass(client, row):
    """Who scanned may pass on where the browser stands: it is of no use in another one."""
    mine, other = Client(), Client()
    mine.force_login(make.person("cs"))
    other.force_login(make.person("cs2"))
    where = scan(mine, row)["Location"]
    assert "请扫屏幕上现在的码" in other.get(where).content.decode()
    assert press(other, row).status_code == 409
    assert not Attendance.objects.exists()


def test_a_pass_is_for_one_person_one_session_and_five_minutes(client, row):
    client.force_login(make.person("cs"))
    scan(client, row)
    other = teaching.session()
    assert press(client, other).status_code == 409
    assert press(client, row).status_code == 302
    client.logout()
    client.force_login(make.person("cs2"))
    assert press(client, row).status_code == 409
    session = {}
    at = timezone.now()
    codes.give_pass(session, row, at)
    late = at + datetime.timedelta(seconds=codes.PASS_LIFE + 1)
    assert codes.has_pass(session, row, at)
    assert not codes.has_pass(session, row, late)


def test_nobody_signs_in_twice(client, row):
    client.force_login(make.person("cs"))
    scan(client, row)
    press(client, row)
    scan(client, row)
    answer = press(client, row)
    assert answer.status_code == 409
    assert "已经签到" in answer.content.decode()
    assert Attendance.objects.count() == 1
    assert Entry.objects.filter(event="training.sign_in").count() == 1


def test_unknown_sessions_say_nothing(client, row):
    assert scan(client, row, "x").status_code == 410
    answer = client.get(reverse("training:arrive", args=[999_999, "x"]))
    assert answer.status_code == 410


def test_the_wall_shows_a_code_that_works_and_who_came(client, row):
    client.force_login(make.person("it"))
    url = reverse("training:wall", args=[row.pk])
    page = client.get(url)
    assert page["Cache-Control"].startswith("max-age=0")
    text = unescape(page.content.decode())
    assert re.search(r'<noscript><meta http-equiv="refresh" content="10">', text)
    assert "<svg" in text
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<h1" not in part
    from drills.training import workflow

    workflow.sign_in(row.pk, by=make.person("cs"))
    assert make.person("cs").name in client.get(url).content.decode()
    later = teaching.session(starts_at=teaching.hours(9), ends_at=teaching.hours(10))
    closed = client.get(reverse("training:wall", args=[later.pk])).content.decode()
    assert "现在不能签到" in closed


@pytest.mark.django_db(transaction=True)
def test_of_two_presses_at_once_one_counts():
    from drills.training import workflow

    row, cs = teaching.session(), make.person("cs")
    said = at_once(*[lambda: workflow.sign_in(row.pk, by=cs)] * 4)
    assert sum(isinstance(each, Conflict) for each in said) == 3
    assert Attendance.objects.count() == 1
    assert Entry.objects.filter(event="training.sign_in").count() == 1
