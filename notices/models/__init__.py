from notices.models.alert import Alert
from notices.models.channel import Channel, Pace
from notices.models.notice import Notice

__all__ = ["Alert", "Channel", "Notice", "Pace"]
