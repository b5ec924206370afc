"""The evaluation: measures that know what they measure, parts that are kept, a report in words."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from generation.house.evaluation import (
    colours,
    distances,
    judge,
    making,
    measuring,
    report,
    requests,
    running,
    sheets,
)
from generation.house.evaluation.pictures import labels, small
from generation.house.families import FAMILIES


@pytest.fixture(scope="module")
def asked():
    return requests.held_out(12, requests.taught()[:6])


@pytest.fixture(scope="module")
def drawn(asked):
    return making.painted(asked)


def features(count, dimensions=4, seed=1):
    return np.random.default_rng(seed).normal(0, 1, (count, dimensions))


def test_the_frechet_distance_of_moved_points_is_the_square_of_the_move():
    points = features(400)
    assert distances.frechet(points, points) == pytest.approx(0, abs=1e-3)
    assert distances.frechet(points, points + np.array([3, 0, 0, 4])) == pytest.approx(25, rel=1e-3)


def test_captions_that_belong_to_others_are_far(asked):
    captions = distances.caption_rows([request.scene for request in asked] * 20)
    seen = captions @ features(captions.shape[1], 6) + 0.1 * features(len(captions), 6, 2)
    true = distances.joint(seen, captions)
    wrong = distances.joint(seen, captions[judge.shuffled(len(captions), 5)])
    assert distances.frechet(wrong, true) > 1 > distances.frechet(true, true)


def test_a_shuffle_leaves_nothing_in_its_place():
    order = judge.shuffled(50, 3)
    assert sorted(order) == list(range(50))
    assert all(place != index for index, place in enumerate(order))


def test_a_family_that_is_drawn_otherwise_lies_farther(asked):
    drawn = features(len(asked), 6)
    gaps = measuring.family_gaps(drawn + 9, drawn, asked)
    assert set(gaps) == {request.scene.family for request in asked}
    assert min(gaps.values()) > 3
    assert set(measuring.family_gaps(drawn, drawn, asked).values()) == {1.0}


def test_the_nearest_neighbour_of_a_copy_is_the_copy():
    maps = np.random.default_rng(4).random((5, 6, 8, 8), dtype=np.float32)
    assert distances.nearest(maps[1:3], maps) == pytest.approx([0, 0], abs=1e-5)
    assert distances.nearest(maps[:1] + 0.5, maps)[0] > 0.2


def test_a_painters_picture_has_the_colours_and_shares_that_were_asked_for(asked, drawn):
    found = measuring.coloured_as_asked(drawn, asked)
    assert found["main_colours_delta_e"] < 0.06
    assert found["share_error"] < 0.35


def test_another_palette_is_far(asked, drawn):
    turned = [Image.fromarray(255 - np.asarray(picture)) for picture in drawn]
    found = measuring.coloured_as_asked(turned, asked)
    assert found["main_colours_delta_e"] > 0.12


def test_maps_are_read_off_a_flat_picture(asked):
    picture = Image.new("RGB", (64, 64), asked[0].slots[2])
    maps = colours.slot_maps([picture], asked[:1])[0]
    assert maps[2].min() == 1
    assert maps.sum(axis=0) == pytest.approx(np.ones((32, 32)))


def test_requests_repeat_and_take_families_in_turn():
    families = requests.taught()[:3]
    first, again = (requests.held_out(7, families) for _ in range(2))
    assert first == again
    assert [request.scene.family for request in first[:4]] == [*families, families[0]]
    assert first != requests.held_out(7, families, seed=1)
    assert len({request.seed for request in first}) == 7


def test_what_the_judge_names_is_counted(asked):
    families = list(FAMILIES)
    told = labels([request.scene for request in asked])
    odds = {
        "family": np.eye(len(families), dtype=np.float32)[told["family"]],
        "layout": np.eye(6, dtype=np.float32)[np.maximum(told["layout"], 0)],
        "density": np.eye(3, dtype=np.float32)[told["density"]],
    }
    right = measuring.named_as_asked(odds, asked)
    assert (right["family_accuracy"], right["layout_accuracy"]) == (1, 1)
    assert right["density_error"] == 0
    odds["family"] = np.roll(odds["family"], 1, axis=1)
    assert measuring.named_as_asked(odds, asked)["family_accuracy"] == 0


def test_a_judge_learns_and_is_kept(tmp_path, monkeypatch, drawn):
    torch.set_num_threads(1)
    monkeypatch.setattr(judge, "BATCH", 8)
    eye = judge.train(per_family=1, rounds=1)
    torch.save(eye.state_dict(), tmp_path / "judge.pt")
    kept = judge.trained(tmp_path)
    pixels = np.stack([small(picture) for picture in drawn])
    first, second = judge.named(eye, pixels), judge.named(kept, pixels)
    assert first["family"].shape == (len(drawn), len(FAMILIES))
    assert first["features"].shape == (len(drawn), judge.FEATURES)
    for name, found in first.items():
        assert np.array_equal(found, second[name]), name


def test_varied_pictures_keep_their_shapes_and_not_their_colours(drawn):
    torch.manual_seed(1)
    pictures = judge.tensor_of(np.stack([small(picture) for picture in drawn]))
    changed = judge.varied(pictures)
    assert changed.shape == pictures.shape
    assert float((changed - pictures).abs().mean()) > 0.05


def test_pictures_that_lie_there_are_not_made_again(small_pipeline, asked, tmp_path):
    first = making.made(small_pipeline, asked[:2], tmp_path)
    again = making.made(None, asked[:2], tmp_path)
    assert [one.tobytes() for one in first] == [one.tobytes() for one in again]
    assert first[0].size == (256, 256)


def test_a_sheet_has_a_cell_for_every_picture(asked, drawn, tmp_path):
    path = sheets.contact_sheet(drawn, asked, 2, tmp_path / "sheet.jpg")
    with Image.open(path) as page:
        assert page.size == (6 * 132, 2 * 132)


def test_each_grid_is_one_prompt_with_seeds_in_order():
    assert len(sheets.PROMPTS) == 8
    for row in range(8):
        wanted = sheets.grid_requests(row)
        assert len({request.prompt for request in wanted}) == 1
        assert [request.seed for request in wanted] == list(range(64))


FIGURES = {
    "judge": {"pictures": 9, "family_accuracy": 0.99, "layout_accuracy": 0.98,
              "density_accuracy": 0.9},
    "named": {
        side: {"family_accuracy": 0.961, "layout_accuracy": 0.93, "density_error": 0.1,
               "families": {"ripples": 1.0}}
        for side in ("generated", "painted")
    },
    "colours": {side: {"main_colours_delta_e": 0.0312, "share_error": 0.1}
                for side in ("generated", "painted")},
    "distances": {"families": {"ripples": 1.4}, "frechet": 2.0, "frechet_held_out": 1.0,
                  "frechet_over_held_out": 2.0, "joint_frechet": 3.0,
                  "joint_frechet_shuffled": 9.0},
    "novelty": {f"nearest_{side}_{word}": 0.2 for side in ("generated", "held_out")
                for word in ("p5", "median")} | {"nearest_generated_over_held_out": 1.0},
    "adapters": {"adapters": {"quilt": {"without": 0.0, "with": 0.95, "painted": 1.0}},
                 "base_identical": 1.0},
    "probe": {},
    "speed": {"4": {"seconds": 0.5, "cpu_seconds": 0.9, "peak_mib": 900.0}},
    "sheets": {"sheet": "docs/house-report.jpg", "grids": ["docs/house-grids/ripples.jpg"]},
}  # fmt: skip


def test_the_report_says_what_was_kept(tmp_path):
    run = running.Evaluation(out=tmp_path, prompts=12)
    for name, figures in FIGURES.items():
        run.kept_at(name).write_text(json.dumps(figures))
    text = report.write(run, tmp_path / "REPORT.md").read_text()
    assert "| family named as asked | 96.1% | 96.1% | at least 95 % |" in text
    assert "| quilt | 0% | 95% | 100% |" in text
    assert "| 4 | 0.50 | 0.90 | 900 |" in text
    assert "0.0312" in text
    assert "ripples 1.4" in text
    assert set(FIGURES) == set(running.PARTS)


def test_other_weights_begin_anew(tmp_path, monkeypatch):
    first = running.fingerprint()
    (tmp_path / "manifest.json").write_text('{"sha256": {}}')
    monkeypatch.setattr(running, "WEIGHTS", tmp_path)
    assert running.fingerprint() != first


def test_another_adapter_begins_the_adapters_anew_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "WEIGHTS", tmp_path)
    hashes = {"pipeline/unet.safetensors": "1", "adapters/a/a.safetensors": "2"}
    found = []
    for sha in ("2", "3"):
        hashes["adapters/a/a.safetensors"] = sha
        (tmp_path / "manifest.json").write_text(json.dumps({"sha256": hashes}))
        found.append((running.fingerprint(), running.adapters_fingerprint()))
    assert found[0][0] == found[1][0]
    assert found[0][1] != found[1][1]
