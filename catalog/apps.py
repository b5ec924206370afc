from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        """Take a guest's cart and lightboxes along when he signs in."""
        from django.contrib.auth.signals import user_logged_in

        from catalog import lightbox_session
        from catalog.cart_session import merge_at_login

        user_logged_in.connect(merge_at_login, dispatch_uid="catalog.merge_at_login")
        user_logged_in.connect(
            lightbox_session.merge_at_login, dispatch_uid="catalog.merge_lightboxes"
        )
