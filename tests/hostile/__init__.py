"""Inputs that harm: a folder of them, and what must hold whatever they hold."""
