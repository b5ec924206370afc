"""Faces: what counts, and that this art shows none."""

import numpy as np

from curation.compliance import people
from curation.compliance.contract import Subject
from curation.compliance.faces import FaceDetector
from curation.compliance.people import Part
from tests.factories import make_picture, make_render


def test_this_art_shows_no_face(db):
    assert FaceDetector().inspect(Subject(make_picture(256, 256), make_render())) == []


def test_faces_are_counted_and_the_surest_is_shown(db):
    subject = Subject(make_picture(), make_render())
    box = (0.2, 0.2, 0.1, 0.1)
    people._seen[subject] = [
        Part("FACE_MALE", 0.6, (0.5, 0.5, 0.1, 0.1)),
        Part("FACE_FEMALE", 0.9, box),
        Part("FACE_MALE", 0.3, box),
    ]
    (finding,) = FaceDetector().inspect(subject)
    assert finding.message == "It may show 2 faces."
    assert finding.box == box and finding.severity == "hold"


def test_boxes_are_shares_of_the_picture(db):
    subject = Subject(make_picture(200, 100), make_render())
    part = people._part(
        {"class": "FACE_MALE", "score": np.float32(0.7), "box": [20, 10, 40, 50]}, 200, 100
    )
    assert part.box == (0.1, 0.1, 0.2, 0.5)
    assert people.parts_of_bodies(subject) is people.parts_of_bodies(subject)
