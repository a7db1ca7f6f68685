"""What the product promises, held to it: mirrors the apps."""
