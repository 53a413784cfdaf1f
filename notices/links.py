"""Signed links: who holds one may acknowledge that one alert, without signing in, for a while."""

import base64

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from notices.models import Channel, Delivery

# 128 bits: nobody guesses it, and it is short enough for an SMS.
_BYTES = 16


def token_of(delivery_pk: int) -> str:
    """The delivery's number and a signature over it."""
    signed = salted_hmac("notices.answer", str(delivery_pk), algorithm="sha256").digest()[:_BYTES]
    return f"{delivery_pk}-{base64.urlsafe_b64encode(signed).decode().rstrip('=')}"


def delivery_of(token: str) -> int | None:
    """The number of the delivery that the token was made for, or None."""
    number, _dash, _signature = token.partition("-")
    if not (number.isascii() and number.isdigit()) or len(number) > 18:
        return None
    return int(number) if constant_time_compare(token, token_of(int(number))) else None


def answer_url(delivery: Delivery) -> str:
    """The whole address for a message; empty where nothing is to be answered or SITE_URL unset."""
    if not settings.SITE_URL or delivery.alert_id is None:
        return ""
    return settings.SITE_URL + reverse("notices:answer", args=[token_of(delivery.pk)])


def subscription_token(subscription_pk: int) -> str:
    """What stands in the links that confirm and end a subscription."""
    return _signed("notices.subscribe", subscription_pk)


def subscription_of(token: str) -> int | None:
    """The number of the subscription that the token was made for, or None."""
    number, _dash, _signature = token.partition("-")
    if not (number.isascii() and number.isdigit()) or len(number) > 18:
        return None
    return int(number) if constant_time_compare(token, subscription_token(int(number))) else None


def _signed(salt: str, number: int) -> str:
    signed = salted_hmac(salt, str(number), algorithm="sha256").digest()[:_BYTES]
    return f"{number}-{base64.urlsafe_b64encode(signed).decode().rstrip('=')}"


def callback_url(channel: Channel) -> str:
    """Where the channel's provider reports to; empty where it cannot, or SITE_URL is unset."""
    if not settings.SITE_URL or channel.made_of.hearing is None:
        return ""
    place = reverse("notices:callback", args=[channel.pk, callback_token(channel.pk)])
    return settings.SITE_URL + place


def callback_token(channel_pk: int) -> str:
    """What stands in the address to which a provider reports on this channel's messages."""
    signed = salted_hmac("notices.callback", str(channel_pk), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(signed[:_BYTES]).decode().rstrip("=")
