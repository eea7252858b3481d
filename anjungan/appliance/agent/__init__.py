"""The agent: owns devices, session, storage, line and health, and composes them."""
