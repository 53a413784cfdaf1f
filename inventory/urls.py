from django.urls import path

from inventory.views import due, items, loans, places

app_name = "inventory"
urlpatterns = [
    path("supplies/", items.items, name="items"),
    path("supplies/due/", due.due, name="due"),
    path("supplies/new/", items.add, name="new_item"),
    path("supplies/loans/", loans.loans, name="loans"),
    path("supplies/loans/<int:pk>/return/", loans.give_back, name="give_back"),
    path("supplies/places/", places.places, name="places"),
    path("supplies/places/new/", places.add, name="new_place"),
    path("supplies/places/<int:pk>/", places.place, name="place"),
    path("supplies/places/<int:pk>/switch/", places.switch, name="switch_place"),
    path("supplies/<int:pk>/", items.item, name="item"),
    path("supplies/<int:pk>/change/", items.change, name="change_item"),
    path("supplies/<int:pk>/switch/", items.switch, name="switch_item"),
    path("supplies/<int:pk>/<slug:verb>/", items.deed, name="deed"),
]
