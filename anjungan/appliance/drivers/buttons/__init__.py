"""Five push buttons with lights, for people who cannot or will not touch the screen."""
