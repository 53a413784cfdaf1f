from notices.models.alert import Alert
from notices.models.notice import Notice

__all__ = ["Alert", "Notice"]
