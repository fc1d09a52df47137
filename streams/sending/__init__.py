"""Alerts on their way to people: destinations, messages, webhooks, tries and what becomes of those that fail."""
