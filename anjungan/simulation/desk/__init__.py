"""The simulation desk: one page on loopback that shows the demo's kiosk and all its devices."""
