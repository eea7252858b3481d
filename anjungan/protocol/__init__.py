"""What kiosk and regency say to each other: topics, messages, sealing, keyring, ticket codes."""
