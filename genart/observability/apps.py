from django.apps import AppConfig


class ObservabilityConfig(AppConfig):
    name = "genart.observability"

    def ready(self) -> None:
        """Begin to count, to trace and to report, as the settings say."""
        from django.conf import settings

        from genart import env
        from genart.lib import queue, redaction
        from genart.observability import conf, exporter, messages, sentry, telemetry

        made = {name: str(getattr(settings, name)) for name in conf.SECRET_SETTINGS}
        databases = {
            f"password of {alias}": str(entry.get("PASSWORD") or "")
            for alias, entry in settings.DATABASES.items()
        }
        redaction.remember(env.matching(conf.SECRET_VARIABLE) | made | databases)
        queue.broker.add_middleware(messages.CountingMessages(), before=queue.Pausing)
        queue.on_worker_boot(exporter.start)
        telemetry.start()
        sentry.start()
