"""The screens: a Kivy process that draws the agent's views and sends back intents."""
