"""Simulated devices, lines, kiosks and residents; never in what a kiosk installs."""
