"""The focus of the five buttons: one ring through everything that can be pressed."""

from collections.abc import Sequence

from anjungan.appliance.screens.widgets.touchable import Touchable


class Focus:
    """Which touchable the buttons are on, and whether the ring shows.

    The ring shows once a button was used and hides at the next touch. Disabled things are
    skipped; the walk goes round.
    """

    def __init__(self, order: Sequence[Touchable], first: Touchable | None) -> None:
        self._order = list(order)
        self._current = first if first is not None and first.enabled else None
        self.visible = False

    @property
    def current(self) -> Touchable | None:
        """What OK would press, whether or not the ring shows."""
        if self._current is not None and self._current.enabled:
            return self._current
        return next((each for each in self._order if each.enabled), None)

    def show(self) -> None:
        """Make the ring visible where it is."""
        self.visible = True
        self._current = self.current
        self._mark()

    def hide(self) -> None:
        """Take the ring away; its place is kept."""
        if self.visible:
            self.visible = False
            self._mark()

    def move(self, step: int) -> None:
        """Walk one step down (1) or up (-1)."""
        walkable = [each for each in self._order if each.enabled]
        if not walkable:
            return
        current = self.current
        place = walkable.index(current) if current in walkable else 0
        self._current = walkable[(place + step) % len(walkable)]
        self._mark()

    def put(self, name: str) -> bool:
        """Put the focus on the touchable of that name; False if there is none."""
        for each in self._order:
            if each.name == name and each.enabled:
                self._current = each
                self._mark()
                return True
        return False

    def _mark(self) -> None:
        current = self.current
        for each in self._order:
            each.set_focused(focused=self.visible and each is current)
