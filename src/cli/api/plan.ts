import { answerOf, AS_YAML } from '../../api-client/index.ts';
import type { ReadDescription } from '../description/source.ts';
import { EXIT } from '../exit-codes.ts';
import { clockTime } from '../render/duration.ts';
import { renderPlan, renderSignatures } from '../render/plan.ts';
import type { CommandResult, Session } from '../session.ts';
import { onceOnly, type ApiConnection } from './connection.ts';
import { bodyOf } from './description.ts';

interface ApiPlanFlags {
  readonly exitCode?: boolean;
  readonly all?: boolean;
  readonly pruneData?: boolean;
}

/** `weft plan` by a service, which keeps the plan for an hour. */
export async function planThroughApi(
  { client, url }: ApiConnection,
  description: ReadDescription,
  flags: ApiPlanFlags,
  session: Session,
): Promise<CommandResult> {
  const { name } = description.network;
  session.note(`Planning ${name} at ${url} ...\n`);
  const query = { pruneData: `${flags.pruneData === true}` as const };
  const { data: plan } = await answerOf(
    client.POST('/v1/networks/{name}:plan', {
      ...AS_YAML,
      params: { path: { name }, query, header: onceOnly() },
      body: bodyOf(description),
    }),
  );
  const { network, outcome, counts, steps, signatures, notices, id, expiresAt } = plan;
  for (const notice of notices ?? []) session.note(`${session.palette.attention('!')} ${notice}\n`);
  if (flags.all === true)
    session.note(`A service tells what would change, and counts the rest: ${counts.unchanged} unchanged.\n`);
  if (steps.length > 0) {
    const until = clockTime(new Date(expiresAt));
    session.note(`To do just this, until ${until}: weft up -f ${description.source} --plan ${id}\n`);
  }
  return {
    exitCode: steps.length > 0 && flags.exitCode === true ? EXIT.differences : EXIT.done,
    text: [
      ...(signatures ?? []).map((needed) => renderSignatures(needed, session.palette)),
      renderPlan(steps, session.palette),
    ].join('\n'),
    document: {
      ...{ network, outcome, steps, counts, plan: id, expiresAt },
      ...(signatures === undefined ? {} : { signatures }),
      ...(notices === undefined ? {} : { notices }),
    },
  };
}
