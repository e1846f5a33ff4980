"""The core: decides, and knows no platform, no database and no HTTP."""
