/** What this page sends with all that changes something, so that no other page can have it sent (the server's X-CSRF-Token). */
interface Csrf {
  /** Headers of each request. */
  headers(): Readonly<Record<string, string>>;
  /** Uses the token of a session from now on; undefined means that none is needed. */
  use(token: string | undefined): void;
}

let current: string | undefined;

export const csrf: Csrf = {
  headers: () => (current === undefined ? {} : { 'x-csrf-token': current }),
  use: (token) => {
    current = token;
  },
};
