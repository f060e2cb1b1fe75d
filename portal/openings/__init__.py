"""Recruitment needs."""
