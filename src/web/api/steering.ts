import { answerOf } from '../../api-client/index.ts';
import { client } from './client.ts';

export type Steering = 'pause' | 'resume' | 'retry' | 'cancel';

/**
 * Acts on a run that goes on.
 *
 * @returns what has come of it, for people
 * @throws RequestRefused; NoAnswerFromApi
 */
export async function steerRun(id: string, action: Steering, reason: string): Promise<string> {
  const params = { path: { id }, header: { 'idempotency-key': crypto.randomUUID() } };
  switch (action) {
    case 'pause': {
      const { data } = await answerOf(client.POST('/v1/runs/{id}:pause', { params, body: { reason } }));
      return data.changed ? `It is paused: ${reason}` : `It was paused already: ${data.pause?.reason ?? ''}`;
    }
    case 'resume': {
      const { data } = await answerOf(client.POST('/v1/runs/{id}:resume', { params, body: { reason } }));
      return data.changed ? 'It goes on.' : 'It was not paused.';
    }
    case 'retry': {
      const { steps } = (await answerOf(client.POST('/v1/runs/{id}:retry', { params, body: {} }))).data;
      if (steps.length === 0) return 'No step waits for its next attempt.';
      return `Tried now: ${steps.map(({ step, target }) => `${step} ${target}`).join(', ')}`;
    }
    case 'cancel':
      await answerOf(client.POST('/v1/runs/{id}:cancel', { params }));
      return 'It has been told to stop.';
  }
}
