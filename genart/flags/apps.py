from django.apps import AppConfig


class FlagsConfig(AppConfig):
    name = "genart.flags"
    label = "flags"
    verbose_name = "Flags and maintenance"

    def ready(self) -> None:
        """Let workers pause during maintenance."""
        from genart.flags.maintenance import is_on
        from genart.lib.queue import pause_while

        pause_while(is_on)
