from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _


class OpsConfig(AppConfig):
    name = "ops"
    verbose_name = _("运行")

    def ready(self) -> None:
        # The tellings register themselves.
        import ops.telling  # noqa: F401
        from journal.relay import subscribe
        from ops import restored, staying
        from ops.kits import audience, telling  # noqa: F401

        audience.subscribe_all()
        subscribe(restored.RESTORED, restored.call_who_compares)
        user_logged_in.connect(lambda request, **_: staying.begin(request), weak=False)
