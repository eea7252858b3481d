"""A simulated printer without a line: bytes in, answers and pieces out."""

from dataclasses import replace

from anjungan.simulation.printer import model as models
from anjungan.simulation.printer.commands import CommandBuffer
from anjungan.simulation.printer.faults import Condition
from anjungan.simulation.printer.mechanism import Mechanism

FAST_EPSON = replace(models.EPSON_58, bytes_per_s=None, dots_per_s=None)
FAST_CLONE = replace(models.CLONE_58, bytes_per_s=None, dots_per_s=None)


def commands_of(data):
    buffer = CommandBuffer()
    buffer.add(data)
    found = []
    while (command := buffer.peek()) is not None:
        found.append(command)
        buffer.take()
    return found, len(buffer)


class Workshop:
    """A mechanism without a line: bytes in, answers and pieces out."""

    def __init__(self, model=FAST_EPSON):
        self.answers = b""
        self.pieces = []
        self.condition = Condition()
        self.mechanism = Mechanism(model, self.condition, self._answer, self.pieces.append)

    def _answer(self, data):
        self.answers += data

    def feed(self, data):
        for command in commands_of(data)[0]:
            needed_dots = self.mechanism.paper_needed_dots(command)
            assert needed_dots >= 0
            self.mechanism.execute(command)
        return self

    def text(self):
        return self.mechanism.roll.cut().text

    def picture(self):
        return self.mechanism.roll.cut().image
