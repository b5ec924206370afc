"""Who calls the API: a bearer token with scopes, made by `manage.py create_token`."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from genart.accounts.models import ApiToken, User
from genart.accounts.services import use_token
from genart.lib.errors import NotAllowed


class TokenAuth(HttpBearer):
    """Accept `Authorization: Bearer <token>`; the token must carry `scope`."""

    def __init__(self, scope: ApiToken.Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """Return the token's user, `None` (401) for an unknown token.

        Raises:
            NotAllowed: the token lacks the scope.
        """
        found = use_token(secret=token)
        if found is None:
            return None
        if self.scope not in found.scopes:
            raise NotAllowed(f"This token lacks the scope {self.scope.value}.")
        return found.user
