"""Runs the screens: the window, the line to the agent, and what ticks beside them."""

import gc
import logging
import os
import signal
import time
from collections.abc import Callable
from typing import Any, Final

import anjungan
from anjungan.appliance.ipc.messages import Hello
from anjungan.appliance.logs import set_up_logging
from anjungan.appliance.screens.connection import Connection
from anjungan.appliance.screens.options import ScreensOptions
from anjungan.appliance.screens.watchdog import DrawnWatchdog, Notifier
from anjungan.appliance.screens.window import configure, open_window, prepare_environment
from anjungan.appliance.secrecy import forbid_dumps
from anjungan.appliance.session.views import IdleView

_WAIT_FOR_AGENT_S: Final = 1.5
_log = logging.getLogger(__name__)


class Screens:
    """The running screens.

    Attributes:
        window: Kivy's window.
        glass: the present page; only to be used on Kivy's thread.
        clock: Kivy's clock.
    """

    def __init__(self, options: ScreensOptions) -> None:
        self._arrived = False
        self._settled = False
        self._wake: Callable[[], object] | None = None
        self._line: Connection | None = None
        if options.width_px and options.height_px:
            # the agent's first view travels while Kivy is being imported
            self._line = self._connect(options, options.width_px, options.height_px)
        prepare_environment(options.runtime_dir)
        driver = os.environ.get("SDL_VIDEODRIVER", "")
        whole_panel = driver == "kmsdrm" or not (options.width_px and options.height_px)
        configure(options.width_px or 1024, options.height_px or 600, fullscreen=whole_panel)
        self.window = open_window()
        self._begin(options)

    def _begin(self, options: ScreensOptions) -> None:
        """Build what needs the open window."""
        from kivy.clock import Clock  # noqa: PLC0415 - needs the configured window
        from kivy.graphics.opengl import glFinish  # noqa: PLC0415 - as above

        from anjungan.appliance.screens.frame_rate import FrameRate  # noqa: PLC0415 - as above
        from anjungan.appliance.screens.glass import Glass  # noqa: PLC0415 - as above
        from anjungan.appliance.screens.layout import ScreenSize  # noqa: PLC0415 - as above

        self.clock = Clock
        self._finish = glFinish
        width_px, height_px = (int(side) for side in self.window.size)
        if self._line is None:
            self._line = self._connect(options, width_px, height_px)
        self.line = self._line
        self.frame_rate = FrameRate(Clock, self._is_idle)
        self.glass = Glass(
            ScreenSize(width_px, height_px, options.diagonal_in),
            add=self.window.add_widget,
            remove=self.window.remove_widget,
            send=self.line.send,
            stirred=self.frame_rate.stir,
        )
        self.glass.warm_up(self.window.canvas.before)
        notifier = Notifier()
        self.watchdog = DrawnWatchdog(notifier, self.window.canvas.ask_update)
        if notifier.interval_s is not None:
            Clock.schedule_interval(self.watchdog.tick, notifier.interval_s)
        self.window.bind(on_flip=self._flipped)
        # Kivy hears of a finger at the end of one frame and sleeps before it looks at it in the
        # next: something to do at once keeps it from sleeping
        self._at_once = Clock.create_trigger(_nothing, -1)
        self.window.bind(on_mouse_down=self._hurry, on_mouse_up=self._hurry)
        self._wake = Clock.create_trigger(self._take, -1)
        if self._arrived:
            self._wake()
        Clock.schedule_once(self._lonely, _WAIT_FOR_AGENT_S)

    def run(self) -> int:
        """Run until SIGTERM; returns the process's exit code."""
        from kivy.base import EventLoop, runTouchApp  # noqa: PLC0415 - needs the window

        def stop(_signal: int, _frame: Any) -> None:
            EventLoop.quit = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        try:
            runTouchApp()
        finally:
            self.line.stop()
            if self.glass.page is not None:
                self.glass.memory.wipe()
        return 0

    def _connect(self, options: ScreensOptions, width_px: int, height_px: int) -> Connection:
        hello = Hello(version=anjungan.__version__, width_px=width_px, height_px=height_px)
        line = Connection(options.socket_path, hello, self._on_arrival)
        line.start()
        return line

    def _on_arrival(self) -> None:
        """Wake Kivy's thread; called from the reading thread."""
        self._arrived = True
        if self._wake is not None:
            self._wake()

    def _take(self, _elapsed_s: float) -> None:
        self.glass.take(self.line.mailbox.take_all())

    def _flipped(self, *_arguments: object) -> None:
        # the frame is on the glass when drawing has ended; a software renderer would also queue
        # the textures of every page without it
        self._finish()
        self.glass.frame_drawn()
        self.watchdog.flipped(page_shown=self.glass.page is not None)
        if not self._settled and isinstance(self.glass.view, IdleView):
            self._settle()

    def _settle(self) -> None:
        """Load all screens, and keep what was imported out of collections, which delay frames.

        Done on an idle screen: nothing of a resident may be among what is kept for ever.
        """
        from anjungan.appliance.screens.builders import load_all  # noqa: PLC0415 - start first

        self._settled = True
        load_all()
        gc.collect()
        gc.freeze()

    def _hurry(self, *_arguments: object) -> None:
        self._at_once()

    def _lonely(self, _elapsed_s: float) -> None:
        if self.glass.page is None:
            self.glass.agent_gone()

    def _is_idle(self) -> bool:
        view = self.glass.view
        return view is None or isinstance(view, IdleView)


def run_screens(options: ScreensOptions, observe: Callable[[Screens], None] | None = None) -> int:
    """Run the screens until SIGTERM and return the exit code.

    ``observe`` is called once with the running screens; the simulation watches them so.
    """
    # what is typed lives here too: neither a traceback's message nor a core file may carry it out
    set_up_logging(logging.WARNING)
    forbid_dumps()
    started_s = time.monotonic()
    screens = Screens(options)
    _log.info("window open after %.0f ms", (time.monotonic() - started_s) * 1000)
    if observe is not None:
        observe(screens)
    return screens.run()


def _nothing(_elapsed_s: float) -> None:
    """Be scheduled."""
