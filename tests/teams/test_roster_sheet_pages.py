"""A roster as a workbook, on pages: uploaded, looked at, accepted or dropped, and downloaded."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from teams import workflow
from teams.models import Roster, RosterImport
from teams.roster_sheets import CALENDAR
from teams.rules import rules_of
from tests import make
from tests.teams import making, sheets
from tests.teams.sheets import all_day, day, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return sheets.people()


@pytest.fixture
def roster(people):
    return sheets.roster_of(people)


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def admin(client):
    client.force_login(make.person("admin"))
    return client


def send(admin, roster, content, **facts):
    file = SimpleUploadedFile("十二月.xlsx", content)
    url = reverse("teams:import_roster", args=[roster.pk])
    return admin.post(url, {"what": CALENDAR, "file": file} | facts)


def test_the_whole_way_on_pages(admin, roster, people):
    assert "从表格导入" in text(admin.get(f"/rosters/{roster.pk}/"))
    assert admin.get(reverse("teams:import_roster", args=[roster.pk])).status_code == 200
    answer = send(
        admin,
        roster,
        workbook(
            all_day(1, "乙工"),
            all_day(2, "没有这个人"),
        ),
    )
    seen = text(admin.get(answer["Location"]))
    assert "还什么都没有改" in seen
    assert "第 3 行 E 人员 没有这个人 没有「没有这个人」这个人" in seen
    assert "改变 1 班" in seen
    assert "00:00–00:00 甲工 00:00–00:00 乙工" in seen
    assert "没有新的冲突" in seen
    version = Roster.objects.get(pk=roster.pk).version
    whole = admin.post(answer["Location"], {"version": version})
    assert whole.status_code == 422
    done = admin.post(answer["Location"], {"version": version, "only_good": "1"})
    assert done["Location"] == f"/rosters/{roster.pk}/"
    assert admin.get(answer["Location"])["Location"] == f"/rosters/{roster.pk}/"


def test_a_stale_preview_says_what_changed(admin, roster, people):
    answer = send(admin, roster, workbook(all_day(1, "乙工")))
    making.change(roster, minimum_rest_hours=8)
    stale = admin.post(answer["Location"], {"version": 1})
    assert stale.status_code == 409
    assert "修改值班表" in text(stale)
    assert 'name="version" value="2"' in stale.content.decode()
    assert len(rules_of(roster).layers) == 1


def test_conflicts_on_the_preview_want_a_reason_at_its_field(admin, roster, people):
    leave = workflow.ask_leave(
        by=people[1], starts_at=making.local(1), ends_at=making.local(2), reason="年假"
    )
    workflow.approve_leave(leave.pk, by=make.person("admin"))
    answer = send(admin, roster, workbook(all_day(1, "乙工")))
    seen = text(admin.get(answer["Location"]))
    assert "没有人值班" in seen
    refused = admin.post(answer["Location"], {"version": 1})
    assert refused.status_code == 422
    assert "确实要这样排" in text(refused)
    done = admin.post(answer["Location"], {"version": 1, "accept_conflicts": "已安排"})
    assert done.status_code == 302


def test_a_bad_upload_is_said_at_its_field(admin, roster):
    for content, says in (
        (b"nothing", "不是 XLSX"),
        (b"", "空的"),
        (b"x" * 2_100_000, "超过 2 MB"),
    ):
        answer = send(admin, roster, content)
        assert answer.status_code == 422
        assert says in text(answer)
    assert send(admin, roster, workbook(), what="nonsense").status_code == 422


def test_an_upload_is_its_owners_and_may_be_dropped(admin, roster):
    answer = send(admin, roster, workbook(all_day(1, "乙工")))
    kept = RosterImport.objects.get()
    other = make.new_person("admin")
    RosterImport.objects.update(by=other)
    assert admin.get(answer["Location"])["Location"] == f"/rosters/{roster.pk}/import/"
    drop = reverse("teams:drop_import", args=[roster.pk, kept.pk])
    admin.post(drop)
    assert RosterImport.objects.exists()
    RosterImport.objects.update(by=make.person("admin"))
    admin.post(drop)
    assert not RosterImport.objects.exists()


def test_files_are_downloaded_under_their_name(admin, roster):
    answer = admin.get(f"/rosters/{roster.pk}/sheet/?from={day(5)}&days=3")
    book = load_workbook(io.BytesIO(answer.content))
    dates = [row[0].date() for row in book["排班日历"].iter_rows(min_row=2, values_only=True)]
    assert dates == [day(5), day(6), day(7)]
    assert "filename*=UTF-8''" in answer["Content-Disposition"]
    empty = load_workbook(io.BytesIO(admin.get(f"/rosters/{roster.pk}/template/").content))
    assert empty.sheetnames[:2] == ["排班日历", "可以写的人员"]
    assert admin.get(f"/rosters/{roster.pk}/sheet/?from=nonsense&days=9999999").status_code == 200
