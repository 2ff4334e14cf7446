"""What the worker and the sweeper do, with a real Valkey and a push service of our own."""
