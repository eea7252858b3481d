"""Optional: kiosks as devices of a Home Assistant, through its MQTT discovery."""
