from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JournalConfig(AppConfig):
    name = "journal"
    verbose_name = _("事件日志")

    def ready(self) -> None:
        from journal.telling import tell

        tell("relay.retry", _("重新转发日志"), _("{event}"))
