"""Training of the encoder that tags names; see scripts/train_entities.py."""
