"""Commands about talking: flows, understanding, a chat in the terminal."""

from collections.abc import Mapping

import click
from flask import Flask
from flask.cli import AppGroup

from bot.cli.serve import moment
from bot.cli.workshop import Workshop, said_plainly
from bot.clock import AdjustableClock
from bot.dialogue.diagram import as_mermaid
from bot.nlu.explain import explain
from bot.nlu.result import FREE, Context
from bot.simulator.terminal import Bench, chat


def flows_commands(workshop: Workshop) -> AppGroup:
    """Return the commands."""
    group = AppGroup("flows", help="What the bot can talk about.")

    @group.command("graph")
    @click.argument("name")
    def graph(name: str) -> None:
        """Print the questions of flow NAME as a Mermaid diagram."""
        flow = workshop.registry.get(name)
        if flow is None:
            raise click.ClickException(f"there is no flow named {name}")
        click.echo(as_mermaid(flow))

    return group


def nlu_commands(workshop: Workshop) -> AppGroup:
    """Return the commands."""
    group = AppGroup("nlu", help="Understanding of Korean text.")

    @group.command("explain")
    @click.argument("text")
    @click.option("--asked", default=FREE, help="key of the open question")
    @click.option("--now", default="", help="ISO moment to take as now")
    def explain_text(text: str, asked: str, now: str) -> None:
        """Print what TEXT was taken for, by which layer, and the runner-up."""
        click.echo(explain(text, Context(now=moment(workshop, now), asked=asked)))

    return group


def chat_command(app: Flask, workshop: Workshop) -> click.Command:
    """Return the command."""

    @click.command("chat")
    @click.option("--user", default="terminal", help="user key to talk as")
    def talk(user: str) -> None:
        """Talk to the bot in the terminal, through the real webhook."""
        said_plainly(workshop.prepare)
        client = app.test_client()
        secret = workshop.deps.settings.kakao_skill_secret.split(",")[0].strip()

        def post(body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
            sent = {**headers, "X-Skill-Secret": secret}
            answer = client.post("/kakao/skill", data=body, headers=sent)
            return answer.status_code, answer.data

        chat(post, user, bench=_bench(workshop))

    return talk


def _bench(workshop: Workshop) -> Bench:
    settings, clock = workshop.deps.settings, workshop.deps.clock
    return Bench(
        bot_id=next(iter(settings.kakao_bot_ids), ""),
        block_id=settings.kakao_block_id,
        inspect=workshop.inspector.both,
        passage=workshop.passage(clock) if isinstance(clock, AdjustableClock) else None,
        arrived=workshop.arrived,
        now=clock.now,
    )
