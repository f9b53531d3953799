import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { systemLookUp } from '../../shared/audit/index.ts';

const A = 1;
const AAAA = 28;
const NXDOMAIN = 3;
const REFUSED = 5;

/** A name server on loopback that has these types of records for the first label of a name, or answers with a code. */
async function nameServer(
  zone: Readonly<Record<string, readonly number[] | 'none' | 'refused'>>,
): Promise<string> {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const length = query.readUInt8(12);
    const label = query.subarray(13, 13 + length).toString();
    const end = query.indexOf(0, 12) + 5;
    const type = query.readUInt16BE(end - 4);
    const entry = zone[label] ?? 'none';
    const has = Array.isArray(entry) && entry.includes(type);
    const answer = Buffer.from(query.subarray(0, end));
    answer.writeUInt16BE(0x8180 | (entry === 'none' ? NXDOMAIN : entry === 'refused' ? REFUSED : 0), 2);
    answer.writeUInt16BE(has ? 1 : 0, 6);
    answer.fill(0, 8, 12);
    const address =
      type === A ? Buffer.from([192, 0, 2, 1]) : Buffer.from('20010db8000000000000000000000001', 'hex');
    const record = Buffer.concat([
      Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, address.length]),
      address,
    ]);
    socket.send(has ? Buffer.concat([answer, record]) : answer, from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    socket.close();
  });
  return `127.0.0.1:${(socket.address() as AddressInfo).port}`;
}

test('names with records of both families, of one, and of none are told apart', async () => {
  const lookUp = systemLookUp([await nameServer({ both: [A, AAAA], ipv4: [A], ipv6: [AAAA] })]);
  expect(await lookUp('both.example.org')).toEqual({ kind: 'answered', ipv4: true, ipv6: true });
  expect(await lookUp('ipv4.example.org')).toEqual({ kind: 'answered', ipv4: true, ipv6: false });
  expect(await lookUp('ipv6.example.org')).toEqual({ kind: 'answered', ipv4: false, ipv6: true });
  expect(await lookUp('nothing.example.org')).toEqual({ kind: 'answered', ipv4: false, ipv6: false });
});

test('a name server that refuses says nothing about the name', async () => {
  const lookUp = systemLookUp([await nameServer({ secret: 'refused' })]);
  expect(await lookUp('secret.example.org')).toMatchObject({
    kind: 'no answer',
    why: expect.stringContaining('REFUSED'),
  });
});
