"""What the factory does before its processes start: accounts, port, static files, first series."""

import json
import socket

import pytest

from genart.accounts.models import User
from genart.factory import first_series, people, prepare
from genart.factory.first_series import Progress
from genart.lib.terminal import Terminal, bar
from generation.models import Job
from generation.spec import parse_spec
from generation.sweeps import expand


@pytest.fixture
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.mark.django_db
def test_demo_accounts_are_made_once(data_dir):
    first = people.demo_accounts()
    assert [account.username for account in first] == ["admin", "curator", "buyer"]
    assert people.demo_accounts() == first
    assert (data_dir / "accounts.json").stat().st_mode & 0o777 == 0o600
    for account in first:
        assert User.objects.get(username=account.username).check_password(account.password)


@pytest.mark.django_db
def test_demo_accounts_may_do_what_their_role_may(data_dir):
    prepare.ensure_roles()
    people.demo_accounts()
    admin, curator, buyer = (User.objects.get(username=name) for name in people.ROLES)
    assert admin.is_superuser
    assert admin.is_staff
    assert curator.has_perms(["generation.add_job", "curation.review"])
    assert not curator.is_staff
    assert not buyer.get_all_permissions()


@pytest.mark.django_db
def test_a_password_chosen_by_its_owner_is_not_printed_over(data_dir):
    people.demo_accounts()
    user = User.objects.get(username="admin")
    user.set_password("chosen by its owner")
    user.save()
    admin, curator, _buyer = people.demo_accounts()
    assert admin.changed
    assert not curator.changed
    assert User.objects.get(username="admin").check_password("chosen by its owner")


@pytest.mark.django_db
@pytest.mark.parametrize("left", ["", '[{"username": "adm', '{"a": 1}', "[1]"])
def test_a_damaged_file_of_accounts_does_not_keep_the_factory_from_starting(data_dir, left):
    people.demo_accounts()
    (data_dir / "accounts.json").write_text(left)

    accounts = people.demo_accounts()

    assert [account.username for account in accounts] == ["admin", "curator", "buyer"]
    assert all(account.changed for account in accounts)  # nobody knows their passwords any more
    assert people.demo_accounts() == accounts


def test_passwords_differ():
    passwords = {people.new_password() for _ in range(50)}
    assert len(passwords) == 50
    assert all(len(password) == 14 for password in passwords)


def test_a_port_in_use_is_refused_with_a_way_out(settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings.PORT = taken.getsockname()[1]
        with pytest.raises(prepare.NotReady, match=rf"Port {settings.PORT} .*make run PORT=8001"):
            prepare.require_port()
    prepare.require_port()


def test_static_files_are_gathered_only_when_one_changed(data_dir, settings, monkeypatch):
    source = data_dir / "source"
    source.mkdir()
    (source / "a.css").write_text("a { color: red }")
    settings.STATIC_ROOT = str(data_dir / "static")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    calls = []
    monkeypatch.setattr(prepare, "call_command", lambda *args, **kwargs: calls.append(args))
    prepare.collect_static()
    prepare.collect_static()
    assert calls == [("collectstatic",)]
    (source / "a.css").write_text("a { color: blue }")
    prepare.collect_static()
    assert len(calls) == 2


def test_the_first_series_is_large_and_varied():
    specs = [
        parse_spec(json.loads(path.read_text())) for path in sorted(first_series.SPECS.glob("*"))
    ]
    renders = [(spec, plan) for spec in specs for plan in expand(spec, limit=400)]
    assert len(renders) >= 24
    assert len({spec.style for spec in specs}) >= 6
    assert len({choice["name"] for spec in specs for choice in spec.vary["palette"]}) >= 6
    assert {spec.tier for spec in specs} == {"commodity", "premium"}


@pytest.mark.django_db
def test_the_first_series_is_commissioned_once(buyer, broker):
    prepare.load_defaults()
    made = first_series.commission_first_series(buyer)
    assert made == len(list(first_series.SPECS.glob("*.json")))
    assert first_series.commission_first_series(buyer) == 0
    assert Job.objects.count() == made
    watch = first_series.Watch()
    assert not watch.progress.finished
    assert f"0 of {watch.progress.total} rendered · 0 published" in watch.look()


def test_progress_says_what_became_of_the_renders():
    made = Progress(total=24, rendered=24, published=15, review=6, rejected=3)
    assert made.finished
    assert str(made) == "24 rendered · 15 published · 6 in review · 3 rejected"
    under_way = Progress(total=24, rendered=22, failed=1, published=15)
    assert not under_way.finished
    assert str(under_way).endswith(" · 0 rejected · 1 failed")


def test_without_a_terminal_there_are_plain_lines(capsys):
    terminal = Terminal()
    terminal.fleeting("not shown")
    terminal.bottom("1 of 2")
    terminal.bottom("1 of 2")
    terminal.bottom("2 of 2")
    terminal.line(terminal.strong("done"))
    assert capsys.readouterr().out == "1 of 2\ndone\n"


@pytest.mark.parametrize(
    ("done", "shown"),
    [(0, "·" * 20), (1, "██" + "·" * 18), (5, "█" * 10 + "·" * 10), (10, "█" * 20)],
)
def test_the_bar_fills(done, shown):
    assert bar(done, 10) == shown
