from django.apps import AppConfig


class GenartConfig(AppConfig):
    name = "genart"

    def ready(self) -> None:
        """Connect the apps and register the start-up checks."""
        from genart import checks, workflow  # noqa: F401
