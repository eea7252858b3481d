"""Pages of alerts, maintenance, visits, contacts and the rules of alerts."""
