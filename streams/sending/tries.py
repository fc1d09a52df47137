"""When a delivery is tried again, and when it is given up."""

from streams.errors import DeliveryFault

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
LONGEST_WISH = 600.0
"""What a destination may ask us to wait, in seconds."""

_PASSING = {408, 425, 429}


def pause(tries: int, retry_after: float | None) -> float:
    """Seconds to wait after so many tries: doubled each time, and as long as the destination asks for."""
    own: float = min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)
    return own if retry_after is None else max(own, min(retry_after, LONGEST_WISH))


def fault_of(status: int, retry_after: str | None) -> DeliveryFault | None:
    """What an HTTP status means: None where the alert was taken.

    What the server suffers from, and what asks for patience, passes; any other refusal, and a redirection, does not.
    """
    if 200 <= status < 300:  # noqa: PLR2004  # as in RFC 9110
        return None
    passing = status >= 500 or status in _PASSING  # noqa: PLR2004  # as above
    seconds = float(retry_after) if retry_after is not None and retry_after.isdecimal() else None
    return DeliveryFault(f"status {status}", lasting=not passing, retry_after=seconds)
