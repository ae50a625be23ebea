"""Commands that run: the ticker, and everything at once for `make run`."""

import os
import signal
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from bot.cli.papers import warn_of_scanner
from bot.cli.workshop import Workshop, said_plainly
from bot.clock import KST
from bot.errors import InvalidInputError
from bot.jobs.engine import Given, JobEngine, engine_of
from bot.jobs.runner import tick
from bot.jobs.schedule import Job
from bot.services import demo
from models import migrations

THREADS = 4
GRACE_S = 10
"""How long a process may take to finish what it is doing."""


def jobs_commands(workshop: Workshop) -> AppGroup:
    """Return the commands."""
    group = AppGroup("jobs", help="What happens without a message.")

    @group.command("run")
    def run_jobs() -> None:
        """Run the engine of JOBS_ENGINE until it is told to stop; further ones do no harm."""
        warn_of_scanner(workshop.deps.settings)
        said_plainly(lambda: _engine(workshop).run())

    @group.command("tick")
    @click.option("--now", default="", help="ISO moment to take as now")
    def tick_once(now: str) -> None:
        """Run every job once and print how much each did."""
        said_plainly(lambda: _tick(workshop, now))

    return group


def _engine(workshop: Workshop) -> JobEngine:
    deps, outbox = workshop.deps, workshop.outbox
    deps.database.keep_every_commit()
    given = Given(
        jobs=workshop.jobs(outbox), outbox=outbox, clock=deps.clock, database=deps.database
    )
    return engine_of(deps.settings.jobs_engine, given)


def _tick(workshop: Workshop, now: str) -> None:
    workshop.deps.database.keep_every_commit()
    jobs: tuple[Job, ...] = workshop.jobs()
    for name, done in tick(jobs, moment(workshop, now)).items():
        click.echo(f"{name:<24}{'failed' if done is None else done}")


def moment(workshop: Workshop, text: str) -> datetime:
    """Return an ISO moment, Korean time where it names no zone; "" is the present.

    Raises:
        InvalidInputError: the text is no ISO moment.
    """
    if not text:
        return workshop.deps.clock.now()
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError(f"not an ISO moment: {text}") from error
    return read if read.tzinfo else read.replace(tzinfo=KST)


def serve_command(workshop: Workshop) -> click.Command:
    """Return the command behind `make run`."""

    @click.command("serve")
    def serve() -> None:
        """Migrate, load demo data on first start, serve with the ticker beside it."""
        said_plainly(lambda: _prepare(workshop))
        warn_of_scanner(workshop.deps.settings)
        host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
        click.echo(f"simulator  http://{host}:{port}/simulator")
        click.echo(f"console    http://{host}:{port}/console   (demo: {demo.LOGIN})")
        workshop.deps.database.dispose()
        raise SystemExit(_supervise(_commands(host, port)))

    return serve


def _prepare(workshop: Workshop) -> None:
    settings = workshop.deps.settings
    first = migrations.current(settings.database_url) is None
    workshop.prepare()
    if first and not settings.is_production:
        with workshop.deps.database.transaction() as session:
            demo.load(session, workshop.deps.clock.now())


def _commands(host: str, port: str) -> list[list[str]]:
    binaries = Path(sys.executable).parent
    # One process: the simulator moves the clock of the process that it talks to.
    gunicorn = [str(binaries / "gunicorn"), "wsgi:app", "--bind", f"{host}:{port}"]
    gunicorn += ["--worker-class", "gthread", "--threads", str(THREADS), "--log-level", "warning"]
    ticker = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "run"]
    return [gunicorn, ticker]


def _supervise(commands: list[list[str]]) -> int:
    """Run the commands side by side; when one ends, or we are told to, all end."""
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    processes = [subprocess.Popen(command) for command in commands]  # noqa: S603 -- our own
    while not over.wait(0.3):
        if any(process.poll() is not None for process in processes):
            break
    for process in processes:
        process.terminate()
    codes = [_ended(process) for process in processes]
    return 0 if over.is_set() else max(codes)


def _ended(process: "subprocess.Popen[bytes]") -> int:
    try:
        return process.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
