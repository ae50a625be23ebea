"""Visits of supporters: offering times, booking, the day in the market.

travel     how long from one place to another
timeline   one supporter's day: what still fits between the visits of it
"""
