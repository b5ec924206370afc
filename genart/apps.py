from django.apps import AppConfig

from genart.lib import queue  # noqa: F401  (the broker must stand before any app declares actors)


class GenartConfig(AppConfig):
    name = "genart"

    def ready(self) -> None:
        """Connect the apps and register the start-up checks."""
        from genart import checks, workflow  # noqa: F401
