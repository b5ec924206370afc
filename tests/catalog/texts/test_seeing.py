import pytest
from PIL import Image, ImageDraw

from catalog.texts import write_texts
from catalog.texts.seeing import look
from tests.catalog.texts.facts import arches

CREAM, CLAY, NAVY, SAND = "#F6EADB", "#C8553D", "#14213D", "#D9C3A0"


def sheet(*shapes, size=(200, 200), ground=CREAM):
    """Draw shapes `(kind, box, colour)` on a ground; boxes in percent of the sheet."""
    picture = Image.new("RGB", size, ground)
    pen = ImageDraw.Draw(picture)
    for kind, box, color in shapes:
        at = [edge * size[place % 2] / 100 for place, edge in enumerate(box)]
        getattr(pen, kind)(at, fill=color)
    return picture


@pytest.mark.parametrize(
    ("box", "place"),
    [((35, 35, 65, 65), "middle"), ((5, 35, 35, 65), "left"), ((65, 35, 95, 65), "right"),
     ((35, 5, 65, 35), "top"), ((35, 65, 65, 95), "bottom"), ((5, 5, 35, 35), "top-left"),
     ((65, 65, 95, 95), "bottom-right")],
)  # fmt: skip
def test_a_thing_is_found_where_it_lies(box, place):
    seen = look(sheet(("rectangle", box, CLAY)))
    assert seen.place == place
    assert seen.ground == CREAM
    assert 0.05 < seen.coverage < 0.15


def test_land_at_the_bottom_is_no_part_of_the_thing():
    picture = sheet(("rectangle", (0, 80, 100, 100), NAVY), ("rectangle", (65, 40, 90, 80), CLAY))
    assert look(picture).place == "right"


def test_a_thing_all_over_the_sheet_has_no_place():
    boxes = [(x, y, x + 20, y + 20) for x in range(2, 90, 24) for y in range(2, 90, 24)]
    assert look(sheet(*(("rectangle", box, CLAY) for box in boxes))).place == "whole"


def test_without_one_colour_around_there_is_no_ground():
    colors = zip((0, 25, 50, 75), (CREAM, CLAY, NAVY, SAND), strict=True)
    bands = [("rectangle", (x, 0, x + 25, 100), color) for x, color in colors]
    seen = look(sheet(*bands))
    assert (seen.ground, seen.coverage) == ("", 1)
    assert seen.direction == "upright"


@pytest.mark.parametrize(
    ("turn", "direction"), [(0, "upright"), (90, "level"), (45, "slanting"), (135, "slanting")]
)
def test_the_direction_of_bands(turn, direction):
    bands = [("rectangle", (x, -50, x + 10, 150), CLAY) for x in range(0, 100, 20)]
    whole = sheet(*bands, size=(400, 400)).rotate(turn).crop((100, 100, 300, 300))
    assert look(whole).direction == direction


def test_a_disc_stands_out_and_a_crescent_is_not_round():
    disc = look(sheet(("ellipse", (60, 10, 80, 30), SAND), ground=NAVY))
    assert (disc.focus, disc.is_round) == ("top-right", True)
    crescent = sheet(("ellipse", (60, 10, 84, 34), SAND), ("ellipse", (67, 8, 91, 32), NAVY),
                     ground=NAVY)  # fmt: skip
    seen = look(crescent)
    assert (seen.focus, seen.is_round) == ("top-right", False)


def test_a_small_disc_beside_a_thing_is_told():
    picture = sheet(("rectangle", (50, 40, 90, 95), CLAY), ("ellipse", (8, 8, 24, 24), NAVY))
    seen = look(picture)
    assert (seen.place, seen.focus, seen.is_apart) == ("bottom-right", "top-left", True)
    text = write_texts(arches(), picture=picture).texts.alt_text
    assert ", in the lower right, with a round disc in the upper left, on a cream" in text


def test_the_sky_is_the_colour_along_the_upper_edge():
    assert look(sheet(("rectangle", (0, 40, 100, 100), CLAY))).sky == CREAM


@pytest.mark.parametrize("size", [(1, 1), (2, 900), (900, 2), (64, 64), (3000, 2000)])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_any_picture_can_be_looked_at(size, mode):
    look(Image.new("RGB", size, CLAY).convert(mode))


def test_one_colour_has_no_shape():
    seen = look(Image.new("RGB", (64, 64), CLAY))
    assert (seen.focus, seen.direction, seen.coverage, seen.place) == ("", "", 0, "whole")
