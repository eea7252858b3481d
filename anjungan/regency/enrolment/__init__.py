"""The certificate authority, and how kiosks get, renew and lose their certificates."""
