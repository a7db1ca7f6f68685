"""Charts as SVG, the same on a page of the site and in print."""
