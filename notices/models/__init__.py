from notices.models.alert import Alert
from notices.models.channel import Channel, Pace
from notices.models.delivery import Attempt, Delivery
from notices.models.ladder import Climb, Step
from notices.models.maintenance import Maintenance
from notices.models.notice import Notice
from notices.models.place import Place
from notices.models.posting import Posting, SignPhoto
from notices.models.screen import Screen
from notices.models.subscription import Subscription

__all__ = [
    "Alert",
    "Attempt",
    "Channel",
    "Climb",
    "Delivery",
    "Maintenance",
    "Notice",
    "Pace",
    "Place",
    "Posting",
    "Screen",
    "SignPhoto",
    "Step",
    "Subscription",
]
