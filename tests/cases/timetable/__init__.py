"""When and where case managers are interviewed."""
