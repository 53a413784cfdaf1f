from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _


class OpsConfig(AppConfig):
    name = "ops"
    verbose_name = _("运行")

    def ready(self) -> None:
        from ops import staying
        from ops.kits import audience, telling  # noqa: F401  (it registers itself)

        audience.subscribe_all()
        user_logged_in.connect(lambda request, **_: staying.begin(request), weak=False)
