"""Fail when a test that needs the real broker was skipped, or when there was none: no_skips.py JUNIT.xml."""

import sys
from xml.etree import ElementTree as ET

cases = list(ET.parse(sys.argv[1]).iter("testcase"))  # noqa: S314  # pytest wrote it
kafka = [case for case in cases if case.get("classname", "").startswith(("tests.engine", "tests.kafka"))]
skipped = [f"{case.get('classname')}.{case.get('name')}" for case in kafka if case.find("skipped") is not None]
if not kafka or skipped:
    sys.exit(f"tests against Kafka: {len(kafka)} ran, skipped: {', '.join(skipped) or 'none'}")
print(f"{len(kafka)} tests ran against a real Kafka, none was skipped")
