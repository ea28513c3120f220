#!/bin/sh
# A bot posts one letter to a server that takes it and then closes the connection without an answer, as a gateway does that is started anew. On a
# connection that has served a call before, curl 7.88.1, PHP 8.2 and pycurl 7.49.0, all by libcurl, and OkHttp 3.13.1 (Java) post it once more by
# themselves; Java 17's own HttpURLConnection does so on a fresh connection too. The second is answered, the caller sees success, and people
# have the letter twice. Nobody has said --retry, and nothing in a message of Telegram tells that it is the same. requests 2.34.2, httpx 0.28.1,
# aiohttp 3.14.5, Node.js and Java's HttpClient say an error, after one letter. RFC 9110, 9.2.2: a POST should not be repeated by itself.
# CURLOPT_FORBID_REUSE, -Dsun.net.http.retryPost=false and OkHttp's retryOnConnectionFailure(false) stop it.
set -eu
for tool in curl php node java javac; do
    command -v "$tool" >/dev/null || { echo "$tool is needed: apt-get install curl php-cli php-curl nodejs default-jdk-headless" >&2; exit 3; }
done
php -m | grep -qx curl || { echo "PHP's curl is needed: apt-get install php-curl" >&2; exit 3; }
jars=/usr/share/java/okhttp.jar:/usr/share/java/okio.jar
[ -e "${jars%:*}" ] || { echo "OkHttp is needed: apt-get install libokhttp-java" >&2; exit 3; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pycurl==7.49.0 requests==2.34.2 httpx==0.28.1 aiohttp==3.14.5
cat >"$folder/post.php" <<'PHP'
<?php
[, $at, $letter] = $argv;
$curl = curl_init();
curl_setopt($curl, CURLOPT_RETURNTRANSFER, true);
curl_setopt($curl, CURLOPT_URL, "$at/getMe");
curl_exec($curl);
curl_setopt($curl, CURLOPT_URL, "$at/sendMessage");
curl_setopt($curl, CURLOPT_POSTFIELDS, $letter);
exit(curl_exec($curl) === false ? 1 : 0);
PHP
cat >"$folder/post.mjs" <<'JAVASCRIPT'
const [at, letter] = process.argv.slice(2);
await (await fetch(`${at}/getMe`)).text();
await fetch(`${at}/sendMessage`, { method: "POST", body: letter });
JAVASCRIPT
cat >"$folder/Post.java" <<'JAVA'
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;

public class Post {
    public static void main(String[] words) {
        try {
            post(words[0], words[1], words[2]);
        } catch (Exception error) {
            System.exit(1);
        }
        System.exit(0);
    }

    static void post(String with, String at, String letter) throws Exception {
        if (with.startsWith("HttpURLConnection")) {
            if (!with.endsWith("fresh")) {
                try (InputStream answer = new URL(at + "/getMe").openStream()) {
                    answer.readAllBytes();
                }
            }
            HttpURLConnection connection = (HttpURLConnection) new URL(at + "/sendMessage").openConnection();
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            connection.getOutputStream().write(letter.getBytes());
            connection.getResponseCode();
        } else if (with.startsWith("OkHttp")) {
            OkHttpClient client = new OkHttpClient.Builder().retryOnConnectionFailure(!with.endsWith("told")).build();
            client.newCall(new Request.Builder().url(at + "/getMe").build()).execute().body().string();
            RequestBody body = RequestBody.create(MediaType.parse("text/plain"), letter);
            client.newCall(new Request.Builder().url(at + "/sendMessage").post(body).build()).execute();
        } else {
            HttpClient client = HttpClient.newHttpClient();
            client.send(HttpRequest.newBuilder(URI.create(at + "/getMe")).build(), BodyHandlers.ofString());
            HttpRequest request = HttpRequest.newBuilder(URI.create(at + "/sendMessage")).POST(HttpRequest.BodyPublishers.ofString(letter)).build();
            client.send(request, BodyHandlers.ofString());
        }
    }
}
JAVA
javac -cp "$jars" -d "$folder" "$folder/Post.java" 2>"$folder/javac" || { cat "$folder/javac" >&2; exit 3; }
curl --version | head -n 1
php --version | head -n 1
java -version 2>&1 | head -n 1
"$folder/venv/bin/python" - "$folder" "$jars" <<'PYTHON'
import asyncio
import subprocess
import sys
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from threading import Thread

import aiohttp
import httpx
import pycurl
import requests

FOLDER, JARS = sys.argv[1:]
taken: Counter[str] = Counter()


class Messenger(BaseHTTPRequestHandler):
    """Takes each letter, and gives no answer to the first of a kind."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def do_POST(self) -> None:
        letter = self.rfile.read(int(self.headers["Content-Length"])).decode()
        taken[letter] += 1
        if taken[letter] == 1:
            self.close_connection = True
        else:
            self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Passes over clients that are gone."""


server = Server(("127.0.0.1", 0), Messenger)
Thread(target=server.serve_forever, daemon=True).start()
AT = f"http://127.0.0.1:{server.server_address[1]}"


def run(*command: str) -> None:
    subprocess.run(command, capture_output=True, check=True)


def by_java(letter: str, *options: str) -> None:
    run("java", *options, "-cp", f"{FOLDER}:{JARS}", "Post", letter, AT, letter)


def by_pycurl(letter: str, *, reuse: bool = True) -> None:
    curl = pycurl.Curl()
    curl.setopt(pycurl.WRITEFUNCTION, lambda answer: None)
    curl.setopt(pycurl.FORBID_REUSE, not reuse)
    curl.setopt(pycurl.URL, f"{AT}/getMe")
    curl.perform()
    curl.setopt(pycurl.URL, f"{AT}/sendMessage")
    curl.setopt(pycurl.POSTFIELDS, letter)
    curl.perform()


def by_requests(letter: str) -> None:
    with requests.Session() as session:
        session.get(f"{AT}/getMe")
        session.post(f"{AT}/sendMessage", data=letter)


def by_httpx(letter: str) -> None:
    with httpx.Client() as client:
        client.get(f"{AT}/getMe")
        client.post(f"{AT}/sendMessage", content=letter)


async def by_aiohttp(letter: str) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{AT}/getMe") as answer:
            await answer.read()
        async with session.post(f"{AT}/sendMessage", data=letter):
            pass


POSTS = {
    "curl": lambda letter: run("curl", "-s", "--fail", f"{AT}/getMe", "--next", "-s", "--fail", "-d", letter, f"{AT}/sendMessage"),
    "PHP": lambda letter: run("php", f"{FOLDER}/post.php", AT, letter),
    "pycurl": by_pycurl,
    "pycurl, FORBID_REUSE": lambda letter: by_pycurl(letter, reuse=False),
    "OkHttp": by_java,
    "OkHttp, told": by_java,
    "HttpURLConnection": by_java,
    "HttpURLConnection, fresh": by_java,
    "HttpURLConnection, retryPost=false": lambda letter: by_java(letter, "-Dsun.net.http.retryPost=false"),
    "HttpClient of Java": by_java,
    "Node.js": lambda letter: run("node", f"{FOLDER}/post.mjs", AT, letter),
    "requests": by_requests,
    "httpx": by_httpx,
    "aiohttp": lambda letter: asyncio.run(by_aiohttp(letter)),
}
TWICE = {"curl", "PHP", "pycurl", "OkHttp", "HttpURLConnection", "HttpURLConnection, fresh"}

print(*(f"{name} {version(name)}" for name in ("pycurl", "requests", "httpx", "aiohttp")), pycurl.version_info()[1])
same = True
for name, post in POSTS.items():
    try:
        post(name)
        ended = "success"
    except (subprocess.CalledProcessError, pycurl.error, requests.ConnectionError, httpx.HTTPError, aiohttp.ClientError):
        ended = "an error"
    print(f"  {name}: {taken[name]} taken, {ended}")
    same = same and (taken[name], ended) == ((2, "success") if name in TWICE else (1, "an error"))
sys.exit("the behaviour has changed" if not same else 0)
PYTHON
