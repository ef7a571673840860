"""A headless Chromium driven over its remote debugging protocol."""

import base64
import json
import os
import socket
import struct
import subprocess
import time
import urllib.request
from collections import deque

PORT = 9222
START_S = 30


class WebSocket:
    """RFC 6455, as far as a client of a well-behaved server on this host needs it."""

    def __init__(self, host, port, path):
        self.socket = socket.create_connection((host, port), timeout=30)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.take(1)
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise RuntimeError(f"no websocket: {head!r}")

    def take(self, n):
        data = b""
        while len(data) < n:
            part = self.socket.recv(n - len(data))
            if not part:
                raise ConnectionError("the browser has gone")
            data += part
        return data

    def send(self, text):
        data, mask = text.encode(), os.urandom(4)
        n = len(data)
        length = (struct.pack(">B", 0x80 | n) if n < 126 else
                  struct.pack(">BH", 0x80 | 126, n) if n < 65536 else
                  struct.pack(">BQ", 0x80 | 127, n))
        masked = bytes(b ^ mask[i % 4] for i, b in enumerate(data))
        self.socket.sendall(b"\x81" + length + mask + masked)

    def receive(self, timeout):
        """The next text message; None when none comes in time."""
        text = b""
        self.socket.settimeout(timeout)
        try:
            first = self.take(1)[0]
        except (TimeoutError, BlockingIOError):
            return None
        self.socket.settimeout(30)
        while True:
            n = self.take(1)[0] & 0x7f
            if n >= 126:
                n = int.from_bytes(self.take(2 if n == 126 else 8), "big")
            text += self.take(n)
            if first & 0x80:
                return text.decode()
            first = self.take(1)[0]


class Browser:
    """One page of one browser."""

    def __init__(self, program, place):
        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu",
             "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--force-prefers-reduced-motion",
             "--hide-scrollbars", f"--user-data-dir={place}",
             f"--remote-debugging-port={PORT}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.number = 0
        self.events = deque()
        self.socket = WebSocket("127.0.0.1", PORT, self.find_page())
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def find_page(self):
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/json") as answer:
                    for target in json.load(answer):
                        if target["type"] == "page":
                            url = target["webSocketDebuggerUrl"]
                            return "/" + url.split("/", 3)[3]
            except OSError:
                time.sleep(0.2)
        raise RuntimeError("the browser does not start")

    def call(self, method, **params):
        self.number += 1
        self.socket.send(json.dumps(
            {"id": self.number, "method": method, "params": params}))
        while True:
            text = self.socket.receive(30)
            if text is None:
                raise TimeoutError(method)
            message = json.loads(text)
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]
            self.events.append(message)

    def open(self, url):
        self.call("Page.navigate", url=url)
        self.wait("document.readyState === 'complete'")

    def run(self, script):
        """The value of an expression in the page."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True,
                           awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{script}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def wait(self, script, seconds=10.0):
        """Seconds until an expression is true; None when it never is."""
        start = time.monotonic()
        while time.monotonic() - start < seconds:
            if self.run(script):
                return time.monotonic() - start
            time.sleep(0.05)
        return None

    def key(self, key, text=None):
        codes = {"Enter": 13, "Escape": 27, "Tab": 9, "/": 191}
        code = codes.get(key, ord(key.upper()) if len(key) == 1 else 0)
        text = "\r" if key == "Enter" else key if len(key) == 1 else text
        down = {"type": "keyDown", "key": key, "windowsVirtualKeyCode": code}
        if text:
            down["text"] = text
        self.call("Input.dispatchKeyEvent", **down)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key,
                  windowsVirtualKeyCode=code)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def click(self, selector):
        """With the mouse, where the element is."""
        x, y = self.run(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            " e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect();"
            " return [r.x + r.width / 2, r.y + r.height / 2]; })()")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left",
                      clickCount=1)

    def size(self, width, height, mobile=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=2 if mobile else 1, mobile=mobile)

    def scheme(self, value):
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": value}])

    def shoot(self, path, whole=False):
        data = self.call("Page.captureScreenshot", captureBeyondViewport=whole)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def close(self):
        self.process.kill()
        self.process.wait()
