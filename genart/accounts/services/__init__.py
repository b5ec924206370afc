"""Verbs about people, by subject.

`roles.py`, `tokens.py`: what people and their programs may do. `signing_in.py`: how a session
begins. `passkeys.py`, `authenticators.py`, `recovery_codes.py`, `factors.py`: what proves a person
beside the password. `tries.py`: how often somebody may try. `devices.py`, `sessions.py`: where
somebody is signed in. `passwords.py`: a new one, by mail. `notices.py`: mails about all of this.
"""

from genart.accounts.services.roles import ROLES, ensure_roles
from genart.accounts.services.tokens import create_token, use_token

__all__ = ["ROLES", "create_token", "ensure_roles", "use_token"]
