import { answerOf, type paths } from '../../api-client/index.ts';
import { countsOf } from '../../operations/index.ts';
import { EXIT } from '../exit-codes.ts';
import { leftResult } from '../network/ending.ts';
import { follow } from '../progress/follow.ts';
import { renderPlan } from '../render/plan.ts';
import type { CommandResult, Session } from '../session.ts';
import { onceOnly, type ApiConnection } from './connection.ts';
import { countsOfServed, servedDocument, servedDoneOrThrow } from './ending.ts';
import { followServed } from './follow.ts';

interface ApiRenewFlags {
  readonly target?: readonly string[];
  readonly due?: boolean;
  readonly newKey?: boolean;
  readonly dryRun?: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
}

type PlannedRenewal = paths['/v1/networks/{name}:planRenewal']['post']['responses'][200]['content']['application/json'];

/** `weft renew` by a service. */
export async function renewThroughApi(
  api: ApiConnection,
  network: string,
  { target, due, newKey, dryRun, timeout }: ApiRenewFlags,
  session: Session,
): Promise<CommandResult> {
  const body = {
    ...{ dueOnly: due === true, newKeys: newKey === true },
    ...(target === undefined ? {} : { targets: [...target] }),
  };
  const asked = { params: { path: { name: network }, header: onceOnly() }, body };
  if (dryRun === true) {
    const { data: plan } = await answerOf(api.client.POST('/v1/networks/{name}:planRenewal', asked));
    return plannedRenewal(plan, session);
  }
  const { data: run } = await answerOf(api.client.POST('/v1/networks/{name}:renew', asked));
  const title = `Renewing ${network} on ${run.cluster}`;
  const followed = await follow(session, { title, timeoutMs: timeout }, (signal) => followServed(api, run, signal));
  if (followed.kind === 'left') return leftResult(session, followed, network);
  const done = servedDoneOrThrow(followed.end, `weft renew ${network}`);
  const isChanged = countsOf(done.steps).updated > 0;
  return {
    exitCode: EXIT.done,
    text: isChanged
      ? `Certificates of ${network} are renewed: ${countsOfServed(done, session)}.`
      : `Nothing of ${network} is to be renewed.`,
    document: servedDocument(done),
  };
}

function plannedRenewal(
  { network, outcome, counts, steps, notices }: PlannedRenewal,
  { note, palette }: Session,
): CommandResult {
  for (const notice of notices ?? []) note(`${palette.attention('!')} ${notice}\n`);
  const document = { network, outcome, counts, steps, ...(notices === undefined ? {} : { notices }) };
  const text = counts.updated === 0 ? `Nothing of ${network} is to be renewed.` : renderPlan(steps, palette);
  return { exitCode: EXIT.done, text, document };
}
