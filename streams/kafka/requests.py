"""Two requests of Kafka's protocol that aiokafka has not got, in the oldest version that brokers still take."""

from typing import ClassVar

from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Int8, Int16, Int32, Int64, Schema, String


class IncrementalAlterConfigsResponseV0(Response):  # type: ignore[misc]  # aiokafka has no types
    """Per resource: did it work."""

    API_KEY = 44
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "resources",
            Array(
                ("error_code", Int16),
                ("error_message", String("utf-8")),
                ("resource_type", Int8),
                ("resource_name", String("utf-8")),
            ),
        ),
    )


class IncrementalAlterConfigsRequestV0(RequestStruct):  # type: ignore[misc]  # aiokafka has no types
    """Sets single entries of a configuration; aiokafka's AlterConfigs resets all the others."""

    API_KEY = 44
    API_VERSION = 0
    RESPONSE_TYPE = IncrementalAlterConfigsResponseV0
    SCHEMA = Schema(
        (
            "resources",
            Array(
                ("resource_type", Int8),
                ("resource_name", String("utf-8")),
                (
                    "configs",
                    Array(("name", String("utf-8")), ("operation", Int8), ("value", String("utf-8"))),
                ),
            ),
        ),
        ("validate_only", Boolean),
    )


class SetTopicConfigs(Request[IncrementalAlterConfigsRequestV0]):  # type: ignore[misc]  # aiokafka has no types
    """configs: topic → entry → value. Entries that are not named stay as they are."""

    API_KEY = 44
    TOPIC: ClassVar[int] = 2
    SET: ClassVar[int] = 0

    def __init__(self, configs: dict[str, dict[str, str]]) -> None:
        self.configs = configs

    def build(self, request_struct_class: type[IncrementalAlterConfigsRequestV0]) -> IncrementalAlterConfigsRequestV0:
        """Return what goes on the wire."""
        resources = [
            (self.TOPIC, topic, [(name, self.SET, value) for name, value in entries.items()])
            for topic, entries in self.configs.items()
        ]
        return request_struct_class(resources, False)


class DescribeLogDirsResponseV1(Response):  # type: ignore[misc]  # aiokafka has no types
    """Per data folder of one broker: what it holds."""

    API_KEY = 35
    API_VERSION = 1
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "results",
            Array(
                ("error_code", Int16),
                ("log_dir", String("utf-8")),
                (
                    "topics",
                    Array(
                        ("name", String("utf-8")),
                        (
                            "partitions",
                            Array(
                                ("partition", Int32),
                                ("size", Int64),
                                ("offset_lag", Int64),
                                ("is_future", Boolean),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    )


class DescribeLogDirsRequestV1(RequestStruct):  # type: ignore[misc]  # aiokafka has no types
    """What one broker keeps on its disks."""

    API_KEY = 35
    API_VERSION = 1
    RESPONSE_TYPE = DescribeLogDirsResponseV1
    SCHEMA = Schema(("topics", Array(("topic", String("utf-8")), ("partitions", Array(Int32)))))


class DescribeLogDirs(Request[DescribeLogDirsRequestV1]):  # type: ignore[misc]  # aiokafka has no types
    """partitions: topic → number of its partitions."""

    API_KEY = 35

    def __init__(self, partitions: dict[str, int]) -> None:
        self.partitions = partitions

    def build(self, request_struct_class: type[DescribeLogDirsRequestV1]) -> DescribeLogDirsRequestV1:
        """Return what goes on the wire."""
        return request_struct_class([(topic, list(range(count))) for topic, count in self.partitions.items()])
