"""The composition root: reads the settings, builds the parts, runs them. Imported by nobody."""
