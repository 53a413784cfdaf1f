"""Subscriptions (订阅) of the public page: an address, and nothing else of a person."""

from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from notices import sealing
from notices.models.place import Language


def digest_of(address: str) -> str:
    """What an address is found again by; nobody reads the address out of it without our key."""
    return salted_hmac("notices.subscription", address.lower(), algorithm="sha256").hexdigest()


class Subscription(models.Model):
    """Somebody who asked for every update. The row goes when they unsubscribe.

    The address is sealed: a mail address, or where a browser takes its news and how they are
    encrypted (`notices.channels.web_push.Browser`). Until the link in the first message was
    followed (a browser does it by itself) nothing else is sent.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", _("邮件")
        PUSH = "push", _("浏览器推送")

    kind = models.CharField(_("方式"), max_length=5, choices=Kind.choices, default=Kind.EMAIL)

    digest = models.CharField(max_length=64, unique=True)
    sealed_address = models.TextField()
    language = models.CharField(_("语言"), max_length=2, choices=Language.choices)
    asked_at = models.DateTimeField(_("申请"))
    # How often the first mail was asked for: it is not sent over and over to somebody else.
    asked = models.PositiveSmallIntegerField(default=1)
    confirmed_at = models.DateTimeField(_("确认"), null=True, blank=True)
    # Mails in a row that came back.
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("订阅")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def address(self) -> str:
        """Raises `sealing.CannotOpen`."""
        opened = sealing.unseal(self.sealed_address, kind="subscription", host="")
        return opened["address"]
