"""Barcode and QR scanners: the text of what was scanned."""
