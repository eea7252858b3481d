"""The kiosk's own words in Indonesian, Javanese (krama) and English."""
