"""Receipt printers that speak ESC/POS: documents in, confirmed prints out."""
