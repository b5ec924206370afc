"""Tests of money: orders, gateways, settlement, refunds, credits, exclusive works."""
