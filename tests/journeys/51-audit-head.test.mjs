// The head of the audit log leaves the machine by e-mail once a day, also over a relay that was away and a server that was killed, and what the e-mail
// says to type proves the log. aiosmtpd is the relay.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { binary, scratch } from '../world/paths.mjs';
import * as mail from '../world/relay.mjs';
import { scene } from '../world/scene.mjs';
import { pause, until } from '../world/wait.mjs';

const TO = 'audit@sante.example.sn';

/** A retry comes after 30 s. */
const RETRY = { within: 45_000 };

/** The settings of a server with a relay at this port. */
function settings(server, port) {
    const password = join(scratch('secrets'), 'mail');
    writeFileSync(password, `${mail.PASSWORD}\n`);
    return {
        TERANGA_AUDIT__HEAD_TO: TO,
        TERANGA_MAIL__RELAY: `localhost:${port}`,
        TERANGA_MAIL__SECURITY: 'starttls',
        TERANGA_MAIL__FROM: 'teranga@example.sn',
        TERANGA_MAIL__USER: mail.USER,
        TERANGA_MAIL__PASSWORD_FILE: password,
        TERANGA_MAIL__AUTHORITY: join(server.data, 'tls', 'authority.pem'),
    };
}

test('the head of the audit log is sent by e-mail once a day, and proves the log', { skip: mail.lacking }, () =>
    scene('audit-head', async (s) => {
        const relay = await mail.Relay.planned();
        await s.server.stop();
        const how = settings(s.server, relay.port);
        await s.server.serve(how);
        await until('the log to say that the relay is away', () => s.server.log.includes('audit_head_not_sent'));
        assert.ok(!s.server.log.includes(TO), 'the log holds no address');

        await relay.start({ cert: join(s.server.data, 'tls', 'leaf.pem'), key: join(s.server.data, 'tls', 'leaf.key') });
        s.atEnd(() => relay.close());
        const [letter] = await until('the e-mail', () => relay.delivered.length && relay.delivered, RETRY);
        assert.deepEqual([letter.to, letter.from, letter.tls], [[TO], 'teranga@example.sn', true]);
        assert.match(letter.subject, /^Teranga, \S+ : tête du journal d’audit du \d\d\/\d\d\/\d{4}$/);
        const head = /--head (\d+:\S+)/.exec(letter.text)?.[1];
        assert.ok(head, letter.text);
        const verify = (kept) => spawnSync(binary, ['audit', 'verify', '--data', s.server.data, '--head', kept], { encoding: 'utf8' });
        const done = verify(head);
        assert.equal(done.status, 0, done.stderr);
        const forged = head.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
        assert.notEqual(verify(forged).status, 0, 'a head of another log is not believed');

        await until('the note of it', () => readFileSync(join(s.server.data, 'audit-head.sent'), 'utf8'));
        for (let times = 0; times < 2; times++) {
            await s.server.kill();
            await s.server.serve(how);
            await pause(3_000);
            assert.equal(relay.delivered.length, 1, 'a restart sends nothing twice on one day');
        }
    }),
);
