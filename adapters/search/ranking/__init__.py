"""In which order hits are shown."""
