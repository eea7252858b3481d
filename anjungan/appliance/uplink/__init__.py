"""The kiosk's line to the regency: drains the outbox over MQTT, takes receipts and statuses.

``Uplink`` in ``uplink`` is the door; ``mqtt_line`` is the only file on the kiosk that imports paho.
"""
