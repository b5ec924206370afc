from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "genart.privacy"
    label = "privacy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say whose the archives in the storage are."""
        from genart.integrity import naming
        from genart.privacy.models import DataRequest

        naming.NAMES_A_FILE = (*naming.NAMES_A_FILE, (DataRequest, "file"))
