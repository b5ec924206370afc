"""The start-up checks find what is wrong and say what to do."""

import pytest

from genart import checks
from generation.house.integrity import WeightsDamaged


def ids(found) -> list[str]:
    assert all(message.hint for message in found)
    return [message.id for message in found]


def test_a_data_folder_that_is_a_file_is_found(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "file"
    settings.DATA_DIR.write_text("")
    assert ids(checks.data_folder_is_writable()) == ["genart.E001"]


def test_a_data_folder_that_does_not_exist_is_made(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "new" / "folder"
    assert checks.data_folder_is_writable() == []
    assert settings.DATA_DIR.is_dir()


@pytest.fixture
def production(settings):
    settings.DEVELOPMENT = False
    settings.SITE_URL = "https://shop.example.com"
    settings.ALLOWED_HOSTS = ["shop.example.com"]
    settings.SECRET_KEY = "a"
    settings.PAYMENT_GATEWAY, settings.PAYMENT_WEBHOOK_SECRET = "stripe", "b"
    return settings


def test_a_well_set_production_passes(production):
    assert checks.production_is_addressed() == []
    assert checks.payments_are_real() == []


def test_a_production_on_localhost_is_found(production):
    production.SITE_URL = "http://localhost:8000"
    production.ALLOWED_HOSTS = ["*"]
    assert ids(checks.production_is_addressed()) == ["genart.E003", "genart.E004"]


def test_payments_that_move_no_money_are_found(production):
    production.PAYMENT_GATEWAY = "test"
    assert ids(checks.payments_are_real()) == ["genart.W003"]
    production.PAYMENT_WEBHOOK_SECRET = production.SECRET_KEY
    assert ids(checks.payments_are_real()) == ["genart.W003", "genart.W001"]


def test_hosts_that_would_each_sign_as_somebody_else_are_found(production):
    assert checks.signer_is_shared() == []  # one machine with files of its own
    production.AWS_STORAGE_BUCKET_NAME = "originals"
    production.C2PA_CERTIFICATE = ""
    assert ids(checks.signer_is_shared()) == ["genart.W006"]
    production.C2PA_CERTIFICATE = "-----BEGIN CERTIFICATE-----"
    assert checks.signer_is_shared() == []


def test_development_needs_none_of_it():
    assert checks.production_is_addressed() == []
    assert checks.payments_are_real() == []


def test_whole_weights_pass():
    assert checks.house_weights_are_whole() == []


def test_damaged_weights_are_found(monkeypatch):
    def damaged() -> None:
        raise WeightsDamaged("unet.safetensors is not the file the manifest names.")

    monkeypatch.setattr(checks, "verify_weights", damaged)
    assert ids(checks.house_weights_are_whole()) == ["genart.E002"]
