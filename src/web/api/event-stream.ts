import { EventSourceParserStream } from 'eventsource-parser/stream';

import { RECONNECT_MS, SILENCE_MS, type StreamState } from '../model/stream-state.ts';

export interface StreamListener {
  /** Called for each event, by its type. */
  readonly onEvent: (type: string) => void;
  readonly onState: (state: StreamState) => void;
  /** Called with all that comes, signs of life included. */
  readonly onHeard: () => void;
}

export interface StreamPlace {
  readonly url: string;
  /** Events after this place. */
  readonly after: number;
  /** Sends the requests; absent means the browser's own. */
  readonly fetch?: typeof globalThis.fetch;
  /** In milliseconds: after so long without a sign of life the connection is given up. */
  readonly silenceMs?: number;
}

/**
 * Follows a stream of server-sent events until it ends or the signal is aborted, and connects again where it breaks: with `Last-Event-ID`, so that no event is missed.
 * The browser's EventSource tells neither signs of life, by which a dead connection is known, nor why it was refused.
 */
export async function followEvents(place: StreamPlace, listener: StreamListener, signal: AbortSignal): Promise<void> {
  let last = String(place.after);
  let retryMs = RECONNECT_MS;
  const isStopped = (): boolean => signal.aborted;
  while (!isStopped()) {
    const notes = {
      onId: (id: string): void => {
        last = id;
      },
      onRetry: (ms: number): void => {
        retryMs = ms;
      },
    };
    // Why a connection broke does not matter: whatever asks besides shows it.
    const isOver = await readStream({ ...place, last }, listener, signal, notes).catch(() => false);
    if (isOver) {
      listener.onState('ended');
      return;
    }
    if (isStopped()) return;
    listener.onState('broken');
    await pause(retryMs, signal);
  }
}

interface Notes {
  readonly onId: (id: string) => void;
  readonly onRetry: (ms: number) => void;
}

/** @returns whether the run has ended and nothing follows */
async function readStream(
  { url, last, fetch = globalThis.fetch, silenceMs = SILENCE_MS }: StreamPlace & { readonly last: string },
  { onEvent, onState, onHeard }: StreamListener,
  signal: AbortSignal,
  notes: Notes,
): Promise<boolean> {
  const silence = new AbortController();
  let timer = setTimeout(() => {
    silence.abort();
  }, silenceMs);
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      silence.abort();
    }, silenceMs);
    onHeard();
  };
  try {
    const response = await fetch(url, {
      headers: { accept: 'text/event-stream', 'last-event-id': last },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (response.status === 204) return true;
    if (!response.ok || response.body === null) return false;
    heard();
    onState('live');
    const parser = new EventSourceParserStream({ onRetry: notes.onRetry, onComment: heard });
    const events = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(parser).getReader();
    for (;;) {
      const { done, value } = await events.read();
      if (done) return false;
      heard();
      if (value.id !== undefined) notes.onId(value.id);
      onEvent(value.event ?? 'message');
    }
  } finally {
    clearTimeout(timer);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
