"""Where everything is. Each app names its own addresses by verb."""

from django.contrib import admin
from django.urls import include, path

# Those with a prefix stand first: nobody else's addresses are tried for them.
urlpatterns = [
    path("api/", include("config.api_urls")),
    path("accounts/", include("config.accounts_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("kits/", include("ops.kits.urls")),
    path("training/", include("drills.training.urls")),
    path("", include("incidents.urls")),
    path("", include("ops.urls")),
    path("", include("journal.urls")),
    path("", include("teams.urls")),
    path("", include("inventory.urls")),
    path("", include("plans.urls")),
    path("", include("notices.urls")),
    path("", include("reviews.urls")),
    path("", include("drills.urls")),
]
