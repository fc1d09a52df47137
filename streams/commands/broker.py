"""``khabar broker``: an Apache Kafka on this machine, for trying out and for tests."""

from pathlib import Path

import click

from streams.commands.options import load_settings


@click.command("broker")
@click.option("--port", type=click.IntRange(1, 65535), default=9092, show_default=True, help="On 127.0.0.1.")
@click.option(
    "--data",
    "data_dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder to keep the records in; without it they are gone at the end.",
)
@click.option("--create-topics/--no-create-topics", default=True, show_default=True, help="Create Khabar's topics.")
def command(*, port: int, data_dir: Path | None, create_topics: bool) -> None:
    """Run an Apache Kafka broker on this machine until Ctrl-C. Needs khabar[local]; the first start downloads Kafka.

    It listens on 127.0.0.1 only, without encryption or password.
    """
    import asyncio  # noqa: PLC0415  # not needed for --help
    import signal  # noqa: PLC0415  # as above
    from threading import Event  # noqa: PLC0415  # as above

    from streams.kafka import admin  # noqa: PLC0415  # as above
    from streams.kafka.broker import LocalBroker  # noqa: PLC0415  # as above

    ended = Event()
    with LocalBroker(data_dir, port=port, say=lambda line: click.echo(line, err=True)) as broker:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: ended.set())
        if create_topics:
            asyncio.run(admin.create_topics(load_settings(bootstrap_servers=broker.bootstrap_servers)))
        click.echo(f"Kafka listens at {broker.bootstrap_servers}; Ctrl-C ends it")
        while not ended.wait(1):
            if broker.pid is None:
                raise click.ClickException(f"Kafka died; see {broker.log_file}")
