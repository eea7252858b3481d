"""Settings of the regency and its villages, gathered under one entry of the menu."""
