"""Back-up and restore of everything the regency knows, on either database."""
