"""Lists that the team extends: occupations and skills of its own, beside those of ``core.reference``."""
