"""The house line's golden prompts, rendered with shipped weights and with slightly other ones."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from generation import defaults, work
from generation.golden.deciding import promote
from generation.golden.rendering import start_run
from generation.golden.settling import settle_run
from generation.house import PIPELINE_DIR
from generation.models import Style
from generation.services.adding import finish_adding
from generation.services.checkpoints import add_checkpoint

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("engine_of_the_test"),
]


def test_new_weights_of_the_house_are_proved_and_used(tmp_path: Path, admin_user: Any) -> None:
    from safetensors.torch import load_file, save_file

    defaults.load()
    folder = Path(shutil.copytree(PIPELINE_DIR, tmp_path / "next"))
    [unet] = (folder / "unet").glob("*.safetensors")
    save_file({name: value * 1.002 for name, value in load_file(unet).items()}, unet)
    row = add_checkpoint(
        name="House model", line="house", source="folder", location=str(folder),
        licence="Own work of this project", allows_commercial_use=True, by=admin_user,
    )  # fmt: skip
    assert finish_adding(checkpoint_id=row.pk)
    row.refresh_from_db()
    assert (row.family, row.number, row.is_current) == ("house", 2, False)
    assert row.capabilities["layouts"] == defaults.CAPABILITIES["layouts"]

    run = start_run(checkpoint_id=row.pk, by=admin_user)
    work.work_until_empty()
    assert settle_run(run_id=run.pk)

    run.refresh_from_db()
    worst = run.figures["worst"]
    assert (run.state, len(run.figures["pairs"])) == ("compared", len(defaults.GOLDEN))
    assert 0 < worst["pixels"] < 0.1
    assert worst["likeness"] > 0.9
    promote(run_id=run.pk, by=admin_user)
    assert set(Style.objects.values_list("current_version__checkpoint", flat=True)) == {row.pk}
    print(worst)
