"""Everything that talks to Kafka outside the stages: the embedded broker, the clients' options, the topics."""
