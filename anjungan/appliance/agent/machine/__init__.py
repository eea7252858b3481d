"""Small readers of what the kernel tells of this machine; what is not there is None.

Each takes the root of the file tree, so that tests give it one of their own. None runs a program:
``vcgencmd`` would cost a process a report and a device that the agent's unit does not open.
"""
