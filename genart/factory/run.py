"""The course of a factory, from the lock on its data folder to the end of its last process."""

import logging
import signal
import time
import urllib.error
import urllib.request
from types import FrameType

from django.conf import settings
from django.db import connection

from genart.accounts.models import User
from genart.factory import first_series, parts, people, prepare
from genart.factory.lock import FactoryLock
from genart.factory.supervisor import Supervisor
from genart.lib.redaction import Redaction
from genart.lib.terminal import Terminal
from genart.observability import logs

TICK_SECONDS = 0.2
WEB_SECONDS = 60.0


class Factory:
    """One run of every process of genart on this machine.

    Args:
        terminal: where to tell people what happens.
    """

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.lock = FactoryLock(settings.DATA_DIR)
        self.supervisor = Supervisor(self._report)
        self.stopping = False
        self.accounts: list[people.Account] = []

    def run(self) -> None:
        """Start everything, keep it alive until Ctrl-C or SIGTERM, and end it in order.

        Raises:
            GenartError: it cannot start; whatever was started is stopped again.
        """
        self.lock.take()
        try:
            self._heed_signals()
            log_to_file()
            self._start()
            self._supervise()
        finally:
            self._end()

    def _start(self) -> None:
        """Bring up servers, database content and processes, in the order of their needs."""
        steps = [
            ("looking around", prepare.require_checks),
            ("looking around", prepare.require_port),
            ("starting the servers", self._start_servers),
            ("updating the database", prepare.migrate),
            ("gathering static files", prepare.collect_static),
            ("loading defaults", prepare.load_defaults),
            ("greeting everyone", self._greet),
            ("opening the doors", self._open_doors),
        ]
        for text, step in steps:
            if self.stopping:
                return
            self.terminal.fleeting(f"  {text} …")
            step()
        self.terminal.clear()
        if not self.stopping:
            self._announce()
            for child in [*parts.workers(), parts.scheduler()]:
                self.supervisor.start(child)

    def _start_servers(self) -> None:
        """Start the embedded servers beside each other, then wait for both."""
        servers = parts.servers()
        children = [self.supervisor.start(parts.server_child(server)) for server in servers]
        for server, child in zip(servers, children, strict=True):
            assert child.process is not None  # noqa: S101  (just started)
            server.wait_ready(child.process)

    def _greet(self) -> None:
        """Make the demo accounts and, in an empty shop, ask for the first series."""
        if settings.DEVELOPMENT:
            self.accounts = people.demo_accounts()
            first_series.commission_first_series(User.objects.get(username="curator"))

    def _open_doors(self) -> None:
        """Start the web process, alone at first, so that the address is soon there."""
        self.supervisor.start(parts.web())
        deadline = time.monotonic() + WEB_SECONDS
        while not self.stopping and not web_answers():
            if time.monotonic() > deadline:
                raise prepare.NotReady(
                    f"The web process does not answer; see {parts.LOG_DIR / 'web.log'}."
                )
            self.supervisor.tick()
            time.sleep(0.05)

    def _supervise(self) -> None:
        """Look after the processes, and tell how the first series goes, until asked to stop."""
        watch = None
        if settings.DEVELOPMENT and not self.stopping:
            watch = first_series.Watch()
        if watch and watch.progress.finished:
            watch = None
        if watch:
            self.terminal.line("  The first series is being made; the shop fills as you watch.")
        next_look = 0.0
        while not self.stopping:
            self.supervisor.tick()
            if watch and time.monotonic() >= next_look:
                watch = self._follow(watch)
                next_look = time.monotonic() + 1
            time.sleep(TICK_SECONDS)

    def _follow(self, watch: first_series.Watch) -> first_series.Watch | None:
        """Show how far the first series is; return None when it is finished."""
        try:
            text = watch.look()
        except Exception as error:  # the database may be restarting
            logging.getLogger(__name__).warning("Cannot look at the first series: %s", error)
            connection.close()
            return watch
        if not watch.progress.finished:
            self.terminal.bottom(text)
            return watch
        self._tell_result(watch.progress)
        return None

    def _tell_result(self, made: first_series.Progress) -> None:
        """Print what became of the first series, and where to see it."""
        line, site = self.terminal.line, settings.SITE_URL
        self.terminal.clear()
        line(f"  {self.terminal.strong('The first series is made:')} {made}")
        line()
        line(f"  look      {site}/")
        if made.review:
            line(f"  decide    {site}/review/")
        line(f"  retrace   {site}/studio/")
        line()

    def _announce(self) -> None:
        """Print where to go and who can sign in."""
        line, strong, faint = self.terminal.line, self.terminal.strong, self.terminal.faint
        site = settings.SITE_URL
        line()
        line(f"  {strong(settings.SITE_NAME)} is open at {strong(site + '/')}")
        line()
        for name, path in (("studio", "studio/"), ("review", "review/"), ("admin", "admin/")):
            line(f"  {name:<9} {site}/{path}")
        line()
        for account in self.accounts:
            password = faint("(changed by you)") if account.changed else account.password
            line(f"  {account.username:<9} {password}")
        if self.accounts:
            line(faint("  These demo accounts exist in development mode only."))
        line(faint(f"  Ctrl-C or `make stop` ends everything. Logs: {parts.LOG_DIR}"))
        line()

    def _end(self) -> None:
        """Stop every process and free the data folder."""
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
        if self.supervisor.children:
            self.terminal.fleeting("  stopping …")
        self.supervisor.stop()
        self.terminal.clear()
        self.lock.free()

    def _heed_signals(self) -> None:
        """End in order when asked to, also when the terminal is closed (unless under nohup)."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._stop)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        """Ask the loops to end."""
        self.stopping = True

    def _report(self, text: str) -> None:
        """Tell the person at the terminal, and the log, what happened to a process."""
        logging.getLogger(__name__).warning(text)
        if not self.stopping:
            self.terminal.line(f"  {text}")


def web_answers() -> bool:
    """Tell whether the web process serves."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.HOST, settings.HOST)  # noqa: S104
    try:
        with urllib.request.urlopen(f"http://{host}:{settings.PORT}/healthz", timeout=2):
            return True
    except urllib.error.HTTPError:
        return True  # it answers, if only to a host that it serves
    except OSError:
        return False


def log_to_file() -> None:
    """Send this process's log lines to a file: the terminal is for people."""
    parts.LOG_DIR.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(parts.LOG_DIR / "factory.log", encoding="utf-8")
    handler.setFormatter(logs.JsonLines())
    handler.addFilter(Redaction())
    logging.getLogger().handlers = [handler]
    logging.captureWarnings(True)
