"""How a kiosk gets its identity at the regency, and keeps it: key, certificate, renewal."""
