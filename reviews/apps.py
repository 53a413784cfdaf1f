from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "reviews"
    verbose_name = _("评估")

    def ready(self) -> None:
        from journal.relay import subscribe
        from reviews import clocks, demands, known, telling  # noqa: F401  (they register themselves)
        from reviews.figures.keeping import EVENTS, keep
        from reviews.subscriptions import begin_review

        subscribe("incident.cleanup", begin_review)
        for event in EVENTS:
            subscribe(event, keep)
