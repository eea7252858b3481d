"""Sound: reading aloud through espeak-ng, and beeps, both through ALSA's aplay."""
