import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { EventSourceParserStream } from 'eventsource-parser/stream';
import { z } from 'zod';

import { newPlace } from '../test/unit/database/test-database.ts';

/*
 * Times what the API answers with 500 networks of 20 nodes each: on an embedded database, or with WEFT_TEST_POSTGRES on that server.
 *
 * - Requests a second, as many as come of 8 connections that each ask again as soon as they are answered.
 * - How long a list takes while 100 a second are asked for, whether or not those before have been answered.
 * - How long it takes from an event that another process writes to whoever listens.
 * - Memory of the API at its start and after all of this.
 */

const NETWORKS = 500;
const CONNECTIONS = 8;
const BURST_MS = 5_000;
const STEADY_MS = 10_000;
const STEADY_EVERY_MS = 10;
const EVENTS = 10;

const startSchema = z.object({ url: z.string(), token: z.string() });
const memorySchema = z.object({ rss: z.number(), heapUsed: z.number() });
const eventSchema = z.object({ time: z.string() });

type Ask = (path: string) => Promise<Response>;

/** @returns how long one request has taken, in milliseconds */
async function timed(ask: Ask, path: string): Promise<number> {
  const started = performance.now();
  const answer = await ask(path);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return performance.now() - started;
}

/** @returns how many requests a second were answered */
async function burst(ask: Ask, path: (index: number) => string): Promise<number> {
  const started = performance.now();
  let answered = 0;
  const connection = async (): Promise<void> => {
    while (performance.now() - started < BURST_MS) {
      await timed(ask, path(answered));
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  return (answered / (performance.now() - started)) * 1000;
}

/** @returns how long each request has taken, in milliseconds, from when it was due */
async function steady(ask: Ask, path: string): Promise<readonly number[]> {
  const started = performance.now();
  const asked: Promise<number>[] = [];
  for (let due = started; due < started + STEADY_MS; due += STEADY_EVERY_MS) {
    await sleep(Math.max(0, due - performance.now()));
    const late = performance.now() - due;
    // One that a server under too much load does not take has no end.
    asked.push(
      timed(ask, path).then(
        (took) => took + late,
        () => Infinity,
      ),
    );
  }
  return Promise.all(asked);
}

/** @returns how long each event was under way, in milliseconds */
async function events(ask: Ask, child: ChildProcess): Promise<readonly number[]> {
  const stream = await ask(`/v1/networks/network-${NETWORKS - 1}/events`);
  if (stream.body === null) throw new Error('there is no stream');
  const reader = stream.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  const took: number[] = [];
  while (took.length < EVENTS) {
    // At any time between two looks.
    await sleep(Math.random() * 1_000);
    child.send('event');
    const { value } = await reader.read();
    if (value === undefined) throw new Error('the stream has ended');
    took.push(Date.now() - Date.parse(eventSchema.parse(JSON.parse(value.data)).time));
  }
  await reader.cancel();
  return took;
}

async function memory(child: ChildProcess): Promise<string> {
  const answer = once(child, 'message');
  child.send('memory');
  const messages: readonly unknown[] = await answer;
  const { rss, heapUsed } = memorySchema.parse(messages[0]);
  return `${(rss / 2 ** 20).toFixed(0)} MiB resident, ${(heapUsed / 2 ** 20).toFixed(0)} MiB of it heap in use`;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function line(name: string, value: string): void {
  console.log(`${name.padEnd(44)}${value}`);
}

function milliseconds(values: readonly number[]): string {
  return `p50 ${percentile(values, 0.5).toFixed(1)} ms, p99 ${percentile(values, 0.99).toFixed(1)} ms`;
}

const place = await newPlace();
const child = fork(join(import.meta.dirname, 'service-api.ts'), [place.location, String(NETWORKS)]);
try {
  const messages: readonly unknown[] = await once(child, 'message');
  const { url, token } = startSchema.parse(messages[0]);
  const ask: Ask = (path) => fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  line('database', process.env['WEFT_TEST_POSTGRES'] === undefined ? 'embedded (PGlite)' : 'PostgreSQL');
  line('memory at the start', await memory(child));
  const some = (index: number): string => `/v1/networks/network-${index % NETWORKS}`;
  await burst(ask, some);
  line('list of 50 networks', `${(await burst(ask, () => '/v1/networks')).toFixed(0)} requests a second`);
  line('one network with its description', `${(await burst(ask, some)).toFixed(0)} requests a second`);
  line('list of 50 networks, 100 a second', milliseconds(await steady(ask, '/v1/networks')));
  line('event of another process to who listens', milliseconds(await events(ask, child)));
  line('memory at the end', await memory(child));
} finally {
  if (child.connected) {
    child.send('end');
    await once(child, 'exit');
  }
  await place.remove();
}
