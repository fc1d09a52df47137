"""Khabar: news streams in, structured records out, over Kafka.

Data flows one way: feeds → raw → clean → extract → enriched → outlets. See ``docs/architecture.md``.
"""

__version__ = "0.1.0"
