"""The web server: how it is started, and whether it serves."""

import socket
import sys
import urllib.error
import urllib.request
from pathlib import Path

from linghang.config.options import Options


def web_command(options: Options) -> list[str]:
    """How granian is started: plain WSGI, threads inside, its own restart of workers."""
    command = [sys.executable, "-P", "-m", "granian", "--interface", "wsgi", "--no-ws", "--http", "1"]
    command += ["--host", options.host, "--port", str(options.port), "--loop", "asyncio"]
    command += ["--workers", str(options.web_workers), "--blocking-threads", str(options.web_threads)]
    command += ["--respawn-failed-workers", "--workers-kill-timeout", "5", "--log-level", "warning"]
    return [*command, "linghang.config.wsgi:application"]


def port_is_busy(host: str, port: int) -> bool:
    """Whether somebody already listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def answers(options: Options) -> bool:
    """Whether the web server serves: any answer of the application counts, a refused connection does not."""
    host = options.allowed_hosts[0] if options.allowed_hosts else "localhost"
    where = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(options.host, options.host)  # noqa: S104  read, not bound
    request = urllib.request.Request(f"http://{where}:{options.port}/", headers={"Host": host})
    try:
        with urllib.request.build_opener(_StayHere).open(request, timeout=5):
            return True
    except urllib.error.HTTPError as answer:
        answer.close()
        return answer.code < 500
    except OSError:
        return False


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: object, **_more: object) -> None:
        return None


def last_lines(log: Path, count: int = 8) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]) if log.exists() else ""
