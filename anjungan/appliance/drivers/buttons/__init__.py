"""The panel beside the screen: buttons with lights, door contacts and a buzzer on GPIO pins.

It serves people who cannot or will not touch the screen, and tells when somebody opens the case.
"""
