"""Tests of the reader alone; those against stores of the product are in Java."""
