"""Topics and consumer groups on the broker."""

from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from streams.kafka.client import client_options
from streams.settings import Settings
from streams.topics import TOPICS


@dataclass(frozen=True)
class Created:
    """One topic of the table after `create_topics`. ``name`` with the prefix; ``new``: it was not there before."""

    name: str
    new: bool


async def create_topics(settings: Settings) -> list[Created]:
    """Create what is absent of the topic table."""
    wanted = [
        NewTopic(
            topic.full_name(settings),
            settings.partitions,
            settings.replication_factor,
            topic_configs=topic.config(settings),
        )
        for topic in TOPICS
    ]
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        response = await admin.create_topics(wanted)
        created = []
        for name, code, message in response.topic_errors:
            if for_code(code) not in (TopicAlreadyExistsError, for_code(0)):
                raise for_code(code)(message)
            created.append(Created(name, new=code == 0))
        return created
    finally:
        await admin.close()
