#!/bin/sh
# @maxhub/max-bot-api 0.3.1 (the official client of the messenger MAX for Node.js). Its webhook decodes each piece of a
# request by itself: a Cyrillic letter that lies across two pieces becomes two signs of «unknown», and 200 is answered all
# the same. A `seq` (int64) arrives rounded, so what is told of a message by it is told of another. When a handler throws,
# the next poll begins without a marker, by which MAX gives the last event alone: what came meanwhile is lost.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund @maxhub/max-bot-api@0.3.1 >/dev/null
cat >look.js <<'SCRIPT'
const http = require('node:http');
const net = require('node:net');
const { Bot } = require('@maxhub/max-bot-api');
const { version } = require('./node_modules/@maxhub/max-bot-api/package.json');

const SEQ = '117693924526850049';
const polls = [];

function told(text) {
    const body = `{"mid": "mid.1", "seq": ${SEQ}, "text": "${text}"}`;
    const from = '{"user_id": 5, "first_name": "Мария", "is_bot": false, "last_activity_time": 1}';
    const to = '{"chat_id": 7, "chat_type": "dialog", "user_id": 1}';
    const message = `{"sender": ${from}, "recipient": ${to}, "timestamp": 1, "body": ${body}}`;
    return `{"update_type": "message_created", "timestamp": 1, "message": ${message}}`;
}

// What MAX answers: one event to the first poll, and its marker.
const max = http.createServer((request, response) => {
    const url = new URL(request.url, 'http://max');
    let said = '{"success": true}';
    if (url.pathname === '/me') said = '{"user_id": 1, "first_name": "bot", "is_bot": true, "last_activity_time": 1}';
    if (url.pathname === '/subscriptions' && request.method === 'GET') said = '{"subscriptions": []}';
    if (url.pathname === '/updates') {
        polls.push(url.searchParams.get('marker'));
        if (polls.length > 2) return;
        said = `{"updates": [${polls.length === 1 ? told('Ясли') : ''}], "marker": ${40 + polls.length}}`;
    }
    response.setHeader('Content-Type', 'application/json');
    response.end(said);
});
const listening = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const until = async (fits) => { while (!fits()) await new Promise((done) => setTimeout(done, 20)); };

function delivered(port, body) {
    return new Promise((done, failed) => {
        const socket = net.connect(port, '127.0.0.1', () => {
            const whole = Buffer.from(body);
            // Between the two bytes of «Я».
            const cut = whole.indexOf(Buffer.from('Ясли')) + 1;
            socket.write(`POST /hook HTTP/1.1\r\nHost: bot\r\nConnection: close\r\nContent-Length: ${whole.length}\r\n\r\n`);
            socket.write(whole.subarray(0, cut));
            setTimeout(() => socket.write(whole.subarray(cut)), 200);
        });
        let answer = '';
        socket.on('data', (piece) => { answer += piece; });
        socket.on('end', () => done(answer.split(' ')[1]));
        socket.on('error', failed);
    });
}

async function look() {
    const port = await listening(max);
    console.error = () => {};
    const seen = [];
    const options = { clientOptions: { baseUrl: `http://127.0.0.1:${port}` } };
    const hooked = new Bot('token', options);
    hooked.on('message_created', (context) => { seen.push(context.message.body); });
    const hook = http.createServer(await hooked.createWebhook({ domain: 'example.org', path: '/hook' }));
    const code = await delivered(await listening(hook), told('Ясли'));
    await until(() => seen.length === 1);

    const polling = new Bot('token', options);
    polling.on('message_created', () => { throw new Error('the database is away'); });
    polling.start();
    // It waits five seconds after an error.
    await until(() => polls.length >= 2);

    const found = { code, text: seen[0].text, seq: String(BigInt(seen[0].seq)), polls: polls.slice(0, 2) };
    const expected = { code: '200', text: '\ufffd\ufffdсли', seq: '117693924526850048', polls: [null, null] };
    console.log('@maxhub/max-bot-api', version, 'Node.js', process.version);
    console.log(`seq sent: ${SEQ}; markers of the two polls:`, JSON.stringify(found.polls));
    console.log(JSON.stringify(found));
    const same = JSON.stringify(found) === JSON.stringify(expected);
    if (!same) process.stderr.write('the behaviour has changed\n');
    process.exit(same ? 0 : 1);
}

look();
SCRIPT
timeout 60 node look.js
