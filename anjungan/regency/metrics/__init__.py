"""Figures for Prometheus: kiosks, requests, the inbox. Numbers and codes, nothing of residents."""
