from typing import Any

app_name = "journal"
urlpatterns: list[Any] = []
