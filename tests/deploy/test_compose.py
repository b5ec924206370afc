"""The compose file, read by a parser of the Compose Specification."""

import re

import pytest
import yaml

from tests.deploy.variables import DEPLOY, ROLES, known_variables

FOLDER = DEPLOY / "compose"
SERVERS = {"proxy", "database", "pooler", "rabbitmq", "redis"}


def interpolated() -> dict:
    """Return the file as `docker compose` sees it: variables filled in, merges done."""
    example = dict(re.findall(r"^([A-Z0-9_]+)=(.*)$", (FOLDER / ".env.example").read_text(), re.M))

    def value(match: re.Match) -> str:
        name, default = match[1], match[3]
        found = example.get(name) or (default if match[2] == "-" else "")
        if match[2] == "?" and name not in example:
            pytest.fail(f"{name} is needed, and .env.example does not name it")
        return found or "x"

    text = (FOLDER / "compose.yaml").read_text()
    return yaml.safe_load(re.sub(r"\$\{(\w+)(?::?([-?])([^}]*))?\}", value, text))


@pytest.fixture(scope="module")
def document() -> dict:
    found = interpolated()
    found.pop("x-genart")
    return found


def test_it_follows_the_compose_specification(document):
    compose_spec = pytest.importorskip("compose_spec")
    read = compose_spec.PyCompose.from_yaml(yaml.safe_dump(document))
    assert set(read.service_names()) == ROLES | SERVERS


def test_each_role_is_started_by_name_with_variables_that_genart_reads(document):
    for role in ROLES:
        service = document["services"][role]
        assert service["command"] == [role]
        assert set(service["environment"]) <= known_variables()
        assert service["read_only"] and service["cap_drop"] == ["ALL"]


def test_only_the_one_that_migrates_knows_the_owner_of_the_tables(document):
    told = {
        name
        for name, service in document["services"].items()
        if "DATABASE_OWNER_URL" in str(service.get("environment"))
    }
    assert told == {"prepare"}


def test_only_the_proxy_is_open_to_the_world(document):
    assert [name for name, service in document["services"].items() if "ports" in service] == [
        "proxy"
    ]


def test_what_is_mounted_is_there(document):
    for service in document["services"].values():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            if source.startswith("./"):
                assert (FOLDER / source).is_file()


def test_every_secret_has_to_be_filled_in():
    example = (FOLDER / ".env.example").read_text()
    for name in re.findall(r"^(\w*(?:PASSWORD|SECRET\w*|TOKEN))=(.*)$", example, re.M):
        assert name[1] == "", name
