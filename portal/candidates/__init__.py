"""Candidates: the private identity, the profile without a name, consent, and the one disclosing function."""
