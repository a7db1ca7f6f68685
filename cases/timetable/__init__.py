"""When and where the case managers are interviewed about their cases, and by whom."""
