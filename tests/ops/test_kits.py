"""Downtime kits: who makes, takes and puts them away; when a new edition comes; who is told."""

import datetime
import io
import itertools
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from incidents.models import Batch
from journal.models import Entry
from journal.refusals import Incomplete, NotAllowed
from journal.relay import relay
from notices.models import Alert
from ops.kits import folder, running, selectors, workflow
from ops.kits.models import KitEdition, KitPaper, KitPlacement, KitRun
from ops.tasks import keep_kits
from teams import workflow as teams_workflow
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def window():
    return make.department("门诊收费处")


def build(department, **said):
    return workflow.build(department.pk, by=None, **said)


def put_away(edition, by="department", **said):
    facts = {"holder": "韩组长", "place": "2 号窗口抽屉", "put_on": timezone.localdate()} | said
    return workflow.put_away(edition.pk, by=make.person(by), **facts)


def renumber(username="shoufei", phone="8299"):
    person = make.person(username)
    teams_workflow.change_person(person.pk, by=make.person("admin"), phone=phone)


def test_the_same_data_is_the_same_edition_and_a_change_makes_a_new_one(window):
    first = build(window)
    again = build(window)
    assert first.is_new
    assert not again.is_new
    assert again.edition == first.edition
    renumber()
    second = build(window)
    assert second.edition.number == 2
    entry = Entry.objects.filter(event="kit.build").latest("pk")
    assert entry.facts["because"] == ["人员和电话：韩组长有变动"]


def test_numbers_are_never_given_twice_and_those_nobody_took_are_retired(window):
    first = build(window).edition
    second = build(window, fresh=True).edition
    batches = Batch.objects.filter(department=window).order_by("first")
    spans = [(batch.first, batch.last) for batch in batches]
    assert all(one[1] < other[0] for one, other in itertools.pairwise(spans))
    states = {form.batch.state for form in first.forms.select_related("batch")}
    assert states == {"retired"}
    assert {form.batch.state for form in second.forms.select_related("batch")} == {"registered"}


def test_forms_that_may_be_on_paper_stand_until_the_new_ones_lie_in_the_drawer(window):
    first = build(window).edition
    workflow.take(first.pk, by=make.person("department"))
    second = build(window, fresh=True).edition
    old = Batch.objects.filter(pk__in=first.forms.values("batch"))
    assert {batch.state for batch in old} == {"registered"}
    put_away(second)
    assert {batch.state for batch in old.all()} == {"retired"}


def test_an_edition_that_runs_out_is_made_again(window):
    edition = build(window).edition
    KitEdition.objects.filter(pk=edition.pk).update(valid_until=timezone.localdate())
    assert build(window).is_new


def test_only_some_may_make_and_only_the_department_puts_away(window):
    for who in ("cs", "it", "leader", "logistics", "auditor", "jizhen"):
        with pytest.raises(NotAllowed):
            workflow.build(window.pk, by=make.person(who))
    assert not KitEdition.objects.exists()
    edition = workflow.build(window.pk, by=make.person("department")).edition
    for who in ("cs", "leader", "auditor", "jizhen"):
        with pytest.raises(NotAllowed):
            put_away(edition, by=who)
    for who in ("cs", "it", "jizhen"):
        with pytest.raises(NotAllowed):
            workflow.take(edition.pk, by=make.person(who))
        with pytest.raises(NotAllowed):
            workflow.take_all(by=make.person(who))
    assert not KitPlacement.objects.exists()
    assert put_away(edition, by="chuangkou").by == make.person("chuangkou")


def test_what_is_said_of_the_drawer_is_whole(window):
    edition = build(window).edition
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    with pytest.raises(Incomplete) as refused:
        put_away(edition, holder=" ", place="", put_on=tomorrow)
    assert set(refused.value.fields) == {"holder", "place", "put_on"}
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    with pytest.raises(Incomplete, match="才制作"):
        put_away(edition, put_on=yesterday)


def test_without_a_plan_in_force_nothing_is_made():
    make.nothing()
    from teams.models import Department

    bare = Department.objects.create(name="药房", kind="support")
    with pytest.raises(Incomplete, match="现行预案"):
        build(bare)
    (shown,) = selectors.shown([bare])
    assert "还没有现行预案" in shown.words


def test_the_head_and_the_administrators_are_told_once_of_a_change(window):
    put_away(build(window).edition)
    renumber()
    for _day in range(2):
        running.begin(KitRun.Cause.ASKED)
        while running.keep():
            pass
    assert Entry.objects.filter(event="kit.stale").count() == 1
    while relay():
        pass
    told = Alert.objects.filter(entry__event="kit.stale")
    assert [alert.person.username for alert in told] == ["shoufei"]
    assert "人员和电话：韩组长有变动" in told[0].text
    assert {alert.person.username for alert in Alert.objects.filter(entry__event="kits.stale")} == {
        "guanli"
    }


def test_once_a_day_all_are_looked_at_by_one_worker():
    with override_settings(KITS_AT=datetime.time(0, 0)):
        assert running.begin_daily()
        assert not running.begin_daily()
    run = KitRun.objects.get()
    assert run.items.count() == 12


def test_paper_waits_while_a_wave_of_reports_is_told_of():
    running.begin(KitRun.Cause.ASKED)
    while relay():
        pass
    for _report in range(5):
        make.report()
    assert keep_kits() == 0
    while relay():
        pass
    assert keep_kits() == 1


def test_pages_and_files(client, window):
    edition = build(window).edition
    client.force_login(make.person("department"))
    page = client.get(reverse("kits:list")).content.decode()
    assert "门诊收费处" in page
    assert "急诊科" not in page
    page = client.get(reverse("kits:kit", args=[window.pk])).content.decode()
    assert "还没有人确认打印放好" in page
    answer = client.get(reverse("kits:pdf", args=[window.pk, 1]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content == bytes(KitPaper.objects.get(edition=edition).data)
    assert Entry.objects.filter(event="kit.take").count() == 1
    said = {"edition": edition.pk, "holder": "韩组长", "place": "抽屉", "put_on": "x"}
    answer = client.post(reverse("kits:put_away", args=[window.pk]), said)
    assert answer.status_code == 422
    assert "请选日期" in answer.content.decode()
    said["put_on"] = f"{timezone.localdate()}"
    client.post(reverse("kits:put_away", args=[window.pk]), said)
    page = client.get(reverse("kits:kit", args=[window.pk])).content.decode()
    assert "抽屉里是最新的一版" in page
    answer = client.post(reverse("kits:make", args=[window.pk]), {"sheets": 6}, follow=True)
    assert "第 2 版做好了" in answer.content.decode()
    page = client.get(reverse("kits:kit", args=[window.pk])).content.decode()
    assert "抽屉里是第 1 版，请换成第 2 版" in page
    assert client.get(reverse("kits:kit", args=[make.department("急诊科").pk])).status_code == 403


def test_all_in_one_archive_and_its_progress(client):
    client.force_login(make.person("admin"))
    assert client.get(reverse("kits:zip")).status_code == 302
    client.post(reverse("kits:make_all"))
    client.post(reverse("kits:make_all"))
    assert KitRun.objects.count() == 1
    running.keep()
    running.keep()
    assert "2 / 12" in client.get(reverse("kits:progress")).content.decode()
    assert "2 / 12" in client.get(reverse("kits:list")).content.decode()
    answer = client.get(reverse("kits:zip"))
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert names == ["停机应急包-门诊收费处.pdf", "停机应急包-门诊导诊台.pdf"]


def test_the_list_asks_a_fixed_number_of_questions(client, window, django_assert_max_num_queries):
    build(window)
    client.force_login(make.person("auditor"))
    with django_assert_max_num_queries(40):
        client.get(reverse("kits:list"))


def test_the_command_puts_them_on_a_share_and_keeps_the_last_good_file(tmp_path, capsys, window):
    call_command("build_kits", "--to", str(tmp_path), "--department", "门诊收费处")
    file = tmp_path / "停机应急包-门诊收费处.pdf"
    first = file.read_bytes()
    stamp = file.stat().st_mtime_ns
    call_command("build_kits", "--to", str(tmp_path), "--department", "门诊收费处")
    assert file.stat().st_mtime_ns == stamp
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    with pytest.raises(CommandError, match="共享可能没有连上"):
        call_command("build_kits", "--to", str(tmp_path / "away"), "--department", "门诊收费处")
    assert not (tmp_path / "away").exists()
    with pytest.raises(CommandError, match="没有这些科室：药房"):
        call_command("build_kits", "--department", "药房")
    # The place of the file is taken: it cannot be replaced, and nothing is left beside it.
    file.unlink()
    file.mkdir()
    (file / "x").touch()
    report = folder.put(tmp_path)
    assert report.failed
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    assert first.startswith(b"%PDF")


def test_the_api_tells_and_makes(client, window):
    client.force_login(make.person("department"))
    url = reverse("api:kit-make", args=[window.pk])
    told = client.post(url, {"sheets": 2}, content_type="application/json").json()
    assert told["edition"] == 1
    assert told["in_drawer"] is None
    said = {"edition": 1, "holder": "甲", "place": "抽屉", "put_on": f"{timezone.localdate()}"}
    url = reverse("api:kit-put-away", args=[window.pk])
    client.force_login(make.person("cs"))
    refused = client.post(url, said, content_type="application/json")
    assert refused.status_code == 403
    assert "确认放好应急包" in refused.text
    client.force_login(make.person("department"))
    told = client.post(url, said, content_type="application/json").json()
    assert told["is_good"]
    assert [one["name"] for one in client.get(reverse("api:kit-list")).json()] == ["门诊收费处"]
    assert client.get(reverse("api:kit-pdf", args=[window.pk])).content.startswith(b"%PDF")
