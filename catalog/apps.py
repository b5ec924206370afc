from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        """Take a guest's cart along when he signs in."""
        from django.contrib.auth.signals import user_logged_in

        from catalog.cart_session import merge_at_login

        user_logged_in.connect(merge_at_login, dispatch_uid="catalog.merge_at_login")
