export {
  answerOf,
  isProblem,
  NoAnswerFromApi,
  RequestRefused,
  type ApiAnswer,
  type ApiProblemDocument,
} from './answer.ts';
export { weftClient, AS_YAML, type WeftClient, type WeftClientSettings } from './client.ts';
export type { components, paths } from './generated.ts';
