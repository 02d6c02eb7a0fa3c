import { Client, Connection } from '@temporalio/client';
import { inject } from 'vitest';

/** One run with everything that Temporal keeps of it. */
export interface RecordedRun {
  readonly workflowId: string;
  readonly type: string;
  /** Its whole history, every payload in it as text. */
  readonly history: string;
}

/** All runs of a network that the tests' Temporal knows: its own, those of its organizations, plans and looks. */
export async function runsOf(cluster: string, network: string): Promise<RecordedRun[]> {
  const connection = await Connection.connect({ address: inject('platform').temporalAddress });
  try {
    const { workflow } = new Client({ connection, namespace: process.env['TEMPORAL_NAMESPACE'] ?? 'default' });
    const prefixes = ['network', 'plan', 'status'].map((kind) => `${kind}/${cluster}/${network}`);
    const query = prefixes.map((prefix) => `WorkflowId STARTS_WITH "${prefix}"`).join(' OR ');
    const runs: RecordedRun[] = [];
    for await (const { workflowId, runId, type } of workflow.list({ query })) {
      const history = await workflow.getHandle(workflowId, runId).fetchHistory();
      const json: unknown = JSON.parse(JSON.stringify(history));
      runs.push({ workflowId, type, history: JSON.stringify(json, payloadsAsText) });
    }
    return runs;
  } finally {
    await connection.close();
  }
}

/** The client gives a history as JSON with every payload, wherever it stands, in base64. */
function payloadsAsText(_: string, value: unknown): unknown {
  if (!isPayload(value)) return value;
  return { ...value, data: Buffer.from(value.data, 'base64').toString('utf8') };
}

function isPayload(value: unknown): value is { readonly metadata: unknown; readonly data: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'metadata' in value &&
    'data' in value &&
    typeof value.data === 'string'
  );
}
