"""The door: what gunicorn opens."""

from app import create_app

app = create_app()
