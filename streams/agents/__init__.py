"""One thin Faust agent a stage. Each module has ``app(settings, folder)``."""
