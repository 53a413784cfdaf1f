"""Mail subscriptions (邮件订阅) of the public page: an address, and nothing else of a person."""

from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from notices import sealing
from notices.models.place import Language


def digest_of(address: str) -> str:
    """What an address is found again by; nobody reads the address out of it without our key."""
    return salted_hmac("notices.subscription", address.lower(), algorithm="sha256").hexdigest()


class Subscription(models.Model):
    """Somebody who asked for every update by mail. The row goes when they unsubscribe.

    The address is sealed. Until the link in the first mail was followed nothing else is sent.
    """

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
        verbose_name = verbose_name_plural = _("邮件订阅")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def address(self) -> str:
        """Raises `sealing.CannotOpen`."""
        opened = sealing.unseal(self.sealed_address, kind="subscription", host="")
        return opened["address"]
