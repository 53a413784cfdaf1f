"""How allauth behaves in a hospital: accounts are made by the administrator, nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter


class ClosedDoorAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: object) -> bool:
        return False
