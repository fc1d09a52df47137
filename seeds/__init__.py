"""Seed articles and feed addresses: what the demo shows and what tests replay."""
