"""Fonts, icons and textures of the screens, and the scripts that made them."""
