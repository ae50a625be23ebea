"""Commands about conversations, merchants and staff."""

import click
from flask.cli import AppGroup

from bot.cli.workshop import Workshop, said_plainly, show_json
from bot.services import staff
from bot.services.funnel import funnel

ROLES = ("operator", "auditor", "admin")


def conversations_commands(workshop: Workshop) -> AppGroup:
    """Return the commands."""
    group = AppGroup("conversations", help="Conversations.")

    @group.command("show")
    @click.argument("user_key")
    def show(user_key: str) -> None:
        """Print what is remembered of the talk with USER_KEY, as JSON."""
        show_json(workshop.inspector.conversation(user_key))

    @group.command("funnel")
    @click.argument("flow")
    def print_funnel(flow: str) -> None:
        """Print where people stop in FLOW."""
        with workshop.deps.database.reading() as session:
            steps = funnel(session, flow)
        click.echo(f"{'question':<24}{'asked':>8}{'answered':>10}{'failed':>8}{'stopped':>9}")
        for step in steps:
            line = f"{step.step:<24}{step.asked:>8}{step.answered:>10}{step.failed:>8}"
            click.echo(f"{line}{step.stopped_here:>9}")

    return group


def merchants_commands(workshop: Workshop) -> AppGroup:
    """Return the commands."""
    group = AppGroup("merchants", help="Merchants.")

    @group.command("show")
    @click.argument("user_key")
    def show(user_key: str) -> None:
        """Print what USER_KEY has registered, as JSON."""
        show_json(workshop.inspector.merchant(user_key))

    return group


def staff_commands(workshop: Workshop) -> AppGroup:
    """Return the commands."""
    group = AppGroup("staff", help="People who may use the console.")

    @group.command("add")
    @click.argument("login")
    @click.option("--name", required=True)
    @click.option("--role", type=click.Choice(ROLES), default="operator")
    @click.password_option()
    def add(login: str, name: str, role: str, password: str) -> None:
        """Give LOGIN access to the console."""

        def store() -> None:
            with workshop.deps.database.transaction() as session:
                now = workshop.deps.clock.now()
                staff.add_staff(session, login, name, role, password, now=now)

        said_plainly(store)
        click.echo(f"{login} may sign in at /console")

    @group.command("market")
    @click.argument("login")
    @click.argument("market_id", type=int, required=False)
    def market(login: str, market_id: int | None) -> None:
        """Let LOGIN see the payments of MARKET_ID alone; of every market without one."""

        def store() -> None:
            with workshop.deps.database.transaction() as session:
                staff.set_market(session, login, market_id, now=workshop.deps.clock.now())

        said_plainly(store)
        click.echo(f"{login} sees {'every market' if market_id is None else f'market {market_id}'}")

    return group
