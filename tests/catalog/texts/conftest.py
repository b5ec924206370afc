import pytest

from genart.lib import screens


@pytest.fixture(autouse=True)
def no_register(request, monkeypatch):
    """Leave the register of names out where a test has no database: it lives in rows."""
    if "django_db" not in request.keywords:
        monkeypatch.setattr(screens, "SCREENS", [])
