/** With what this page signs in: a token in memory alone, which no other page and no later visit finds. */
interface Credentials {
  /** Headers of each request. */
  headers(): Readonly<Record<string, string>>;
  /** Uses a token from now on; undefined means none. */
  use(token: string | undefined): void;
}

let current: string | undefined;

export const credentials: Credentials = {
  headers: () => (current === undefined ? {} : { authorization: `Bearer ${current}` }),
  use: (token) => {
    current = token;
  },
};
