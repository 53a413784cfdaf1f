from django.urls import path

from inventory.views import due, funds, items, loans, places, suppliers

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
    path("supplies/fund/", funds.funds, name="funds"),
    path("supplies/fund/new/", funds.add, name="new_fund"),
    path("supplies/fund/<int:pk>/deposit/", funds.deposit, name="deposit"),
    path("supplies/fund/<int:pk>/pay/", funds.pay, name="pay"),
    path("supplies/payments/<int:pk>/", funds.payment, name="payment"),
    path("supplies/payments/<int:pk>/<slug:verb>/", funds.payment_verb, name="payment_verb"),
    path("supplies/suppliers/", suppliers.suppliers, name="suppliers"),
    path("supplies/suppliers/new/", suppliers.add, name="new_supplier"),
    path("supplies/suppliers/<int:pk>/", suppliers.supplier, name="supplier"),
    path("supplies/suppliers/<int:pk>/switch/", suppliers.switch, name="switch_supplier"),
    path("supplies/<int:pk>/", items.item, name="item"),
    path("supplies/<int:pk>/change/", items.change, name="change_item"),
    path("supplies/<int:pk>/switch/", items.switch, name="switch_item"),
    path("supplies/<int:pk>/<slug:verb>/", items.deed, name="deed"),
]
