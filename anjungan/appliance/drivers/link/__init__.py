"""Lines between drivers and devices: one interface, and a member for each way to be connected."""
