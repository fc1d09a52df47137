"""What lies on a topic, with aiokafka's consumer alone."""

from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition


async def read(way: dict[str, Any], topic: str, fetch_bytes: int) -> list[Any]:
    """All committed records up to the present end, by partition and offset.

    way: a client's options to the brokers. fetch_bytes: the most of one partition at once.
    """
    consumer = AIOKafkaConsumer(
        **way,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        enable_auto_commit=False,
        max_partition_fetch_bytes=fetch_bytes,
    )
    try:
        await consumer.start()
        await consumer._client.force_metadata_update()  # a topic that is new is not known at once
        parts = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]
        consumer.assign(parts)
        ends = await consumer.end_offsets(parts)
        records: list[Any] = []
        while any([await consumer.position(part) < end for part, end in ends.items()]):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                records += batch
    finally:
        await consumer.stop()
    return sorted(records, key=lambda record: (record.partition, record.offset))
