"""The HTTP interface: Flask over the wired services of one site."""

from api.app import create_app

__all__ = ["create_app"]
