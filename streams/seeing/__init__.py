"""Seeing: what a process counts and measures, whether it gets on, and the port on which it says so."""

from streams.seeing.meters import Meters
from streams.seeing.progress import Progress, Where
from streams.seeing.sight import Sight

__all__ = ["Meters", "Progress", "Sight", "Where"]
