"""The command line ``khabar``. Each command is a module here, imported only when it runs or shows its help.

Such a module holds one click command named ``command``; its one-line help stands in ``COMMANDS``.
"""

import difflib
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from streams import __version__
from streams.errors import AuthenticationRefused, BrokerUnreachable, KhabarError, UsageError
from streams.outlets.text import one_line

OK, INCOMPLETE, USAGE, UNREACHABLE, REFUSED, INTERRUPTED, READER_GONE, TERMINATED = 0, 1, 2, 69, 77, 130, 141, 143

EXIT_CODES: dict[type[KhabarError], int] = {
    BrokerUnreachable: UNREACHABLE,
    AuthenticationRefused: REFUSED,
    UsageError: USAGE,
}
"""The errors with an exit code of their own; every other KhabarError is 1."""

COMMANDS = {
    "demo": "Run everything here: a broker, the workers, the seed articles and a live view.",
    "enrich": "Turn pages or records into enriched records, without Kafka.",
    "subscribe": "Show the records of a topic as they come.",
    "feed": "Fetch feeds and put their articles on the raw topic.",
    "worker": "Run the stages over their topics.",
    "rules": "Check alert rules, try their examples, see what they would have found.",
    "deliver": "Send alerts: mail, chat, webhooks.",
    "sources": "Learn which lines recur in a source's articles.",
    "topics": "List the topics, or create them.",
    "trace": "Show one article's way through the topics.",
    "dead-letters": "Look at dead letters, send them back, or be done with them.",
    "reprocess": "Run the stages again over retained events.",
    "broker": "Run an Apache Kafka broker on this machine.",
    "schemas": "Write the JSON Schemas of the records.",
    "asyncapi": "Write the AsyncAPI document of the topics.",
    "bench": "Measure the whole path, from raw to enriched.",
}

EPILOG = """\b
Exit codes:
  0    all went well
  1    some records failed, an expectation was not met, or the machine is at fault
  2    wrong usage or a bad setting
  65   a stage gave up, as most of its records were dead letters (worker)
  69   no broker answers
  75   work was left undone, and will be done again (worker)
  77   the broker refused the credentials
  130  interrupted
  141  the reader of the output went away
  143  ended by SIGTERM (enrich)

\b
Settings are environment variables KHABAR_<NAME>, also read from the file .env.
"""


class CommandLine(click.Group):
    """The root command: imports a subcommand when it is needed, and turns every error into one line and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """The names, in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # as above
        """Import the command, or None when there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"streams.commands.{cmd_name.replace('-', '_')}").command
        assert isinstance(command, click.Command)  # noqa: S101  # tells the type
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, and a name that is nearly right is told."""
        near = difflib.get_close_matches(args[0], COMMANDS, n=1)
        if args[0] not in COMMANDS and not args[0].startswith("-") and near:
            raise click.UsageError(f"no command {args[0]!r}; did you mean {near[0]!r}?", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # as above
        """The list of commands, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand. That nobody reads its output any more is no error to talk about."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # What is still buffered would raise again when the interpreter closes standard output.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(READER_GONE)
        except KeyboardInterrupt:
            click.echo("khabar: interrupted", err=True)
            ctx.exit(INTERRUPTED)
        return result

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = "khabar", **extra: Any) -> Any:  # type: ignore[override]  # click's overloads add nothing here
        """Run the command line and exit with one of the codes of the epilog."""
        extra["standalone_mode"] = False
        try:
            result = super().main(args, prog_name, **extra)
        except Exception as error:
            code = explain(error)
            if code is None:
                raise
            sys.exit(code)
        sys.exit(result if isinstance(result, int) else OK)


def explain(error: Exception) -> int | None:
    """Write an expected error as one line to standard error.

    Returns the exit code, or None for an error that is a bug of ours and deserves its traceback.
    """
    message = str(error)
    match error:
        case click.exceptions.NoArgsIsHelpError():
            click.echo(message, err=True)
            return USAGE
        case click.Abort():
            return INTERRUPTED
        case click.ClickException():
            code, message = USAGE, error.format_message()
            if isinstance(error, click.UsageError) and error.ctx is not None:
                end = "" if message.endswith(("?", ".")) else "."
                message = f"{message}{end} See '{error.ctx.command_path} --help'."
        case KhabarError():
            code = next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), INCOMPLETE)
        case OSError():
            code = INCOMPLETE
            message = f"{error.filename}: {error.strerror}" if error.filename else (error.strerror or message)
        case _:
            return None
    click.echo(f"khabar: {one_line(message)}", err=True)
    return code


@click.command(cls=CommandLine, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="khabar", message="%(prog)s %(version)s")
def main() -> None:
    """Turn live news streams into structured records over Kafka. Arabic first."""
