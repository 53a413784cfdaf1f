"""The sign-in page over HTTP, with allauth and its lockout."""

import pytest
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse

from teams.models import Person, Role

PASSWORD = "a-long-enough-password"

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    person = Person(username="zhiban", name="张工", roles=[Role.IT])
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()
    yield
    cache.clear()


def sign_in(client, password, username="zhiban"):
    return client.post(reverse("account_login"), {"login": username, "password": password})


def test_the_right_password_opens_the_house(client, person):
    answer = sign_in(client, PASSWORD)
    assert answer.status_code == 302
    assert answer.url == reverse("home")
    assert not list(get_messages(answer.wsgi_request)), "a toast that says one has signed in"


@pytest.mark.parametrize("username", ["zhiban", "nobody-of-that-name"])
def test_a_wrong_password_and_an_unknown_name_read_the_same(client, person, username):
    text = sign_in(client, "wrong", username).content.decode()
    assert "用户名或密码不对" in text
    assert f'value="{username}"' in text


def test_after_five_wrong_passwords_the_page_says_when_to_come_back(client, person):
    for _ in range(5):
        sign_in(client, "wrong")
    locked = sign_in(client, PASSWORD).content.decode()
    assert "五分钟后再试" in locked


def test_the_demo_shows_its_accounts_and_a_hospital_never_does(client, settings):
    settings.DEMO = False
    assert "演示账号" not in client.get(reverse("account_login")).content.decode()
    settings.DEMO = True
    assert "演示账号" in client.get(reverse("account_login")).content.decode()


def test_signing_out_is_a_post(client, person):
    client.force_login(person)
    assert "要退出登录吗" in client.get(reverse("account_logout")).content.decode()
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_one_changes_ones_own_password(client, person):
    client.force_login(person)
    fresh = "another-long-password"
    answer = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh},
    )
    assert answer.status_code == 302
    person.refresh_from_db()
    assert person.check_password(fresh)


def test_nobody_signs_up(client):
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
    assert client.get("/accounts/signup/").status_code == 404


def test_the_sign_in_page_keeps_the_strict_policy(client):
    policy = client.get(reverse("account_login")).headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
