"""A small real SMTP server on loopback (RFC 5321, as far as one client needs it) that can misbehave on request."""

import email
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default


@dataclass
class Post:
    """What arrived, and how the next talks should go: one word per talk, then well-behaved again.

    hang-up-after-text: takes the text, then hangs up without an answer · hang-up-before-text: hangs up at DATA ·
    busy: 451 at RCPT · unknown: 550 at RCPT · spam: 554 after the text
    """

    port: int = 0
    delivered: list[EmailMessage] = field(default_factory=list)
    heard: list[EmailMessage] = field(default_factory=list)
    receivers: list[str] = field(default_factory=list)
    moods: list[str] = field(default_factory=list)
    at_text: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)


class Talk(socketserver.StreamRequestHandler):
    post: Post

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def handle(self) -> None:
        mood = self.post.moods.pop(0) if self.post.moods else ""
        self.say("220 loopback")
        for line in self.rfile:
            word = line.split(b":")[0].strip().upper().decode()
            if word == "QUIT":
                self.say("221 bye")
                return
            if word.startswith("RCPT"):
                self.receivers(line, mood)
            elif word == "DATA":
                if mood == "hang-up-before-text":
                    return
                self.say("354 go on")
                if not self.text(mood):
                    return
            else:
                self.say("250 ok")

    def receivers(self, line: bytes, mood: str) -> None:
        if mood == "busy":
            self.say("451 try later")
        elif mood == "unknown":
            self.say("550 no such mailbox")
        else:
            self.post.receivers.append(line.split(b"<")[1].split(b">")[0].decode())
            self.say("250 ok")

    def text(self, mood: str) -> bool:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        message = email.message_from_bytes(b"".join(lines), policy=default)
        self.post.heard.append(message)
        if mood == "wait":
            self.post.at_text.set()
            self.post.go_on.wait(120)
        if mood == "spam":
            self.say("554 looks like spam")
            return True
        self.post.delivered.append(message)
        if mood == "hang-up-after-text":
            return False
        self.say("250 taken")
        return True


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def mail_server(*moods: str) -> Iterator[Post]:
    """A server on a free port for the time of the block."""
    post = Post(moods=list(moods))
    with Server(("127.0.0.1", 0), type("ThisTalk", (Talk,), {"post": post})) as server:
        post.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield post
        finally:
            post.go_on.set()
            server.shutdown()
            thread.join()
