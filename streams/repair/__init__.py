"""Repairing: dead letters that go back, and stages that run again over what is retained."""
