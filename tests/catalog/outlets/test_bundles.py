"""Bundles: what goes in, what is held and why, and that it may be made twice and beside itself."""

import csv
import hashlib
import io
import json
import threading
import zipfile

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone
from PIL import Image

from catalog.models import Grant, Order, OrderLine, OutletExport, OutletItem, SignedFile
from catalog.outlets import outlet_of
from catalog.outlets.likeness import TOO_LIKE, Seen, twins
from catalog.services import outlets
from catalog.services.outlets import (
    discard_export,
    licensed_elsewhere,
    make_export,
    open_bundle,
    ring_stopped,
    start_export,
    undone,
)
from catalog.services.pricing import price_of
from catalog.services.publishing import restore_artwork, withdraw_artwork
from genart.lib.errors import InvalidInput, StateConflict
from tests.catalog.outlets.adobe_checker import check
from tests.factories import (
    make_artwork,
    make_licence,
    make_picture,
    make_user,
    make_vector,
    number,
    png_bytes,
)

pytestmark = pytest.mark.django_db
State = OutletExport.State


def make_large(width_px=2000, height_px=2000, **fields):
    """Publish a small work and give it an original large enough for outlets: that is quicker."""
    picture = fields.pop("picture", None) or make_picture(200, 200, seed=number())
    data = png_bytes(picture.resize((width_px, height_px)))
    name = f"renders/large/{number()}.png"
    storages["originals"].save(name, ContentFile(data))
    stored = {"original": name, "sha256": hashlib.sha256(data).hexdigest(), "width_px": width_px,
              "height_px": height_px}  # fmt: skip
    return make_small(**stored | fields)


def make_small(**fields):
    return make_artwork(**{"price_cents": 900, "category": "abstract"} | fields)


def bundle_of(works, outlet="adobe-stock", **options):
    export = start_export(outlet=outlet, artwork_ids=[work.pk for work in works], **options)
    return make_export(export_id=export.pk)


def opened(export):
    with open_bundle(export=export) as file:
        return file.read()


def reasons(export):
    return {item.artwork_id: " ".join(item.reasons) for item in export.items.all() if item.reasons}


def test_a_bundle_for_adobe_passes_its_checker():
    works = [make_large() for _ in range(3)]
    small = make_small()
    export = bundle_of([*works, small])
    assert export.state == State.READY
    data = opened(export)
    assert hashlib.sha256(data).hexdigest() == export.sha256
    assert check(data) == []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        note = archive.read("READ-ME.txt").decode()
        [table] = [name for name in names if name.endswith(".csv")]
        rows = list(csv.DictReader(io.StringIO(archive.read(table).decode())))
    assert len(rows) == 3
    assert "Created using generative AI tools" in note
    assert "asks not to enlarge" in reasons(export)[small.pk]
    assert SignedFile.objects.filter(kind=SignedFile.Kind.EXPORT).count() == 3


def test_files_are_signed_and_say_that_a_model_made_them():
    from catalog.provenance.reading import State as Proof
    from catalog.provenance.reading import read_manifest

    work = make_small()
    export = bundle_of([work], outlet="etsy")
    with storages["originals"].open(export.items.get().file) as file:
        data = file.read()
    found = read_manifest(data, "image/jpeg")
    assert found.state == Proof.OURS
    assert found.says_generated
    assert work.render.prompt.encode() not in data


@pytest.mark.parametrize(("size", "included"), [((2000, 2000), True), ((2000, 1999), False)])
def test_four_megapixels_are_the_least_for_adobe(size, included):
    export = bundle_of([make_large(*size)])
    assert export.items.get().included is included
    assert export.state == (State.READY if included else State.FAILED)


def test_an_outlet_that_refuses_ai_holds_everything_with_its_reason():
    export = bundle_of([make_small()], outlet="shutterstock")
    assert export.state == State.FAILED
    assert "Every work is held" in export.problem
    assert "takes no AI-generated content" in " ".join(reasons(export).values())


def test_feeds_name_previews_that_carry_the_mark():
    work = make_artwork(
        render_fields={"picture": make_picture(512, 512)}, price_cents=900, category="abstract"
    )
    data = opened(bundle_of([work], outlet="google-merchant"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert sorted(archive.namelist()) == ["READ-ME.txt", "products.xml"]
        feed = archive.read("products.xml").decode()
    assert "<g:price>9.00 EUR</g:price>" in feed
    assert f"{work.get_absolute_url()}</g:link>" in feed
    assert ".webp</g:image_link>" in feed
    again = bundle_of([work], outlet="google-merchant")
    assert again.state == State.READY  # a feed is sent whole each time


def test_a_work_without_a_price_is_held_for_google():
    export = bundle_of([make_artwork(
        render_fields={"picture": make_picture(512, 512)}, price_cents=0)],
        outlet="google-merchant")  # fmt: skip
    assert "The price “0.00 EUR” is none" in " ".join(reasons(export).values())


def test_enlarging_is_off_by_default_and_said_where_it_was_done():
    work = make_small()
    plain = bundle_of([work], outlet="etsy")
    assert plain.items.get().row["file.width"] == 64
    assert "2000 pixels are advised" in plain.items.get().row["advice"][0]
    discard_export(export=plain)
    export = bundle_of([work], outlet="etsy", upscale=True)
    item = export.items.get()
    assert item.row["file.width"] == 2000
    assert item.row["file.enlarged"] is True
    assert "Drawn at 64 × 64 pixels and enlarged" in item.row["description"]
    with storages["originals"].open(item.file) as file:
        data = file.read()
    assert "Drawn at 64 × 64 pixels".encode() in data
    assert Image.open(io.BytesIO(data)).size == (2000, 2000)


@pytest.mark.parametrize("outlet", ["adobe-stock", "google-merchant", "pinterest"])
def test_nothing_is_enlarged_for_an_outlet_that_asks_not_to(outlet):
    with pytest.raises(InvalidInput) as caught:
        start_export(outlet=outlet, artwork_ids=[make_small().pk], upscale=True)
    assert caught.value.where == "upscale"


def test_of_twins_the_weaker_stays_with_the_name_of_the_other():
    vector = make_vector(5)
    strong = make_small(quality=0.9, approval_fields={"embedding": vector})
    weak = make_small(quality=0.4, approval_fields={"embedding": vector})
    export = bundle_of([weak, strong], outlet="etsy")
    assert [item.artwork for item in export.items.filter(included=True)] == [strong]
    assert reasons(export) == {weak.pk: f"Too like “{strong.title}”, which is in this bundle."}


def test_the_same_picture_is_found_by_its_look_where_vectors_differ():
    picture = make_picture(256, 256, seed=7)
    first = make_small(quality=0.9)
    again = make_small(render_fields={"picture": picture}, quality=0.8)
    copy = make_small(render_fields={"picture": picture.resize((200, 200))}, quality=0.2)
    export = bundle_of([first, again, copy], outlet="etsy")
    assert reasons(export) == {copy.pk: f"Too like “{again.title}”, which is in this bundle."}


def test_what_went_there_before_counts_until_it_is_thrown_away():
    vector = make_vector(6)
    work = make_small(approval_fields={"embedding": vector})
    twin = make_small(approval_fields={"embedding": vector})
    first = bundle_of([work], outlet="etsy")
    assert first.state == State.READY
    second = bundle_of([work, twin], outlet="etsy")
    assert second.state == State.FAILED
    assert reasons(second)[work.pk].startswith("It went there on ")
    assert reasons(second)[twin.pk].startswith(f"Too like “{work.title}”, which went there on ")
    elsewhere = bundle_of([twin], outlet="google-merchant")
    assert elsewhere.state == State.FAILED  # a preview of 64 pixels
    elsewhere = bundle_of([twin], outlet="pinterest")
    assert elsewhere.state == State.READY
    file = first.file
    discard_export(export=first)
    assert not storages["originals"].exists(file)
    assert bundle_of([work], outlet="etsy").state == State.READY


def test_withdrawn_works_never_leave():
    work, other = make_small(), make_small()
    withdraw_artwork(render_id=work.render_id, reason="Rights are unclear.", by="shop")
    export = bundle_of([work, other], outlet="etsy")
    assert reasons(export) == {work.pk: "It is withdrawn: Rights are unclear."}
    assert open_bundle(export=export)
    withdraw_artwork(render_id=other.render_id, reason="Rights are unclear.", by="shop")
    with pytest.raises(StateConflict, match="Make the bundle anew"):
        open_bundle(export=export)


def sell(work, *, paid=True):
    licence = make_licence("exclusive", is_exclusive=True)
    now = timezone.now()
    order = Order.objects.create(
        email="a@example.com", state="paid" if paid else "pending", total_cents=100, net_cents=100,
        currency="EUR", gateway="test", paid_at=now if paid else None,
        expires_at=now + timezone.timedelta(hours=1),
    )  # fmt: skip
    line = OrderLine.objects.create(order=order, artwork=work, licence=licence, price_cents=100)
    if paid:
        Grant.objects.create(artwork=work, licence=licence, order_line=line)


@pytest.mark.parametrize(
    ("paid", "said"),
    [(True, "It was sold exclusively."), (False, "Somebody is buying it exclusively just now.")],
)
def test_exclusively_sold_works_never_leave(paid, said):
    work = make_small()
    sell(work, paid=paid)
    assert list(reasons(bundle_of([work], outlet="etsy")).values()) == [said]
    withdraw_artwork(render_id=work.render_id, reason="Sold.", by="buyer")
    assert restore_artwork(artwork_id=work.pk) is not paid  # an exclusive one stays down


def test_a_work_sold_while_the_bundle_is_packed_stays():
    work, other = make_small(), make_small()
    export = start_export(outlet="etsy", artwork_ids=[work.pk, other.pk])
    while outlets._prepare_next(export):
        pass
    sell(work)
    make_export(export_id=export.pk)
    assert reasons(export) == {work.pk: "It was sold exclusively."}


def test_a_work_that_others_license_is_not_sold_exclusively():
    work = make_small()
    exclusive = make_licence("exclusive", 50_000, is_exclusive=True)
    bundle_of([work], outlet="pinterest")
    assert not licensed_elsewhere(work.pk)
    assert price_of(work, exclusive) == 50_000
    export = bundle_of([work], outlet="etsy")
    assert licensed_elsewhere(work.pk)
    assert price_of(work, exclusive) is None
    discard_export(export=export)
    assert price_of(work, exclusive) == 50_000


def test_a_stopped_export_goes_on_and_a_repeated_one_changes_nothing():
    works = [make_small() for _ in range(2)]
    export = start_export(outlet="etsy", artwork_ids=[work.pk for work in works])
    assert outlets._prepare_next(export)
    assert undone(export).count() == 1
    first = export.items.exclude(file="").get()
    made = make_export(export_id=export.pk)
    assert made.state == State.READY
    again = make_export(export_id=export.pk)
    assert (again.sha256, again.ready_at) == (made.sha256, made.ready_at)
    assert export.items.get(pk=first.pk).file == first.file


def test_starting_the_same_twice_begins_one():
    work = make_small()
    first = start_export(outlet="etsy", artwork_ids=[work.pk])
    assert start_export(outlet="etsy", artwork_ids=[work.pk, work.pk]) == first
    assert start_export(outlet="etsy", artwork_ids=[work.pk], upscale=True) != first


def test_lost_messages_are_rung_again():
    start_export(outlet="etsy", artwork_ids=[make_small().pk])
    bundle_of([make_small()], outlet="etsy")
    assert ring_stopped() == 1


def test_choosing_nothing_or_too_much_is_refused(monkeypatch):
    with pytest.raises(InvalidInput, match="at least one"):
        start_export(outlet="etsy", artwork_ids=[])
    monkeypatch.setattr(outlets, "MOST_WORKS", 1)
    with pytest.raises(InvalidInput, match="at most 1"):
        start_export(outlet="etsy", artwork_ids=[make_small().pk, make_small().pk])


def test_a_broken_file_holds_its_work_alone():
    work, other = make_small(), make_small()
    storages["originals"].delete(work.original)
    export = bundle_of([work, other], outlet="etsy")
    assert export.items.filter(included=True).count() == 1
    assert reasons(export)[work.pk].endswith("Held.")


def test_a_full_table_holds_the_rest(monkeypatch):
    from dataclasses import replace

    works = [make_small() for _ in range(4)]
    tight = replace(outlet_of("etsy"), most_table_bytes=900)
    monkeypatch.setitem(outlets.outlet_of.__globals__["OUTLETS"], "etsy", tight)
    export = bundle_of(works, outlet="etsy")
    held = reasons(export)
    assert 0 < len(held) < 4
    assert set(held.values()) == {"The table is full: send it in another bundle."}


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_an_export_and_pack_it_once():
    works = [make_small() for _ in range(6)]
    export = start_export(outlet="etsy", artwork_ids=[work.pk for work in works])
    errors = []

    def work_on():
        try:
            make_export(export_id=export.pk)
        except BaseException as error:  # shown in the main thread
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work_on) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    make_export(export_id=export.pk)  # whoever came last saw items in other hands
    export.refresh_from_db()
    assert not errors
    assert export.state == State.READY
    assert export.items.filter(included=True).count() == 6
    assert OutletItem.objects.count() == 6


def test_the_command_writes_the_bundle_and_tells_what_is_held(tmp_path, capsys):
    make_large()
    small = make_small()
    target = tmp_path / "adobe.zip"
    call_command("export_outlet", "adobe-stock", "--all", "--out", str(target))
    said = capsys.readouterr().out
    assert check(target.read_bytes()) == []
    assert "1 of 2 works" in said
    assert small.title in said
    with pytest.raises(CommandError, match="Every work is held"):
        call_command("export_outlet", "getty-images", "--all", "--out", str(target))
    with pytest.raises(CommandError, match="Choose one of"):
        call_command("export_outlet", "ebay", "--all", "--out", str(target))


def test_cosines_are_compared_at_their_boundary():
    first = np.zeros(len(make_vector(1)))
    first[0] = 1.0
    for cosine, alike in ((TOO_LIKE + 0.001, True), (TOO_LIKE - 0.001, False)):
        other = np.zeros_like(first)
        other[0], other[1] = cosine, (1 - cosine**2) ** 0.5
        a = Seen("a", "A", first.tolist(), "", "which is in this bundle")
        b = Seen("b", "B", other.tolist(), "", "which is in this bundle")
        assert (list(twins([a, b], [])) == ["b"]) is alike


def test_rows_are_plain_json():
    export = bundle_of([make_small()], outlet="etsy")
    assert json.loads(json.dumps(export.items.get().row))["type"] == "download"
    assert make_user()  # nobody is needed to make one
