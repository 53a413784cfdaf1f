"""Mail to subscribers in tests: somebody who subscribed, and what came to a local server."""

import email
import email.policy

from django.utils import timezone

from journal.relay import relay
from notices import links, pump, workflow
from notices.models import Delivery, Subscription

ADDRESS = "wang@example.org"


def arrived(post):
    """Everything that is due goes out; gives what came, the newest last: to, and the message."""
    relay()
    Delivery.objects.filter(state="waiting").update(due_at=timezone.now())
    pump.deliver()
    parse = email.message_from_bytes
    return [
        (to, parse(data.encode(), policy=email.policy.default)) for _from, to, data in post.mails
    ]


def subscribed(post, address=ADDRESS, language="zh"):
    """Somebody who has followed the link of the first mail."""
    workflow.subscribe(address, language=language)
    row = Subscription.objects.latest("pk")
    workflow.confirm_subscription(links.subscription_token(row.pk))
    arrived(post)
    post.mails.clear()
    return row
