"""A simulated NXP PN532 contactless reader that answers byte by byte as the chip does."""
