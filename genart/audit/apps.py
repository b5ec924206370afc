from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "genart.audit"
    label = "audit"
    verbose_name = "Audit"

    def ready(self) -> None:
        """Keep what is noted, and watch what people change by forms."""
        from genart.audit.keeping import keep
        from genart.audit.watching import watch_all
        from genart.lib.audit import keep_with

        keep_with(keep)
        watch_all()
