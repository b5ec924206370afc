"""The chart, linted and rendered by Helm's own library, held to the schemas of Kubernetes."""

from collections import Counter

import pytest
import yaml
from django.db import connection

from generation import services as generation
from tests.deploy.variables import DEPLOY, known_variables

CHART = DEPLOY / "helm" / "genart"
KUBERNETES = "1.31"
KEDA = {"ScaledObject", "TriggerAuthentication"}
SCALED_OBJECT = {
    "scaleTargetRef",
    "pollingInterval",
    "cooldownPeriod",
    "minReplicaCount",
    "maxReplicaCount",
    "advanced",
    "triggers",
}


def rendered(**values) -> list[dict]:
    """Return every object of a release."""
    helm = pytest.importorskip("helm_python")
    with helm.Chart.load(CHART) as chart:
        files = chart.render(values=values, name="shop")
    texts = [text for name, text in files.items() if not name.endswith(".txt")]
    return [found for text in texts for found in yaml.safe_load_all(text) if found]


def of_kind(objects: list[dict], kind: str) -> dict[str, dict]:
    """Return the objects of a kind by name."""
    return {found["metadata"]["name"]: found for found in objects if found["kind"] == kind}


def test_helm_finds_nothing_wrong():
    helm = pytest.importorskip("helm_python")
    said = helm.lint(str(CHART))
    assert said["errors"] == []
    assert [note["error"] for note in said["messages"]] == ["icon is recommended"]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"render": {"gpu": False, "trigger": "prometheus"}},
        {"networkPolicy": {"enabled": False}, "ownerSecret": ""},
    ],
)
def test_every_object_is_one_of_kubernetes(values):
    validator = pytest.importorskip("kubernetes_validate")
    objects = rendered(**values)
    for found in objects:
        if found["kind"] not in KEDA:
            validator.validate(found, KUBERNETES, strict=True)
    kinds = Counter(found["kind"] for found in objects)
    assert kinds["Deployment"] == 5 and kinds["Job"] == 1 and kinds["ScaledObject"] == 1


def test_pods_are_told_variables_that_genart_reads():
    for found in rendered():
        pod = found["spec"].get("template", {}).get("spec", {})
        for container in pod.get("containers", []):
            assert {entry["name"] for entry in container["env"]} <= known_variables()


def test_only_the_job_that_migrates_knows_the_owner_of_the_tables():
    told = [
        found["metadata"]["name"] for found in rendered() if "genart-owner" in yaml.safe_dump(found)
    ]
    assert told == ["shop-prepare"]


def test_selectors_find_their_pods():
    for found in of_kind(rendered(), "Deployment").values():
        wanted = found["spec"]["selector"]["matchLabels"]
        labels = found["spec"]["template"]["metadata"]["labels"]
        assert wanted.items() <= labels.items()


def test_render_workers_follow_the_queue_to_none_and_back():
    [scaled] = of_kind(rendered(), "ScaledObject").values()
    assert set(scaled["spec"]) == SCALED_OBJECT
    assert scaled["spec"]["minReplicaCount"] == 0
    assert scaled["spec"]["scaleTargetRef"]["name"] == "shop-render"
    [trigger] = scaled["spec"]["triggers"]
    assert trigger["type"] == "postgresql"
    assert trigger["metadata"]["targetQueryValue"] == "4"  # KEDA wants text
    [known] = of_kind(rendered(), "TriggerAuthentication").values()
    assert trigger["authenticationRef"]["name"] == known["metadata"]["name"]
    deployment = of_kind(rendered(), "Deployment")["shop-render"]
    assert "replicas" not in deployment["spec"]  # the autoscaler's own


@pytest.mark.django_db(transaction=True)
def test_the_query_of_the_autoscaler_counts_what_waits(ready_to_submit):
    [scaled] = of_kind(rendered(), "ScaledObject").values()
    query = scaled["spec"]["triggers"][0]["metadata"]["query"]

    def counted() -> int:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0]

    assert counted() == 0
    job, _created = generation.submit_job(spec=ready_to_submit.spec, owner=ready_to_submit.owner)
    assert counted() == 2
    generation.cancel_job(job_id=job.pk)
    assert counted() == 0


@pytest.mark.parametrize(
    "values",
    [{"render": {"trigger": "astrology"}}, {"web": {"replicas": 0}}, {"site": {"host": "NO HOST"}}],
)
def test_nonsense_in_the_values_is_refused(values):
    helm = pytest.importorskip("helm_python")
    with pytest.raises(helm.HelmError), helm.Chart.load(CHART) as chart:
        chart.render(values=values, name="shop")
