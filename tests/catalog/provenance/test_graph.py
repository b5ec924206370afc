import json

import pytest
from django.test import Client

from catalog.provenance.panel import panel_of
from catalog.services.sealing import seal_artwork, sealable
from generation.models import Adapter, Checkpoint
from tests.catalog.provenance.pictures import textured
from tests.factories import make_artwork, make_licence

pytestmark = pytest.mark.django_db
ENDS = {
    "used": ("prov:activity", "prov:entity"),
    "wasGeneratedBy": ("prov:entity", "prov:activity"),
    "wasDerivedFrom": ("prov:generatedEntity", "prov:usedEntity"),
    "wasInformedBy": ("prov:informed", "prov:informant"),
    "wasAssociatedWith": ("prov:activity", "prov:agent"),
}


@pytest.fixture
def work():
    make_licence()
    work = make_artwork(render_fields={"picture": textured(64, 64)})
    Checkpoint.objects.update(sha256="a" * 64, data_statement="Drawn by our own painters.")
    adapter = Adapter.objects.create(
        slug="grain", name="Grain", checkpoint=work.render.checkpoint, location="x",
        sha256="b" * 64, licence="Apache-2.0",
    )  # fmt: skip
    work.render.adapters = [{"slug": adapter.slug, "version": "1", "weight": 0.5}]
    work.render.save(update_fields=["adapters"])
    seal_artwork(artwork_id=work.pk)
    return work


def got(path):
    answer = Client().get(path)
    assert answer.status_code == 200
    return json.loads(answer.content)


def test_every_relation_ends_at_something_that_is_there(work):
    graph = got(f"{work.get_absolute_url()}provenance.json")
    nodes = {**graph["entity"], **graph["activity"], **graph["agent"]}
    assert set(graph) == {"prefix", "entity", "activity", "agent", *ENDS}
    for kind, ends in ENDS.items():
        assert graph[kind]
        for relation in graph[kind].values():
            assert {relation[end] for end in ends} <= set(nodes)
    labels = [entity.get("prov:label", "") for entity in graph["entity"].values()]
    assert "Grain 1" in labels
    assert graph["entity"]["genart:original"]["genart:sha256"] == work.sha256
    files = [name for name in graph["entity"] if name.startswith("genart:file-")]
    assert len(files) == 3


def test_no_person_is_named(work):
    work.decided_by = "user:secret-name"
    work.save(update_fields=["decided_by"])
    for path in ("provenance.json", "bom.json"):
        assert "secret-name" not in json.dumps(got(work.get_absolute_url() + path))
    assert panel_of(sealable().get(pk=work.pk))["judge"] == "A curator, by eye"


def check_bom(bom):
    """Check what CycloneDX 1.6 asks of a bill: fields, references, kinds."""
    assert (bom["bomFormat"], bom["specVersion"], bom["version"]) == ("CycloneDX", "1.6", 1)
    assert bom["serialNumber"].startswith("urn:uuid:")
    references = [component["bom-ref"] for component in bom["components"]]
    references.append(bom["metadata"]["component"]["bom-ref"])
    assert len(references) == len(set(references))
    for component in bom["components"]:
        assert component["type"] in {"machine-learning-model", "data", "file", "application"}
        assert component["name"]
        for entry in component.get("licenses", []):
            assert set(entry["license"]) in ({"id"}, {"name"})
        for entry in component.get("hashes", []):
            assert entry["alg"] == "SHA-256" and len(entry["content"]) == 64
        card = component.get("modelCard", {}).get("modelParameters", {})
        for dataset in card.get("datasets", []):
            assert dataset["ref"] in references
    for dependency in bom["dependencies"]:
        assert {dependency["ref"], *dependency["dependsOn"]} <= set(references)


def test_the_bill_of_a_work_names_its_models_and_data(work):
    bom = got(f"{work.get_absolute_url()}bom.json")
    check_bom(bom)
    hashes = {entry["content"] for part in bom["components"] for entry in part.get("hashes", [])}
    assert {"a" * 64, "b" * 64} <= hashes
    assert any(part["type"] == "data" for part in bom["components"])


def test_the_bill_of_the_house_names_every_active_model(work):
    bom = got("/bom.json")
    check_bom(bom)
    assert {"Grain"} < {part["name"] for part in bom["components"]}


def test_the_bill_lists_what_a_checkpoint_is_made_of(work):
    parts = [{"role": "autoencoder", "name": "Fine", "licence": "MIT", "sha256": "c" * 64}]
    Checkpoint.objects.update(parts=parts)
    bom = got(f"{work.get_absolute_url()}bom.json")
    check_bom(bom)
    [part] = [part for part in bom["components"] if part["name"] == "autoencoder: Fine"]
    assert part["hashes"] == [{"alg": "SHA-256", "content": "c" * 64}]
    assert part["licenses"] == [{"license": {"id": "MIT"}}]
