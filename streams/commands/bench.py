"""``khabar bench``: how fast it is on this machine."""

import click


@click.command("bench")
@click.option("--articles", default=2000, show_default=True, type=click.IntRange(200), help="For the throughput.")
@click.option("--processes", "-n", default=1, show_default=True, type=click.IntRange(1, 64), help="Of each stage.")
@click.option("--json", "as_json", is_flag=True, help="The figures as one JSON object on standard output.")
def command(*, articles: int, processes: int, as_json: bool) -> None:
    """Measure the whole path on this machine, with the seed articles, an embedded Kafka and real workers.

    Broker, feeder, workers and reader share the machine. Needs khabar[local].
    """
    from rich.console import Console  # noqa: PLC0415  # not needed for --help
    from rich.progress import Progress  # noqa: PLC0415  # as above

    from streams.bench import bench  # noqa: PLC0415  # as above
    from streams.together import run  # noqa: PLC0415  # as above

    console = Console(stderr=True, highlight=False)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("articles", total=None)
        figures = run(
            bench(
                articles,
                processes,
                lambda line: console.print(f"· {line}", style="dim"),
                lambda done, total: progress.update(task, completed=done, total=total),
            )
        )
    if as_json:
        click.echo(figures.to_json())
        return
    click.echo(f"articles/s, raw to enriched      {figures.articles_per_second:>8}")
    click.echo(f"CPU time outside the stages      {figures.cpu_outside:>8.1%}")
    click.echo(f"latency p50 / p99                {figures.latency_p50_ms:>8} / {figures.latency_p99_ms} ms")
    for name, size in figures.worker_mib.items():
        click.echo(f"memory of {name:<22} {size:>8} MiB")
