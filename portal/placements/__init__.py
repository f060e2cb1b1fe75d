"""After the hire: the placement, its support plan and support contacts, and requests for support."""
