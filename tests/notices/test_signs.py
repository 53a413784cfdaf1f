"""Printed signs: the sheet, who put it up, and that none stays behind."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client

from incidents import gates
from incidents.models import Incident
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from notices import estimates, workflow
from notices.models import Posting, SignPhoto
from tests import make
from tests.notices import making

pytestmark = pytest.mark.django_db


def signed_in(who):
    client = Client()
    client.force_login(make.person(who))
    return client


def hung(notice, who="department", place="测试大厅"):
    return workflow.hang(notice.pk, by=make.person(who), place=make.place(place), word="玻璃门上")


def open_points(incident):
    return [one.key for one in gates.conditions(gates.CLEANUP, incident) if one.open]


def test_a_sign_is_put_up_changed_and_taken_down_by_a_persons_word():
    first = making.published()
    hung(first)
    hung(first)
    assert Posting.objects.count() == 1
    second = making.updated(first)
    assert "signs_down" in open_points(first.incident)
    hung(second, "it")
    old, new = Posting.objects.order_by("pk")
    assert (old.down_word, new.down_at) == ("换成第 2 版", None)
    workflow.end(second.pk, by=make.person("cs"), text="已恢复正常")
    assert "signs_down" in open_points(first.incident)
    workflow.take_down(second.pk, by=make.person("cs"), place=make.place(), word="已取下")
    assert "signs_down" not in open_points(first.incident)
    kept = Entry.objects.filter(event__in=["notice.hang", "notice.take_down"])
    assert [entry.facts["place"] for entry in kept] == ["测试大厅"] * 3


def test_refusals_leave_nothing_behind():
    notice = making.published()
    with pytest.raises(NotAllowed):
        hung(notice, "auditor")
    with pytest.raises(Incomplete):
        workflow.hang(notice.pk, by=make.person("cs"), place=make.place(), word=" ")
    with pytest.raises(Incomplete, match="不贴告示"):
        workflow.hang(
            notice.pk, by=make.person("cs"), place=make.place("只有大屏", has_sign=False), word="x"
        )
    with pytest.raises(Conflict):
        workflow.take_down(notice.pk, by=make.person("cs"), place=make.place(), word="已取下")
    workflow.end(notice.pk, by=make.person("cs"), text="已恢复正常")
    with pytest.raises(Conflict, match="不要再贴"):
        hung(notice)
    assert not Posting.objects.exists()
    assert not Entry.objects.filter(event="notice.hang").exists()


def test_the_database_refuses_two_signs_at_one_place():
    notice = making.published()
    hung(notice)
    row = Posting.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_signs_on_the_page_and_through_the_api():
    notice = making.published()
    place = make.place()
    here = f"/incidents/{notice.incident_id}/notices/"
    client = signed_in("department")
    assert "还没有贴" in client.get(here).text
    url = f"/notices/{notice.pk}/sign/{place.pk}"
    assert client.post(f"{url}/hang/", {"word": ""}).status_code == 422
    # What was typed beside a photo that is none is still there.
    wrong = {"word": "1 号\0窗口左边", "photo": make.upload(b"%PDF-1.7", "a.png")}
    refused = client.post(f"{url}/hang/", wrong)
    assert refused.status_code == 422
    assert 'value="1 号窗口左边"' in refused.text
    assert client.post(f"{url}/hang/", {"word": "1 号\0窗口"}).status_code == 302
    assert "已贴好" in client.get(here).text
    assert "确认取下" not in signed_in("auditor").get(here).text
    answer = client.post(
        f"/api/notices/{notice.pk}/take_down/",
        {"place": place.pk, "word": "已取下"},
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["postings"][0]["down_word"] == "已取下"


@pytest.mark.parametrize(("size", "width"), [("a4", 595), ("a5", 420)])
def test_the_sheet_is_one_page_that_says_everything(size, width):
    notice = making.published(
        affected="长" * 120, advice="请先取号" * 50, where_to_go="门诊楼一层" * 20
    )
    answer = signed_in("cs").get(f"/notices/{notice.pk}/sign/{size}.pdf")
    assert answer["Content-Disposition"].startswith("attachment")
    document = pypdfium2.PdfDocument(answer.content)
    assert len(document) == 1
    assert round(document[0].get_width()) == width
    text = document[0].get_textpage().get_text_range()
    assert "急诊照常接诊" in text
    assert "不要张贴" not in text
    assert signed_in("cs").get(f"/notices/{notice.pk}/sign/a3.pdf").status_code == 404
    page = signed_in("cs").get(f"/notices/{notice.pk}/sign/").text
    assert "<svg" in page


def test_earlier_promises_are_shown_to_who_writes_the_next():
    past = make.incident("repairing")
    notice = making.published(
        past, expected_from=make.later(minutes=10), expected_to=make.later(minutes=30)
    )
    making.updated(notice, expected_from=make.later(hours=3), expected_to=make.later(hours=4))
    Incident.objects.filter(pk=past.pk).update(
        restored_at=notice.expected_to + timedelta(minutes=18)
    )
    now = make.incident("repairing")
    record = estimates.record_of(now)
    head = f"过去 1 次{record.label}："
    assert record.words == head + "平均比预计的最晚时间晚 18 分钟，0 次落在预计的范围里。"
    assert record.words in signed_in("cs").get(f"/incidents/{now.pk}/notices/new/").text
    assert estimates.record_of(make.report()).words == ""


PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + bytes(32)


def on_disk():
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def test_a_photo_from_a_phone_stands_in_the_record_and_its_sum_in_the_journal():
    notice, place, client = making.published(), make.place(), signed_in("department")
    client.post(
        f"/notices/{notice.pk}/sign/{place.pk}/hang/",
        {"word": "玻璃门上", "photo": make.upload(PNG, "门.png")},
    )
    client.post(
        f"/notices/{notice.pk}/sign/{place.pk}/take-down/",
        {"word": "已取下", "photo": make.upload(PNG + b"2", "空.png")},
    )
    up, down = SignPhoto.objects.order_by("pk")
    assert [up.is_down, down.is_down] == [False, True]
    kept = Entry.objects.get(event="notice.hang")
    assert kept.facts["sha256"] == up.sha256 == hashlib.sha256(PNG).hexdigest()
    page = client.get(f"/incidents/{notice.incident_id}/notices/").content.decode()
    assert f"/notices/{notice.pk}/sign/photos/{up.pk}/" in page
    answer = client.get(f"/notices/{notice.pk}/sign/photos/{up.pk}/")
    assert b"".join(answer.streaming_content) == PNG
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    other = making.published(make.incident("repairing"))
    assert client.get(f"/notices/{other.pk}/sign/photos/{up.pk}/").status_code == 404
    assert client.get(f"/notices/{notice.pk}/sign/photos/0/").status_code == 404
    gone = Client().get(f"/notices/{notice.pk}/sign/photos/{up.pk}/")
    assert gone.status_code == 302


def test_a_photo_comes_through_the_api_as_well():
    notice, place, client = making.published(), make.place(), signed_in("department")
    address = f"/api/notices/{notice.pk}"
    said = {"place": place.pk, "word": "玻璃门上", "photo": make.upload(PNG, "门.png")}
    answer = client.post(f"{address}/hang/", said)
    assert answer.status_code == 200, answer.text
    (shown,) = answer.json()["postings"][0]["photos"]
    assert (shown["name"], shown["sha256"]) == ("门.png", hashlib.sha256(PNG).hexdigest())
    fetched = client.get(f"{address}/photos/{shown['id']}/")
    assert b"".join(fetched.streaming_content) == PNG
    assert fetched["Content-Disposition"].startswith("attachment")
    assert client.get(f"{address}/photos/0/").status_code == 404
    before = on_disk()
    said = {"place": place.pk, "word": "取下", "photo": make.upload(b"%PDF-1.7", "a.png")}
    refused = client.post(f"{address}/take_down/", said)
    assert refused.status_code == 422, refused.text
    assert "photo" in refused.text
    assert Posting.objects.hanging().exists()
    assert on_disk() == before


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"%PDF-1.7", "a.png", "请拍照片"),
        (b"<html><script>", "a.png", "不收"),
        (b"", "a.png", "空文件"),
        (PNG + bytes(2000), "a.png", "MB"),
    ],
)
def test_what_is_no_photo_is_refused_and_leaves_nothing_behind(content, name, says, settings):
    settings.FILE_LARGEST = 1024
    notice, place, before = making.published(), make.place(), on_disk()
    answer = signed_in("it").post(
        f"/notices/{notice.pk}/sign/{place.pk}/hang/",
        {"word": "门上", "photo": make.upload(content, name)},
    )
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Posting.objects.exists()
    assert on_disk() == before


def test_a_refused_verb_and_a_second_press_keep_no_photo():
    notice, place, before = making.published(), make.place(), on_disk()
    with pytest.raises(NotAllowed):
        workflow.hang(
            notice.pk, by=make.person("auditor"), place=place, word="门", photo=make.upload(PNG)
        )
    assert on_disk() == before
    for _press in range(2):
        workflow.hang(
            notice.pk, by=make.person("it"), place=place, word="门", photo=make.upload(PNG)
        )
    assert SignPhoto.objects.count() == 1
    assert len(on_disk() - before) == 1
