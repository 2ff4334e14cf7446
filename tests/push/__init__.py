"""A push service of our own for the tests: the websocket side and the Web Push side, nothing mocked."""
