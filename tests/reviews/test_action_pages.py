"""The pages and the API of action items over HTTP."""

import datetime
import io
import json

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from reviews.models import ActionFile, ActionItem
from tests import make
from tests.reviews import written

pytestmark = pytest.mark.django_db
LIST = reverse("reviews:actions")


@pytest.fixture
def as_(client):
    def sign_in(who):
        client.force_login(make.person(who))
        return client

    return sign_in


def text(response):
    return response.content.decode()


def verb_of(item, verb):
    return reverse("reviews:action_verb", args=[item.pk, verb])


def overdue(item, days=2):
    due_on = timezone.localdate() - datetime.timedelta(days=days)
    ActionItem.objects.filter(pk=item.pk).update(due_on=due_on)


def test_the_list_chooses_orders_and_goes_into_a_spreadsheet(as_, django_assert_max_num_queries):
    incident = written.reviewing()
    written.meeting(incident)
    written.findings(incident)
    later = written.action(incident, measure="换交换机电源")
    late = written.action(incident, measure="补充对讲机", kind="supply")
    written.received(incident)
    written.action(written.reviewing(), measure="还在草稿里")
    overdue(late)
    client = as_("it")
    with django_assert_max_num_queries(16):
        shown = text(client.get(LIST))
    assert shown.index("补充对讲机") < shown.index("换交换机电源")
    assert "逾期 2 天" in shown
    assert "还在草稿里" not in shown
    for query, sees in (
        ("?state=overdue", {"补充对讲机"}),
        ("?kind=fix&q=电源", {"换交换机电源"}),
        ("?mine=1", {"补充对讲机", "换交换机电源"}),
        ("?state=done", set()),
        (f"?department={make.department('财务部').pk}", set()),
        ("?state=nonsense&kind=x&department=abc&page=999999999999999999999", None),
    ):
        found = text(client.get(f"{LIST}{query}"))
        if sees is not None:
            seen = {word for word in ("补充对讲机", "换交换机电源") if word in found}
            assert seen == sees, query
    assert "（我）" not in shown
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{LIST}?format=xlsx").content))
    rows = list(book.active.iter_rows(values_only=True))
    assert any("补充对讲机" in map(str, row) for row in rows)
    assert text(client.get(f"{LIST}?format=csv")).count("换交换机电源") == 1
    assert later.get_absolute_url() in shown


def test_an_item_is_worked_on_from_its_page(as_):
    item = written.owed()
    page = item.get_absolute_url()
    for who, sees in (("cs", []), ("auditor", []), ("it", ["finish", "attach"])):
        shown = text(as_(who).get(page))
        assert [name for name in ("finish", "attach") if verb_of(item, name) in shown] == sees
    assert as_("cs").post(verb_of(item, "finish"), {"proof": "x"}).status_code == 403
    it = as_("it")
    wrong = it.post(verb_of(item, "attach"), {"note": "没有文件"})
    assert wrong.status_code == 422
    assert "请选择一个文件" in text(wrong)
    file = SimpleUploadedFile("a<b>.txt", "连接数 200".encode())
    assert it.post(verb_of(item, "attach"), {"file": file, "note": "截图"}).status_code == 302
    kept = ActionFile.objects.get()
    answer = it.get(reverse("reviews:action_file", args=[item.pk, kept.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert it.get(reverse("reviews:action_file", args=[item.pk + 1, kept.pk])).status_code == 404
    assert kept.sha256 in text(it.get(page))
    late = it.post(verb_of(item, "finish"), {"proof": "我写的完成情况", "version": 99})
    assert late.status_code == 409
    assert "我写的完成情况" in text(late)
    assert it.post(verb_of(item, "finish"), {"proof": "已上线", "version": 1}).status_code == 302
    assert "办结整改项" in text(it.get(page))
    assert it.post(verb_of(item, "finish"), {"proof": "再一次"}).status_code == 409
    assert it.post(verb_of(item, "nothing")).status_code == 404
    assert it.get(reverse("reviews:action", args=[999999])).status_code == 404


def test_a_plan_item_says_what_is_missing_and_where_to_go(as_):
    item = written.owed(kind="plan", measure="首次通知改为 15 分钟")
    shown = text(as_("leader").get(item.get_absolute_url()))
    assert "还没有哪一版预案草稿写入这项修改" in shown
    assert f"finding=action%3A{item.pk}" in shown or f"finding=action:{item.pk}" in shown
    refused = as_("it").post(verb_of(item, "finish"), {"proof": "预案已经改了"})
    assert refused.status_code == 422
    assert "预案已经改了" in text(refused)
    leader = as_("leader")
    empty = leader.post(verb_of(item, "waive"), {"demand": "drill", "reason": ""})
    assert empty.status_code == 422
    waived = leader.post(verb_of(item, "waive"), {"demand": "drill", "reason": "年底统一演"})
    assert waived.status_code == 302
    assert "年底统一演" in text(leader.get(item.get_absolute_url()))
    draft = written.carry(item, "draft")
    shown = text(as_("admin").get(item.get_absolute_url()))
    assert f"第 {draft.number} 版" in shown
    offered = text(as_("admin").get(reverse("plans:link_change", args=[draft.number])))
    assert item.measure in offered


def test_the_api_gives_items_their_demands_and_the_verbs(as_):
    item = written.owed(kind="plan")
    client = as_("leader")
    url = f"/api/actions/{item.pk}/"

    def post(verb, said):
        return client.post(f"{url}{verb}/", json.dumps(said), content_type="application/json")

    assert [row["id"] for row in client.get("/api/actions/?promised=true").json()["results"]] == [
        item.pk
    ]
    assert client.get("/api/actions/?is_done=true&kind=plan&mine=true").json()["results"] == []
    demands = client.get(f"{url}demands/").json()
    assert [(row["demand"], row["met"]) for row in demands] == [("plan", False), ("drill", False)]
    assert post("finish", {"proof": "改了"}).status_code == 422
    for demand in ("plan", "drill"):
        assert post("waive", {"demand": demand, "reason": "不适用"}).status_code == 200
    moved = post("postpone", {"due_on": "2099-01-01", "reason": "等上级"})
    assert moved.json()["due_on"] == "2099-01-01"
    there = {"department": make.department("财务部").pk, "reason": "由财务办"}
    assert post("hand_over", there).json()["department"]["name"] == "财务部"
    file = SimpleUploadedFile("证明.txt", "已经写进手册".encode())
    answer = client.post(f"{url}attach/", {"file": file})
    assert answer.json()["files"][0]["name"] == "证明.txt"
    assert post("finish", {"proof": "改在手册里"}).json()["done_at"]
    assert post("finish", {"proof": "再一次"}).status_code == 409
