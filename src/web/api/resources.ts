import type { paths } from '../../api-client/index.ts';

/** What the API answers to a GET of a path. */
type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;

export type NetworkInList = Answer<'/v1/networks'>['networks'][number];
export type NetworkWithSpec = Answer<'/v1/networks/{name}'>;
export type ConditionOfNetwork = NetworkInList['status']['conditions'][number];
export type RunInList = Answer<'/v1/networks/{name}/runs'>['runs'][number];
export type RunWithSteps = Answer<'/v1/runs/{id}'>;
export type StepOfRun = RunWithSteps['steps'][number];
export type StepWithAttempts = Answer<'/v1/runs/{id}/steps/{step}/{target}'>;
export type StepInList = Answer<'/v1/runs/{id}/steps'>['steps'][number];
export type CertificatesOfNetwork = Answer<'/v1/networks/{name}/certificates'>;
export type RevisionWithText = Answer<'/v1/networks/{name}/revisions/{number}'>;
export type RevisionInList = Answer<'/v1/networks/{name}/revisions'>['revisions'][number];
export type RevisionComparison = Answer<'/v1/networks/{name}/revisions:diff'>;
export type UpdateToBeSigned = Answer<'/v1/runs/{id}/signatures'>['signatures'][number];
export type AuditedCall = Answer<'/v1/audit'>['entries'][number];
export type AuditPage = Answer<'/v1/audit'>;
export type TopologyAnswer = Answer<'/v1/networks/{name}/topology'>;

/** What the API answers to a POST of a path. */
type Posted<Path extends keyof paths> = paths[Path] extends {
  post: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;

export type PlanOfChange = Posted<'/v1/networks/{name}:plan'>;
export type ValidationOfDescription = Posted<'/v1/networks/{name}:validate'>;
export type Mistake = ValidationOfDescription['errors'][number];
export type SessionOfBrowser = Answer<'/v1/session'>;
export type GrantOfSession = SessionOfBrowser['roles'][number];
export type WaysToSignIn = Answer<'/v1/sign-in'>;
