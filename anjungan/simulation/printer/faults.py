"""What can be wrong with a printer, and how its status bytes tell it."""

from dataclasses import dataclass


@dataclass(slots=True)
class Condition:
    """The sensors and switches of one printer, as they are now.

    ``stuck`` is a mechanical error beside the cutter's; ``offline`` has no cause that is told.
    """

    paper_out: bool = False
    near_end: bool = False
    cover_open: bool = False
    cutter_jam: bool = False
    head_hot: bool = False
    broken: bool = False
    stuck: bool = False
    offline: bool = False
    feed_button: bool = False
    silent: bool = False
    powered: bool = True

    @property
    def can_print(self) -> bool:
        """Whether paper moves; otherwise the printer is offline and its buffer fills up."""
        stopped = self.paper_out or self.cover_open or self.has_error or self.feed_button
        return self.powered and not stopped and not self.offline

    @property
    def has_error(self) -> bool:
        """Whether an error other than paper and cover stands."""
        return self.cutter_jam or self.head_hot or self.broken or self.stuck

    def realtime_answer(self, n: int) -> int:
        """The byte that answers DLE EOT ``n`` (1 to 4)."""
        match n:
            case 1:
                return _bits(0x12, (0x08, not self.can_print), (0x40, self.feed_button))
            case 2:
                return _bits(
                    0x12,
                    (0x04, self.cover_open),
                    (0x08, self.feed_button),
                    (0x20, self.paper_out),
                    (0x40, self.has_error),
                )
            case 3:
                return _bits(
                    0x12,
                    (0x04, self.stuck),
                    (0x08, self.cutter_jam),
                    (0x20, self.broken),
                    (0x40, self.head_hot),
                )
            case _:
                near = self.near_end or self.paper_out
                return _bits(0x12, (0x0C, near), (0x60, self.paper_out))

    def queued_answer(self) -> int:
        """The byte that answers GS r 1."""
        near = self.near_end or self.paper_out
        return _bits(0x00, (0x03, near), (0x0C, self.paper_out))

    def automatic_frame(self) -> bytes:
        """The four bytes of automatic status (GS a)."""
        near = self.near_end or self.paper_out
        return bytes(
            (
                _bits(
                    0x10,
                    (0x08, not self.can_print),
                    (0x20, self.cover_open),
                    (0x40, self.feed_button),
                ),
                _bits(
                    0x00,
                    (0x04, self.stuck),
                    (0x08, self.cutter_jam),
                    (0x20, self.broken),
                    (0x40, self.head_hot),
                ),
                _bits(0x00, (0x03, near), (0x0C, self.paper_out)),
                0x0F,
            )
        )


def _bits(base: int, *flags: tuple[int, bool]) -> int:
    for mask, is_set in flags:
        base |= mask if is_set else 0
    return base
