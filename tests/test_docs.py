"""What exists is documented: settings, commands, topics, error codes."""

from pathlib import Path

from prometheus_client import Counter
from prometheus_client.metrics import MetricWrapperBase

from streams.commands import COMMANDS
from streams.commands.dead_letters import command as dead_letters
from streams.commands.reprocess import command as reprocess
from streams.commands.trace import command as trace
from streams.commands.worker import STAGE_NAMES
from streams.errors import RECORD_FAULTS
from streams.pipeline import STAGES
from streams.seeing import Meters
from streams.settings import Settings
from streams.topics import TOPICS

ROOT = Path(__file__).parent.parent


def text(*names: str) -> str:
    return "\n".join((ROOT / name).read_text() for name in names)


def test_every_setting_is_documented() -> None:
    documented = text("docs/settings.md")
    assert [name for name in Settings.model_fields if f"`KHABAR_{name.upper()}`" not in documented] == []


def test_every_command_is_documented() -> None:
    documented = text("README.md")
    assert [name for name in COMMANDS if f"khabar {name}" not in documented] == []


def test_every_topic_and_its_retention_is_documented() -> None:
    documented = text("docs/records.md")
    for topic in TOPICS:
        row = next(line for line in documented.splitlines() if line.startswith(f"| `{topic.name}` |"))
        assert f"| {topic.retention_days} days |" in row


def test_every_error_code_is_documented_with_its_meaning() -> None:
    documented = text("docs/records.md")
    assert [code for code, meaning in RECORD_FAULTS.items() if f"| `{code}` | {meaning} |" not in documented] == []


def test_the_architecture_page_names_every_module() -> None:
    documented = text("docs/architecture.md")
    modules = [path for path in (ROOT / "streams").iterdir() if not path.name.startswith("__")]
    names = [f"`streams/{path.name}{'/' if path.is_dir() else ''}`" for path in modules]
    assert [name for name in names if name not in documented] == []


def test_the_worker_command_knows_every_stage() -> None:
    assert tuple(STAGES) == STAGE_NAMES


def test_every_metric_is_documented_with_its_labels_and_its_meaning() -> None:
    documented = text("docs/operations.md")
    metrics = [metric for metric in vars(Meters()).values() if isinstance(metric, MetricWrapperBase)]
    assert len(metrics) > 10
    for metric in metrics:
        name = metric._name + ("_total" if isinstance(metric, Counter) else "")
        kind, labels = type(metric).__name__.lower(), ", ".join(metric._labelnames)
        assert f"| `{name}` | {kind} | {labels} | {metric._documentation} |" in documented


def test_every_option_of_the_commands_that_repair_is_documented() -> None:
    documented = text("docs/operations.md")
    options = {
        option
        for subcommand in (*dead_letters.commands.values(), reprocess, trace)
        for parameter in subcommand.params
        for option in parameter.opts
        if option.startswith("--") and option != "--bootstrap-servers"
    }
    assert {option for option in options if option not in documented} == set()
