"""The variables that genart reads, and those that its libraries read by themselves."""

import re

from django.conf import settings

ROOT = settings.BASE_DIR
DEPLOY = ROOT / "deploy"
OF_LIBRARIES = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
ROLES = {"prepare", "web", "render", "remote", "tasks", "scheduler"}


def known_variables() -> set[str]:
    """Return every name that a deployment may set."""
    listed = re.findall(r"^([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    return {*listed, *(f"{name}_FILE" for name in listed), *OF_LIBRARIES}
