// Data residency: server and browsers run in a network of their own whose only way out is counted. No packet of the server or the pages
// may use it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { root } from '../world/paths.mjs';

const NAME = `teranga-${process.pid}`;
const ip = (...args) => {
    const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
};
const inside = (...args) => ip('netns', 'exec', NAME, 'ip', ...args);

/** Makes a namespace with a default route into a link whose other end nobody answers. */
function build() {
    ip('netns', 'add', NAME);
    inside('link', 'set', 'lo', 'up');
    inside('link', 'add', 'out', 'type', 'veth', 'peer', 'name', 'sink');
    spawnSync('ip', ['netns', 'exec', NAME, 'sh', '-c', 'echo 1 >/proc/sys/net/ipv6/conf/out/disable_ipv6; echo 1 >/proc/sys/net/ipv6/conf/sink/disable_ipv6']);
    inside('address', 'add', '198.51.100.2/24', 'dev', 'out');
    inside('link', 'set', 'out', 'up');
    inside('link', 'set', 'sink', 'up');
    inside('route', 'add', 'default', 'via', '198.51.100.1');
}

function sentOut() {
    const counter = '/sys/class/net/out/statistics/tx_packets';
    // A namespace shows its own devices only in a sysfs that was mounted inside it.
    const { stdout } = spawnSync('ip', ['netns', 'exec', NAME, 'cat', counter], { encoding: 'utf8' });
    return Number(stdout);
}

const possible = process.getuid?.() === 0 && spawnSync('ip', ['netns', 'list']).status === 0;

test('a whole consultation, and not one packet leaves', { skip: !possible && 'needs root and iproute2' }, (t) => {
    build();
    try {
        const before = sentOut();
        const play = spawnSync('ip', ['netns', 'exec', NAME, process.execPath, 'tests/self-test.mjs'], {
            cwd: root,
            encoding: 'utf8',
            timeout: 120_000,
            env: { ...process.env, WORLD_COUNTED: '1' },
        });
        assert.equal(play.status, 0, `${play.stdout}${play.stderr}`);
        const during = sentOut() - before;
        spawnSync('ip', ['netns', 'exec', NAME, process.execPath, '-e', "require('dgram').createSocket('udp4').send('x', 9, '203.0.113.9', function () { this.close(); })"]);
        const control = sentOut() - before - during;
        t.diagnostic(`figure: ${during} packets left during a whole consultation; the counter does count: ${control} when one was sent on purpose`);
        assert.ok(control > 0, 'the wire counts');
        assert.equal(during, 0);
    } finally {
        spawnSync('ip', ['netns', 'del', NAME]);
    }
});
