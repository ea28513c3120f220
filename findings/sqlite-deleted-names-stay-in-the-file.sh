#!/bin/sh
# Two hundred people have themselves erased: DELETE, committed, the file closed. By Debian's SQLite (sqlite3 of Python and its command) no
# name is left in the file: PRAGMA secure_delete is 1 there, and what is deleted is overwritten. By the SQLite that libraries bring along
# it is 0, and every name can be read with grep: APSW 3.54.1.0, pysqlite3-binary 0.5.4.post2 (a drop-in for sqlite3), sql.js 1.17.0,
# node-sqlite3-wasm 0.8.60, libsql 0.5.29. The same program on the same file keeps the promise on one machine and not on the other, and
# so does a test of it. Where it is 1 a name is still in the journal (-wal) while the database is open, and gone when the last one has
# closed it. It is no property of the file: each connection has to say PRAGMA secure_delete=ON, and then all of them leave nothing.
set -eu
command -v node >/dev/null && command -v npm >/dev/null || { echo "Node.js and npm are needed" >&2; exit 3; }
case "$(sqlite3 --version 2>/dev/null)" in
"3.40.1 "*) ;;
*) echo "Debian 12's SQLite 3.40.1 is needed: apt-get install sqlite3 python3-venv" >&2; exit 3 ;;
esac
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
/usr/bin/python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet apsw==3.54.1.0 pysqlite3-binary==0.5.4.post2
(cd "$folder" && echo '{"private": true}' >package.json &&
    npm install --silent --no-audit --no-fund sql.js@1.17.0 node-sqlite3-wasm@0.8.60 libsql@0.5.29 >/dev/null 2>&1)
cat >"$folder/erase.js" <<'JS'
const fs = require("fs");
const { Database } = require("node-sqlite3-wasm");
const Libsql = require("libsql");
const NAME = Buffer.from("Дамбаева");
const left = (path) => (fs.readFileSync(path).includes(NAME) ? "readable" : "gone");
const erase = (run) => {
  run("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)");
  for (let id = 0; id < 200; id++) run(`INSERT INTO people VALUES (${id}, 'Дамбаева Сэсэг ${id}')`);
  run("DELETE FROM people WHERE id >= 0");
};
require("sql.js")().then((SQL) => {
  const seen = {};
  for (const says of ["", "PRAGMA secure_delete=ON"]) {
    const browser = new SQL.Database();
    if (says) browser.run(says);
    erase((sql) => browser.run(sql));
    fs.writeFileSync(`js${says.length}.db`, Buffer.from(browser.export()));
    const wasm = new Database(`wasm${says.length}.db`);
    if (says) wasm.get(says);
    erase((sql) => wasm.exec(sql));
    wasm.close();
    const libsql = new Libsql(`libsql${says.length}.db`);
    if (says) libsql.prepare(says).get();
    erase((sql) => libsql.exec(sql));
    libsql.close();
    for (const [who, path] of [["sql.js", "js"], ["node-sqlite3-wasm", "wasm"], ["libsql", "libsql"]])
      seen[who] = [...(seen[who] || []), left(`${path}${says.length}.db`)];
  }
  console.log(JSON.stringify(seen));
});
JS
(cd "$folder" && node erase.js >seen.json)
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import json
import sqlite3
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import apsw
import pysqlite3

FOLDER = Path(sys.argv[1])
NAME = "Дамбаева".encode()


def statements(says: str):
    yield from ([says] if says else [])
    yield "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)"
    for number in range(200):
        yield f"INSERT INTO people VALUES ({number}, 'Дамбаева Сэсэг {number}')"
    yield "DELETE FROM people WHERE id >= 0"


def left(path: Path) -> str:
    return "readable" if NAME in path.read_bytes() else "gone"


def by(who: str, connect, says: str) -> str:
    path = FOLDER / f"{who}{len(says)}.db"
    connection = connect(str(path))
    for statement in statements(says):
        connection.execute(statement)
    connection.close()
    return left(path)


def by_command(says: str) -> str:
    path = FOLDER / f"command{len(says)}.db"
    subprocess.run(["sqlite3", str(path)], input=";\n".join([*statements(says), ""]), text=True, check=True, capture_output=True)
    return left(path)


def in_journal() -> list[str]:
    path = FOLDER / "journal.db"
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in ("PRAGMA journal_mode=WAL", *statements("")):
        connection.execute(statement)
    journal = Path(f"{path}-wal")
    open_ = left(journal)
    connection.close()
    return [open_, "no journal" if not journal.exists() else left(journal), left(path)]


def itself(path: str):
    return sqlite3.connect(path, isolation_level=None)


def drop_in(path: str):
    return pysqlite3.connect(path, isolation_level=None)


ON = "PRAGMA secure_delete=ON"
seen = {
    "sqlite3": [by("sqlite3", itself, says) for says in ("", ON)],
    "sqlite3 (command)": [by_command(says) for says in ("", ON)],
    "APSW": [by("apsw", apsw.Connection, says) for says in ("", ON)],
    "pysqlite3": [by("pysqlite3", drop_in, says) for says in ("", ON)],
    **json.loads((FOLDER / "seen.json").read_text()),
    "journal, closed, file": in_journal(),
}
print("sqlite3", sqlite3.sqlite_version, *(f"{name} {version(name)}" for name in ("apsw", "pysqlite3-binary")))
print("  names that were deleted: by itself, and with", ON)
for who, what in seen.items():
    print(f"  {who}: {what}")
theirs = ("APSW", "pysqlite3", "sql.js", "node-sqlite3-wasm", "libsql")
same = (
    all(seen[who] == ["gone", "gone"] for who in ("sqlite3", "sqlite3 (command)"))
    and all(seen[who] == ["readable", "gone"] for who in theirs)
    and seen["journal, closed, file"] == ["readable", "no journal", "gone"]
)
if not same:
    print("the behaviour has changed", file=sys.stderr)
sys.exit(0 if same else 1)
PYTHON
