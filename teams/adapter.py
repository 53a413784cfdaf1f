"""How allauth behaves in a hospital: accounts are made by the administrator, nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter
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
