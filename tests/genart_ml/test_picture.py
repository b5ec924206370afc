import numpy as np
import pytest
from PIL import Image

from genart.ml.picture import encode_image
from tests.factories import make_picture


@pytest.mark.parametrize("size", [(64, 64), (300, 200), (90, 400)])
def test_a_picture_has_the_vector_that_open_clip_gives_it(size):
    pytest.importorskip("open_clip")
    from genart.ml.clip import encode_images

    picture = make_picture(*size, seed=size[0])
    assert np.abs(encode_image(picture) - encode_images([picture])[0]).max() < 1e-3


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK"])
def test_pictures_of_any_mode_have_a_vector(mode):
    vector = encode_image(Image.new(mode, (50, 40)))
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
