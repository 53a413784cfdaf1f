"""A real hospital begins: `manage.py set_up`, and what an empty product says."""

import io

import pytest
from django.core.management import CommandError, call_command

from journal.models import Entry
from journal.refusals import Conflict
from ops import beginning
from plans.models import PlanVersion
from teams.models import Department, Person, ResponseGroup, Service
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def empty():
    make.nothing()


def set_up(**options):
    out = io.StringIO()
    call_command("set_up", no_input=True, stdout=out, **options)
    return out.getvalue()


@pytest.mark.usefixtures("empty")
def test_an_empty_product_gets_everything_to_begin_with():
    said = set_up(username="guanliyuan", name="赵工")
    person = Person.objects.get()
    assert (person.username, person.roles, person.must_change_password) == (
        "guanliyuan",
        ["admin"],
        True,
    )
    password = said.split("初始密码 ")[1].split()[0]
    assert person.check_password(password)
    assert set(ResponseGroup.objects.values_list("kind", flat=True)) == {
        "leading",
        "fault",
        "logistics",
    }
    assert Department.objects.count() == 12
    assert Service.objects.count() == 8
    plan = PlanVersion.objects.get()
    assert (plan.status, plan.is_example) == ("draft", False)
    assert "没有值班表「行政总值班」" in said
    assert "1. 科室和业务" in said
    events = set(Entry.objects.values_list("event", flat=True))
    assert {"person.add", "department.add", "group.add", "plan.begin"} <= events


@pytest.mark.usefixtures("empty")
def test_running_it_again_changes_nothing_and_shows_no_password():
    set_up()
    before = Entry.objects.count()
    said = set_up(username="another")
    assert Entry.objects.count() == before
    assert "初始密码 " not in said
    assert "已有 admin，未改动" in said
    assert Person.objects.count() == 1


@pytest.mark.usefixtures("empty")
def test_what_was_left_out_is_added_the_next_time():
    set_up(no_plan=True)
    assert not PlanVersion.objects.exists()
    Department.objects.filter(name="保卫科").delete()
    said = set_up()
    assert PlanVersion.objects.count() == 1
    assert "科室：新建 保卫科" in said
    assert "小组：已有" in said


@pytest.mark.usefixtures("empty")
def test_a_hospital_of_its_own_is_read_from_a_file(tmp_path):
    file = tmp_path / "hospital.yaml"
    file.write_text(
        "departments:\n  信息科: [information, '8119']\n  门诊部: outpatient\n"
        "services:\n  挂号: [门诊部, true, true]\n"
        "groups:\n  fault: {name: 信息应急组, duty: 修复系统}\n"
    )
    said = set_up(organisation=file)
    assert list(Department.objects.values_list("name", "phone")) == [
        ("信息科", "8119"),
        ("门诊部", ""),
    ]
    assert ResponseGroup.objects.get(kind="fault").name == "信息应急组"
    assert ResponseGroup.objects.count() == 3
    assert "「故障应急小组」在本院叫「信息应急组」。" in said
    assert PlanVersion.objects.get().service_cards.count() == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("departments: [a]", "departments"),
        ("departments: {信息科: nonsense}", "信息科"),
        ("services: {挂号: [没有的科室, true, true]}", "没有的科室"),
        ("services: {挂号: 门诊部}", "挂号"),
        ("groups: {other: {name: a, duty: b}}", "other"),
        ("groups: {fault: {name: a}}", "fault"),
        ("people: {}", "departments、services、groups"),
        ("a: [", "不是 YAML"),
        ("# " + "x" * 200_001, "太大"),
    ],
)
@pytest.mark.usefixtures("empty")
def test_a_file_that_cannot_be_is_refused_and_nothing_is_made(tmp_path, text, says):
    file = tmp_path / "hospital.yaml"
    file.write_text(text)
    with pytest.raises(CommandError, match=says):
        set_up(organisation=file)
    with pytest.raises(CommandError, match="读不出"):
        set_up(organisation=tmp_path / "nowhere.yaml")
    assert not Person.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.usefixtures("empty")
def test_a_verb_that_refuses_takes_everything_back():
    with pytest.raises(CommandError, match="用户名"):
        set_up(username="zwei worte")
    assert not Department.objects.exists()
    assert not Entry.objects.exists()


def test_the_demo_hospital_is_left_alone():
    make.hospital()
    before = Entry.objects.count()
    said = set_up()
    assert Entry.objects.count() == before
    assert "管理员：已有 guanli，未改动" in said


def test_the_organisation_that_is_shipped_is_in_order():
    told = beginning.organisation()
    assert {department for department, *_ in told["services"].values()} <= set(told["departments"])


# What an empty product says ---------------------------------------------------------------------


@pytest.mark.usefixtures("empty")
def test_the_sign_in_page_of_an_empty_product_says_what_to_do(client, settings):
    settings.DEMO = False
    assert "set_up" in client.get("/accounts/login/").content.decode()
    set_up()
    assert "set_up" not in client.get("/accounts/login/").content.decode()


@pytest.mark.usefixtures("empty")
def test_the_administrators_dashboard_says_what_is_still_to_do(client):
    set_up()
    client.force_login(Person.objects.get())
    Person.objects.update(must_change_password=False)
    client.force_login(Person.objects.get())
    assert 'hx-get="/first-steps/"' in client.get("/dashboard/").content.decode()
    part = client.get("/first-steps/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    for words in ("人员", "三个小组", "联系方式", "值班表", "预案"):
        assert words in part
    page = client.get("/first-steps/").content.decode()
    assert page.count("gate__condition--met") == 1


@pytest.mark.usefixtures("empty")
def test_every_main_page_of_a_hospital_without_a_plan_opens(client):
    set_up()
    Person.objects.update(must_change_password=False, roles=["admin", "it", "leader", "cs"])
    client.force_login(Person.objects.get())
    for page in (
        *("/dashboard/", "/report/", "/command/", "/orders/", "/reports/", "/notices/", "/groups/"),
        *("/reviews/", "/plan/", "/plans/", "/plans/drafts/", "/duty/", "/rosters/", "/directory/"),
        *("/people/", "/departments/", "/status/", "/alerts/", "/me/contacts/", "/channels/"),
    ):
        answer = client.get(page, follow=True)
        assert answer.status_code == 200, page


@pytest.mark.usefixtures("empty")
def test_a_fault_before_there_is_a_plan_is_refused_in_words(client):
    set_up()
    Person.objects.update(must_change_password=False)
    person = Person.objects.get()
    from incidents.workflow import report

    with pytest.raises(Conflict, match="还没有发布预案"):
        report(
            by=person, seen="挂号转圈", services=[], location="一楼", department=None, waiting=None
        )
    client.force_login(person)
    answer = client.post("/report/", {"seen": "挂号转圈", "location": "一楼"})
    assert answer.status_code == 409
    assert "还没有发布预案" in answer.content.decode()
    assert "挂号转圈" in answer.content.decode()


def test_the_steps_of_the_demo_hospital_are_done(client):
    make.hospital()
    client.force_login(make.person("admin"))
    assert client.get("/first-steps/", headers={"HX-Request": "true"}).content == b""
