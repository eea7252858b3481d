"""The broker (mosquitto): its configuration, who is let in, and who is put out."""
