"""How allauth behaves in a hospital: accounts are made by the administrator, nobody signs up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class ClosedDoorAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("用户名或密码不对。连错五次会暂停登录五分钟。"),
        "too_many_login_attempts": _(
            "连续输错多次，这个用户名已暂停登录，五分钟后再试。急事请打值班电话。"
        ),
        "incorrect_password": _("密码不对。"),
    }

    def is_open_for_signup(self, request: object) -> bool:
        return False

    def set_password(self, user: Any, password: str) -> None:
        """One's own new password is a verb like any other."""
        # Imported here: allauth needs this class before the models are there.
        from teams.workflow import choose_password

        choose_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to work; the password's page has nothing more to say."""
        return reverse("home")
