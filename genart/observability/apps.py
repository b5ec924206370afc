from django.apps import AppConfig


class ObservabilityConfig(AppConfig):
    name = "genart.observability"

    def ready(self) -> None:
        """Begin to count, to trace and to report, as the settings say."""
        from django.conf import settings

        from genart.lib import queue, redaction
        from genart.observability import conf, exporter, messages, sentry, telemetry

        redaction.remember({name: str(getattr(settings, name)) for name in conf.SECRET_SETTINGS})
        queue.broker.add_middleware(messages.CountingMessages(), before=queue.Pausing)
        queue.on_worker_boot(exporter.start)
        telemetry.start()
        sentry.start()
