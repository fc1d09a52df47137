"""Which records of a partition were fetched and which are done: decides what may be committed. Pure bookkeeping."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class PartitionLedger:
    """The records of one partition in the order in which the broker gave them out.

    Every fetched record stays here until it and all before it are done, whatever happens to it on the way: a record that
    was dropped between fetch and stage holds the position back. Offsets that the broker never gave out (transaction
    markers, compacted or expired records) are no gap.
    """

    _order: deque[tuple[int, int]] = field(default_factory=deque)
    _done: set[int] = field(default_factory=set)
    _position: int | None = None
    pending_bytes: int = 0

    def fetched(self, records: Iterable[tuple[int, int]]) -> None:
        """Note records as (offset, bytes) in offset order.

        An offset that was fetched before means that the consumer went back: all from there on is to be done again.
        """
        for offset, size in records:
            while self._order and self._order[-1][0] >= offset:
                self._drop_last()
            self._order.append((offset, size))
            self.pending_bytes += size

    def done(self, offset: int) -> None:
        """Note that the record's output was delivered. An offset that is not known here is not counted."""
        if not self._order or offset < self._order[0][0]:
            return
        self._done.add(offset)
        while self._order and self._order[0][0] in self._done:
            first, size = self._order.popleft()
            self._done.discard(first)
            self.pending_bytes -= size
            self._position = first + 1

    @property
    def pending(self) -> int:
        """How many records were fetched and are not done, or wait for one before them."""
        return len(self._order)

    @property
    def position(self) -> int | None:
        """The offset to commit: all fetched records before it are done. None when nothing is done yet."""
        return self._position

    def _drop_last(self) -> None:
        offset, size = self._order.pop()
        self._done.discard(offset)
        self.pending_bytes -= size
