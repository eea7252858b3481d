"""The light behind the screen: off at night while nobody is there, on at a touch."""
