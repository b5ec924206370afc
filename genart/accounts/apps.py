from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "genart.accounts"
    label = "accounts"
