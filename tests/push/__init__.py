"""A push service of our own for the tests: the websocket and the Web Push side, no mocks."""
