"""The inbox's connection to the MQTT broker; the only place of the regency that imports paho."""
