"""The UNIX socket between agent and screens."""
