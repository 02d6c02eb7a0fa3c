/* Types of the HTTP API, made from what it says of itself: `npm run generate` makes them anew. */

export interface paths {
  readonly '/livez': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Whether the process lives */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description Default Response */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/json': {
              /** @enum {string} */
              readonly status: 'ok';
            };
          };
        };
        /** @description Why it could not be done */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/readyz': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Whether the database and Temporal answer */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description Default Response */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/json': {
              /** @enum {string} */
              readonly status: 'ok';
            };
          };
        };
        /** @description Why it could not be done */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/v1/sign-in': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** How one can sign in */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description Default Response */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/json': {
              /**
               * @description With a token: POST /v1/session.
               * @enum {boolean}
               */
              readonly token: true;
              /** @description Where a browser is sent to sign in at the issuer; absent without one. */
              readonly oidc?: string;
            };
          };
        };
        /** @description Why it could not be done */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/v1/session': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * Who one is, and what one may do
     * @description Needs no role.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description Default Response */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/json': {
              /** @description Under what name runs and the audit have what is done. */
              readonly name: string;
              /** @description What one may do; the highest role on a network counts. */
              readonly roles: readonly {
                /** @enum {string} */
                readonly role: 'viewer' | 'operator' | 'admin';
                /** @description The only network that the role is for; absent means all. */
                readonly network?: {
                  readonly cluster: string;
                  readonly name: string;
                };
              }[];
              /** @description When the session of a browser ends; absent for other ways to sign in. */
              readonly expiresAt?: string;
              /** @description What a browser that is signed in by its cookie sends as X-CSRF-Token with all but GET and HEAD. */
              readonly csrfToken?: string;
            };
          };
        };
        /** @description Why it could not be done */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    readonly put?: never;
    /**
     * Sign a browser in with a token or a link
     * @description The answer sets the cookie of the session.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      /** @description Either of the two. */
      readonly requestBody: {
        readonly content: {
          readonly 'application/json':
            | {
                /** @description A token of `weft token add`. */
                readonly token: string;
              }
            | {
                /** @description What stands in a link of `weft api` after #link=; it is good once. */
                readonly link: string;
              };
        };
      };
      readonly responses: {
        /** @description Default Response */
        readonly 201: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/json': {
              /** @description Under what name runs and the audit have what is done. */
              readonly name: string;
              /** @description What one may do; the highest role on a network counts. */
              readonly roles: readonly {
                /** @enum {string} */
                readonly role: 'viewer' | 'operator' | 'admin';
                /** @description The only network that the role is for; absent means all. */
                readonly network?: {
                  readonly cluster: string;
                  readonly name: string;
                };
              }[];
              /** @description When the session of a browser ends; absent for other ways to sign in. */
              readonly expiresAt?: string;
              /** @description What a browser that is signed in by its cookie sends as X-CSRF-Token with all but GET and HEAD. */
              readonly csrfToken?: string;
            };
          };
        };
        /** @description Why it could not be done */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    /**
     * Sign out
     * @description Ends the session of the browser; whoever is signed in otherwise has none to end. Needs no role.
     */
    readonly delete: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description Default Response */
        readonly 204: {
          headers: {
            readonly [name: string]: unknown;
          };
          content?: never;
        };
        /** @description Why it could not be done */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/v1/schema': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * The JSON Schema of a network description
     * @description Needs the role viewer.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description Default Response */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/json': {
              readonly [key: string]: unknown;
            };
          };
        };
        /** @description Why it could not be done */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/v1/networks': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * The networks of the cluster, by name
     * @description Needs the role viewer.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** @description How many at most; 0 means 50, and more than 1000 are cut to that. */
          readonly pageSize?: number;
          /** @description The nextPageToken of the page before. */
          readonly pageToken?: string;
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description Default Response */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/json': {
              readonly networks: readonly {
                readonly metadata: {
                  readonly name: string;
                  readonly cluster: string;
                  /** @description Goes up with whatever is asked of the network. */
                  readonly generation: number;
                  /** @description Send it as If-Match with a change. */
                  readonly etag: string;
                  /** @description The revision of the description that was asked for last. */
                  readonly revision?: number;
                  readonly createdAt: string;
                  readonly createdBy: string;
                };
                readonly status: {
                  /**
                   * @description Whether all conditions were true; Unknown where nobody has looked.
                   * @enum {string}
                   */
                  readonly ready: 'True' | 'False' | 'Unknown';
                  /** @description The revision that the conditions are about. */
                  readonly observedRevision?: number;
                  readonly conditions: readonly {
                    readonly type: string;
                    /**
                     * @description Unknown where it could not be found out; only True is good.
                     * @enum {string}
                     */
                    readonly status: 'True' | 'False' | 'Unknown';
                    readonly since?: string;
                    readonly reason: string;
                    readonly message: string;
                  }[];
                  /** @description When the conditions were seen; absent where nobody has looked. */
                  readonly seenAt?: string;
                };
              }[];
              /** @description Where the list goes on; empty at its end. */
              readonly nextPageToken: string;
            };
          };
        };
        /** @description Why it could not be done */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/v1/networks/{name}': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * A network with its description
     * @description Needs the role viewer.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path: {
          /** @description Name of the network. */
          readonly name: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description Default Response */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/json': {
              readonly metadata: {
                readonly name: string;
                readonly cluster: string;
                /** @description Goes up with whatever is asked of the network. */
                readonly generation: number;
                /** @description Send it as If-Match with a change. */
                readonly etag: string;
                /** @description The revision of the description that was asked for last. */
                readonly revision?: number;
                readonly createdAt: string;
                readonly createdBy: string;
              };
              readonly status: {
                /**
                 * @description Whether all conditions were true; Unknown where nobody has looked.
                 * @enum {string}
                 */
                readonly ready: 'True' | 'False' | 'Unknown';
                /** @description The revision that the conditions are about. */
                readonly observedRevision?: number;
                readonly conditions: readonly {
                  readonly type: string;
                  /**
                   * @description Unknown where it could not be found out; only True is good.
                   * @enum {string}
                   */
                  readonly status: 'True' | 'False' | 'Unknown';
                  readonly since?: string;
                  readonly reason: string;
                  readonly message: string;
                }[];
                /** @description When the conditions were seen; absent where nobody has looked. */
                readonly seenAt?: string;
              };
              /** @description The completed description (/v1/schema); absent where nobody has described it here. */
              readonly spec: unknown;
            };
          };
        };
        /** @description Why it could not be done */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    /**
     * Bring a network up as its description says
     * @description Keeps the description as a revision and starts the run that brings the network to it, or joins the run that does so already. A network that is there needs If-Match. Needs the role operator.
     */
    readonly put: {
      readonly parameters: {
        readonly query?: {
          /** @description Answer with the plan, and change nothing. */
          readonly dryRun?: 'true' | 'false';
          /** @description Remove what the description no longer names. */
          readonly approveRemoval?: 'true' | 'false';
          /** @description Remove the ledger volumes of removed nodes, too. */
          readonly pruneData?: 'true' | 'false';
          /** @description Remove channels that it no longer names; their names stay taken. */
          readonly removeChannels?: 'true' | 'false';
        };
        readonly header?: {
          /** @description A new one for each request, e.g. a UUID: repeated with the same, the request is carried out once (24 h). */
          readonly 'idempotency-key'?: string;
          /** @description The etag of the state that the change is made to. */
          readonly 'if-match'?: string;
          /** @description "*": the network must not be there yet. */
          readonly 'if-none-match'?: string;
        };
        readonly path: {
          /** @description Name of the network. */
          readonly name: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly 'application/json': components['schemas']['NetworkDescription'];
          readonly 'application/yaml': string;
        };
      };
      readonly responses: {
        /** @description Default Response */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/json': {
              readonly network: string;
              /** @description What it would be to the network as a whole; unchanged means nothing. */
              readonly outcome: string;
              readonly counts: {
                readonly unchanged: number;
                readonly created: number;
                readonly updated: number;
                readonly removed: number;
              };
              /** @description What would be changed; what would stay as it is is left out. */
              readonly steps: readonly {
                readonly step: string;
                readonly target: string;
                readonly outcome: string;
                readonly reason: string;
              }[];
              /** @description The signatures that changes of channels need, by MSP IDs. */
              readonly signatures?: readonly {
                readonly channel: string;
                readonly signers: readonly string[];
                readonly missing: readonly string[];
                readonly unmet: readonly string[];
              }[];
              readonly notices?: readonly string[];
            };
          };
        };
        /** @description Default Response */
        readonly 202: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/json': {
              readonly id: string;
              readonly network: string;
              readonly cluster: string;
              /** @enum {string} */
              readonly kind: 'up' | 'down' | 'renew' | 'plan';
              /**
               * @description "not ready": every step was done, and the network was not ready then.
               * @enum {string}
               */
              readonly state: 'running' | 'done' | 'not ready' | 'failed' | 'cancelled' | 'terminated' | 'timed out';
              /** @description The run has ended, in whatever way. */
              readonly done: boolean;
              /** @description The revision of the description that it carries out. */
              readonly revision?: number;
              readonly startedAt: string;
              readonly finishedAt?: string;
              readonly requestedBy: string;
              readonly requestId?: string;
              /** @description What Temporal knows it by. */
              readonly workflow: {
                readonly workflowId: string;
                readonly runId: string;
              };
              /** @description Why it did not end well. */
              readonly error?: {
                readonly type: string;
                readonly message: string;
                readonly remedies: readonly string[];
              };
              /** @description Its steps as they were seen last. */
              readonly steps: readonly {
                /** @description What is done, e.g. enrollIdentity. */
                readonly step: string;
                /** @description What it is done to, e.g. org1/peer1. */
                readonly target: string;
                /** @enum {string} */
                readonly outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
                readonly attempts: number;
                readonly seconds: number;
                /** @description Why it had something to do, what it waits for, or why it failed. */
                readonly reason: string;
              }[];
              /** @description How many steps had each outcome. */
              readonly counts: {
                readonly unchanged: number;
                readonly created: number;
                readonly updated: number;
                readonly removed: number;
              };
              /** @description The network as it was at its end. */
              readonly conditions?: readonly {
                readonly type: string;
                /**
                 * @description Unknown where it could not be found out; only True is good.
                 * @enum {string}
                 */
                readonly status: 'True' | 'False' | 'Unknown';
                readonly since?: string;
                readonly reason: string;
                readonly message: string;
              }[];
              readonly notices?: readonly string[];
            };
          };
        };
        /** @description Why it could not be done */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    readonly post?: never;
    /**
     * Remove a network with everything that Weft made for it
     * @description There is no undo. Its runs and revisions are kept. Needs the role admin.
     */
    readonly delete: {
      readonly parameters: {
        readonly query: {
          /** @description The name of the network, once more. */
          readonly confirm: string;
          /** @description Keep the volumes of peers, orderers and CAs. */
          readonly keepData?: 'true' | 'false';
        };
        readonly header?: {
          /** @description The etag of the state that the change is made to. */
          readonly 'if-match'?: string;
          /** @description "*": the network must not be there yet. */
          readonly 'if-none-match'?: string;
        };
        readonly path: {
          /** @description Name of the network. */
          readonly name: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description Default Response */
        readonly 202: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/json': {
              readonly id: string;
              readonly network: string;
              readonly cluster: string;
              /** @enum {string} */
              readonly kind: 'up' | 'down' | 'renew' | 'plan';
              /**
               * @description "not ready": every step was done, and the network was not ready then.
               * @enum {string}
               */
              readonly state: 'running' | 'done' | 'not ready' | 'failed' | 'cancelled' | 'terminated' | 'timed out';
              /** @description The run has ended, in whatever way. */
              readonly done: boolean;
              /** @description The revision of the description that it carries out. */
              readonly revision?: number;
              readonly startedAt: string;
              readonly finishedAt?: string;
              readonly requestedBy: string;
              readonly requestId?: string;
              /** @description What Temporal knows it by. */
              readonly workflow: {
                readonly workflowId: string;
                readonly runId: string;
              };
              /** @description Why it did not end well. */
              readonly error?: {
                readonly type: string;
                readonly message: string;
                readonly remedies: readonly string[];
              };
              /** @description Its steps as they were seen last. */
              readonly steps: readonly {
                /** @description What is done, e.g. enrollIdentity. */
                readonly step: string;
                /** @description What it is done to, e.g. org1/peer1. */
                readonly target: string;
                /** @enum {string} */
                readonly outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
                readonly attempts: number;
                readonly seconds: number;
                /** @description Why it had something to do, what it waits for, or why it failed. */
                readonly reason: string;
              }[];
              /** @description How many steps had each outcome. */
              readonly counts: {
                readonly unchanged: number;
                readonly created: number;
                readonly updated: number;
                readonly removed: number;
              };
              /** @description The network as it was at its end. */
              readonly conditions?: readonly {
                readonly type: string;
                /**
                 * @description Unknown where it could not be found out; only True is good.
                 * @enum {string}
                 */
                readonly status: 'True' | 'False' | 'Unknown';
                readonly since?: string;
                readonly reason: string;
                readonly message: string;
              }[];
              readonly notices?: readonly string[];
            };
          };
        };
        /** @description Why it could not be done */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/v1/networks/{name}/runs': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * The runs of a network, newest first
     * @description Needs the role viewer.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** @description How many at most; 0 means 50, and more than 1000 are cut to that. */
          readonly pageSize?: number;
          /** @description The nextPageToken of the page before. */
          readonly pageToken?: string;
        };
        readonly header?: never;
        readonly path: {
          /** @description Name of the network. */
          readonly name: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description Default Response */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/json': {
              readonly runs: readonly {
                readonly id: string;
                readonly network: string;
                readonly cluster: string;
                /** @enum {string} */
                readonly kind: 'up' | 'down' | 'renew' | 'plan';
                /**
                 * @description "not ready": every step was done, and the network was not ready then.
                 * @enum {string}
                 */
                readonly state: 'running' | 'done' | 'not ready' | 'failed' | 'cancelled' | 'terminated' | 'timed out';
                /** @description The run has ended, in whatever way. */
                readonly done: boolean;
                /** @description The revision of the description that it carries out. */
                readonly revision?: number;
                readonly startedAt: string;
                readonly finishedAt?: string;
                readonly requestedBy: string;
                readonly requestId?: string;
                /** @description What Temporal knows it by. */
                readonly workflow: {
                  readonly workflowId: string;
                  readonly runId: string;
                };
                /** @description Why it did not end well. */
                readonly error?: {
                  readonly type: string;
                  readonly message: string;
                  readonly remedies: readonly string[];
                };
              }[];
              /** @description Where the list goes on; empty at its end. */
              readonly nextPageToken: string;
            };
          };
        };
        /** @description Why it could not be done */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/v1/networks/{name}:validate': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /**
     * Check a description
     * @description Tells every issue with its place. Nothing but the description is looked at. Needs the role viewer.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path: {
          /** @description Name of the network. */
          readonly name: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly 'application/json': components['schemas']['NetworkDescription'];
          readonly 'application/yaml': string;
        };
      };
      readonly responses: {
        /** @description Default Response */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/json': {
              readonly valid: boolean;
              readonly errors: readonly {
                /** @description What is wrong, and what would be right. */
                readonly detail: string;
                /** @description Where in the body, as a JSON Pointer (RFC 6901). */
                readonly pointer?: string;
                /** @description The parameter of the path, the query or the header. */
                readonly parameter?: string;
                /** @description Line of the body as it was sent, from 1. */
                readonly line?: number;
                /** @description Column of the line, from 1. */
                readonly column?: number;
                /** @description The word that was probably meant. */
                readonly suggestion?: string;
              }[];
              readonly warnings: readonly {
                /** @description What is wrong, and what would be right. */
                readonly detail: string;
                /** @description Where in the body, as a JSON Pointer (RFC 6901). */
                readonly pointer?: string;
                /** @description The parameter of the path, the query or the header. */
                readonly parameter?: string;
                /** @description Line of the body as it was sent, from 1. */
                readonly line?: number;
                /** @description Column of the line, from 1. */
                readonly column?: number;
                /** @description The word that was probably meant. */
                readonly suggestion?: string;
              }[];
              /** @description The completed description; absent where it is not valid. */
              readonly description: unknown;
            };
          };
        };
        /** @description Why it could not be done */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/v1/networks/{name}:plan': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /**
     * What a description would change
     * @description A dry run of the same steps: it refuses what they would refuse, and touches nothing. Needs the role operator.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: {
          readonly pruneData?: 'true' | 'false';
        };
        readonly header?: {
          /** @description A new one for each request, e.g. a UUID: repeated with the same, the request is carried out once (24 h). */
          readonly 'idempotency-key'?: string;
        };
        readonly path: {
          /** @description Name of the network. */
          readonly name: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly 'application/json': components['schemas']['NetworkDescription'];
          readonly 'application/yaml': string;
        };
      };
      readonly responses: {
        /** @description Default Response */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/json': {
              readonly network: string;
              /** @description What it would be to the network as a whole; unchanged means nothing. */
              readonly outcome: string;
              readonly counts: {
                readonly unchanged: number;
                readonly created: number;
                readonly updated: number;
                readonly removed: number;
              };
              /** @description What would be changed; what would stay as it is is left out. */
              readonly steps: readonly {
                readonly step: string;
                readonly target: string;
                readonly outcome: string;
                readonly reason: string;
              }[];
              /** @description The signatures that changes of channels need, by MSP IDs. */
              readonly signatures?: readonly {
                readonly channel: string;
                readonly signers: readonly string[];
                readonly missing: readonly string[];
                readonly unmet: readonly string[];
              }[];
              readonly notices?: readonly string[];
            };
          };
        };
        /** @description Why it could not be done */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/v1/runs/{id}': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * A run with its steps
     * @description Needs the role viewer.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path: {
          /** @description Id of the run, e.g. up-5f0c2d1e9a7b. */
          readonly id: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description Default Response */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/json': {
              readonly id: string;
              readonly network: string;
              readonly cluster: string;
              /** @enum {string} */
              readonly kind: 'up' | 'down' | 'renew' | 'plan';
              /**
               * @description "not ready": every step was done, and the network was not ready then.
               * @enum {string}
               */
              readonly state: 'running' | 'done' | 'not ready' | 'failed' | 'cancelled' | 'terminated' | 'timed out';
              /** @description The run has ended, in whatever way. */
              readonly done: boolean;
              /** @description The revision of the description that it carries out. */
              readonly revision?: number;
              readonly startedAt: string;
              readonly finishedAt?: string;
              readonly requestedBy: string;
              readonly requestId?: string;
              /** @description What Temporal knows it by. */
              readonly workflow: {
                readonly workflowId: string;
                readonly runId: string;
              };
              /** @description Why it did not end well. */
              readonly error?: {
                readonly type: string;
                readonly message: string;
                readonly remedies: readonly string[];
              };
              /** @description Its steps as they were seen last. */
              readonly steps: readonly {
                /** @description What is done, e.g. enrollIdentity. */
                readonly step: string;
                /** @description What it is done to, e.g. org1/peer1. */
                readonly target: string;
                /** @enum {string} */
                readonly outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
                readonly attempts: number;
                readonly seconds: number;
                /** @description Why it had something to do, what it waits for, or why it failed. */
                readonly reason: string;
              }[];
              /** @description How many steps had each outcome. */
              readonly counts: {
                readonly unchanged: number;
                readonly created: number;
                readonly updated: number;
                readonly removed: number;
              };
              /** @description The network as it was at its end. */
              readonly conditions?: readonly {
                readonly type: string;
                /**
                 * @description Unknown where it could not be found out; only True is good.
                 * @enum {string}
                 */
                readonly status: 'True' | 'False' | 'Unknown';
                readonly since?: string;
                readonly reason: string;
                readonly message: string;
              }[];
              readonly notices?: readonly string[];
            };
          };
        };
        /** @description Why it could not be done */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly '/v1/runs/{id}:cancel': {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /**
     * Stop a run
     * @description What its steps have done stays. The answer does not wait until it has stopped. Needs the role operator.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** @description A new one for each request, e.g. a UUID: repeated with the same, the request is carried out once (24 h). */
          readonly 'idempotency-key'?: string;
        };
        readonly path: {
          /** @description Id of the run, e.g. up-5f0c2d1e9a7b. */
          readonly id: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description Default Response */
        readonly 202: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/json': {
              readonly id: string;
              readonly network: string;
              readonly cluster: string;
              /** @enum {string} */
              readonly kind: 'up' | 'down' | 'renew' | 'plan';
              /**
               * @description "not ready": every step was done, and the network was not ready then.
               * @enum {string}
               */
              readonly state: 'running' | 'done' | 'not ready' | 'failed' | 'cancelled' | 'terminated' | 'timed out';
              /** @description The run has ended, in whatever way. */
              readonly done: boolean;
              /** @description The revision of the description that it carries out. */
              readonly revision?: number;
              readonly startedAt: string;
              readonly finishedAt?: string;
              readonly requestedBy: string;
              readonly requestId?: string;
              /** @description What Temporal knows it by. */
              readonly workflow: {
                readonly workflowId: string;
                readonly runId: string;
              };
              /** @description Why it did not end well. */
              readonly error?: {
                readonly type: string;
                readonly message: string;
                readonly remedies: readonly string[];
              };
              /** @description Its steps as they were seen last. */
              readonly steps: readonly {
                /** @description What is done, e.g. enrollIdentity. */
                readonly step: string;
                /** @description What it is done to, e.g. org1/peer1. */
                readonly target: string;
                /** @enum {string} */
                readonly outcome: 'running' | 'unchanged' | 'created' | 'updated' | 'removed' | 'failed' | 'cancelled';
                readonly attempts: number;
                readonly seconds: number;
                /** @description Why it had something to do, what it waits for, or why it failed. */
                readonly reason: string;
              }[];
              /** @description How many steps had each outcome. */
              readonly counts: {
                readonly unchanged: number;
                readonly created: number;
                readonly updated: number;
                readonly removed: number;
              };
              /** @description The network as it was at its end. */
              readonly conditions?: readonly {
                readonly type: string;
                /**
                 * @description Unknown where it could not be found out; only True is good.
                 * @enum {string}
                 */
                readonly status: 'True' | 'False' | 'Unknown';
                readonly since?: string;
                readonly reason: string;
                readonly message: string;
              }[];
              readonly notices?: readonly string[];
            };
          };
        };
        /** @description Why it could not be done */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly 'application/problem+json': components['schemas']['Problem'];
          };
        };
      };
    };
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /**
     * Problem
     * @description Why a request could not be carried out (RFC 9457).
     */
    readonly Problem: {
      /** @description Names the kind of problem; the same for every problem of one reason. */
      readonly type: string;
      readonly title: string;
      readonly status: number;
      readonly detail: string;
      /** @description Stable name of the problem, e.g. RUN_IN_PROGRESS. */
      readonly reason: string;
      /** @description Finds the request in the log of the server and in the audit. */
      readonly requestId: string;
      readonly errors?: readonly {
        /** @description What is wrong, and what would be right. */
        readonly detail: string;
        /** @description Where in the body, as a JSON Pointer (RFC 6901). */
        readonly pointer?: string;
        /** @description The parameter of the path, the query or the header. */
        readonly parameter?: string;
        /** @description Line of the body as it was sent, from 1. */
        readonly line?: number;
        /** @description Column of the line, from 1. */
        readonly column?: number;
        /** @description The word that was probably meant. */
        readonly suggestion?: string;
      }[];
      /** @description What helps, a sentence each. */
      readonly remedies?: readonly string[];
      /** @description Facts for programs, by the reason. */
      readonly metadata?: {
        readonly [key: string]: unknown;
      };
      readonly links?: {
        readonly [key: string]: string;
      };
    };
    /**
     * Weft network description
     * @description A Hyperledger Fabric network, as Weft brings it up on Kubernetes.
     */
    readonly NetworkDescription: {
      /**
       * @description Version of this form of description. Default: weft.dev/v1alpha1.
       * @constant
       */
      readonly apiVersion?: 'weft.dev/v1alpha1';
      /** @description Name of the network. */
      readonly name: string;
      /** @description Which Fabric runs, and where its images come from. */
      readonly fabric?: {
        /** @description Tag of the peer and orderer images. Default: 2.5.9. */
        readonly version?: string;
        /** @description Tag of the CA image. Default: 1.5.21. */
        readonly caVersion?: string;
        /** @description Registry and path of the images. Default: ghcr.io/hyperledger. */
        readonly registry?: string;
      };
      /** @description Where on the cluster the network runs. */
      readonly kubernetes?: {
        /** @description Namespace of every organization without its own. Default: the network's name. */
        readonly namespace?: string;
        /** @description StorageClass of every volume. Default: the cluster's default class. */
        readonly storageClass?: string;
        /** @description How long one node may take to become ready, in seconds. Default: 600. */
        readonly rolloutTimeoutSeconds?: number;
        /** @description DNS domain of the cluster's Services. Default: cluster.local. */
        readonly clusterDomain?: string;
      };
      /** @description Lifetimes of certificates, and when they are renewed. */
      readonly certificates?: {
        /** @description Lifetime of the CAs' root certificates. Default: 131400h. */
        readonly ca?: string;
        /** @description Lifetime of enrollment certificates. Default: 8760h. */
        readonly identity?: string;
        /** @description Lifetime of TLS certificates. Default: 8760h. */
        readonly tls?: string;
        /** @description How long before its end a certificate is renewed. Default: a third of its lifetime. */
        readonly renewBefore?: string;
      };
      /** @description When `weft schedule` may restart nodes. Default: at any time. */
      readonly maintenanceWindow?: {
        /** @description Weekdays on which it opens, such as saturday. Default: every day. */
        readonly days?: readonly ('sunday' | 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday')[];
        /** @description When it opens, UTC, such as 22:00. */
        readonly from: string;
        /** @description When it closes, UTC; before `from` it is the next day. */
        readonly to: string;
      };
      /** @description The organizations, each with a CA of its own. */
      readonly organizations: readonly {
        /** @description Prefix of everything that belongs to the organization, e.g. org1. */
        readonly name: string;
        /** @description MSP ID. Default: the name capitalised and MSP, e.g. Org1MSP. */
        readonly mspId?: string;
        /** @description DNS domain in certificates. Default: <name>.example.com. */
        readonly domain?: string;
        /** @description Name of the cluster whose workers do its steps. Default: the cluster of the run. */
        readonly cluster?: string;
        /** @description Namespace of its own. Default: kubernetes.namespace. */
        readonly namespace?: string;
        /** @description Settings of the organization's CA. */
        readonly certificateAuthority?: {
          /** @description Size of the volume as a Kubernetes quantity. Default: 1Gi. */
          readonly storage?: string;
          /** @description StorageClass of the volume. Default: kubernetes.storageClass, else the cluster's default class. */
          readonly storageClass?: string;
          /** @description Replaces the image that the Fabric release gives. */
          readonly image?: string;
          /** @description Kubernetes resource requests and limits. Replaces the default requests as a whole. */
          readonly resources?: {
            /** @description What the scheduler reserves, e.g. cpu: 50m, memory: 128Mi. */
            readonly requests?: {
              readonly [key: string]: string;
            };
            /** @description What the pod may use at most. */
            readonly limits?: {
              readonly [key: string]: string;
            };
          };
          /** @description Environment variables on top of Weft's own. Not for secrets: they stand in a ConfigMap and in the run's history. */
          readonly environment?: {
            readonly [key: string]: string;
          };
        };
        /** @description Orderers: how many, or a list of them. Default: none. */
        readonly orderers?:
          | number
          | readonly {
              /** @description Name within the organization; the Kubernetes name is <organization>-<name>. */
              readonly name: string;
              /** @description Of orderers and peers: host and port by which other nodes reach it. Default: its Service. */
              readonly address?: string;
              /** @description Size of the volume as a Kubernetes quantity. Default: 1Gi. */
              readonly storage?: string;
              /** @description StorageClass of the volume. Default: kubernetes.storageClass, else the cluster's default class. */
              readonly storageClass?: string;
              /** @description Replaces the image that the Fabric release gives. */
              readonly image?: string;
              /** @description Kubernetes resource requests and limits. Replaces the default requests as a whole. */
              readonly resources?: {
                /** @description What the scheduler reserves, e.g. cpu: 50m, memory: 128Mi. */
                readonly requests?: {
                  readonly [key: string]: string;
                };
                /** @description What the pod may use at most. */
                readonly limits?: {
                  readonly [key: string]: string;
                };
              };
              /** @description Environment variables on top of Weft's own. Not for secrets: they stand in a ConfigMap and in the run's history. */
              readonly environment?: {
                readonly [key: string]: string;
              };
            }[];
        /** @description Peers: how many, or a list of them. Default: none. */
        readonly peers?:
          | number
          | readonly {
              /** @description Name within the organization; the Kubernetes name is <organization>-<name>. */
              readonly name: string;
              /** @description Of orderers and peers: host and port by which other nodes reach it. Default: its Service. */
              readonly address?: string;
              /** @description Size of the volume as a Kubernetes quantity. Default: 1Gi. */
              readonly storage?: string;
              /** @description StorageClass of the volume. Default: kubernetes.storageClass, else the cluster's default class. */
              readonly storageClass?: string;
              /** @description Replaces the image that the Fabric release gives. */
              readonly image?: string;
              /** @description Kubernetes resource requests and limits. Replaces the default requests as a whole. */
              readonly resources?: {
                /** @description What the scheduler reserves, e.g. cpu: 50m, memory: 128Mi. */
                readonly requests?: {
                  readonly [key: string]: string;
                };
                /** @description What the pod may use at most. */
                readonly limits?: {
                  readonly [key: string]: string;
                };
              };
              /** @description Environment variables on top of Weft's own. Not for secrets: they stand in a ConfigMap and in the run's history. */
              readonly environment?: {
                readonly [key: string]: string;
              };
            }[];
      }[];
      /** @description The channels. Default: none. */
      readonly channels?: readonly {
        /** @description Name of the channel. */
        readonly name: string;
        /** @description Organizations that order: names, or mappings. Default: the only one that has orderers. */
        readonly orderers?: readonly (
          | string
          | {
              /** @description Name of the organization. */
              readonly organization: string;
              /** @description Names of those of its orderers that are the channel's consenters. Default: all. */
              readonly orderers?: readonly string[];
            }
        )[];
        /** @description Organizations that are members: names, or mappings. Default: all that have peers. */
        readonly peers?: readonly (
          | string
          | {
              /** @description Name of the organization. */
              readonly organization: string;
              /** @description Names of those of its peers that join. Default: all. */
              readonly peers?: readonly string[];
              /** @description Names of those that the peers of other organizations are told of. Default: the first that joins. */
              readonly anchorPeers?: readonly string[];
            }
        )[];
        /** @description How orderers agree: raft, bft (four or more orderers of Fabric 3), or one of them with options. Default: raft. */
        readonly consensus?:
          | ('raft' | 'bft')
          | (
              | {
                  /**
                   * @description raft or bft.
                   * @constant
                   */
                  readonly type: 'raft';
                  /** @description Raft: length of a tick. Default: 500ms. */
                  readonly tickInterval?: string;
                  /** @description Raft: ticks without a leader until an election. Default: 10. */
                  readonly electionTick?: number;
                  /** @description Raft: ticks between heartbeats of the leader. Default: 1. */
                  readonly heartbeatTick?: number;
                  /** @description Raft: blocks on their way to a follower. Default: 5. */
                  readonly maxInflightBlocks?: number;
                  /** @description Raft: how much is written between snapshots. Default: 16 MB. */
                  readonly snapshotIntervalSize?: string;
                }
              | {
                  /**
                   * @description raft or bft.
                   * @constant
                   */
                  readonly type: 'bft';
                  /** @description BFT: requests in a batch. Orderers put batch.maxMessageCount here. Default: the same. */
                  readonly requestBatchMaxCount?: number;
                  /** @description BFT: how long a batch waits for more. Default: 200ms. */
                  readonly requestBatchMaxInterval?: string;
                  /** @description BFT: until a request is forwarded to the leader. Default: 5s. */
                  readonly requestForwardTimeout?: string;
                  /** @description BFT: until a request that the leader ignores is complained of. Default: 20s. */
                  readonly requestComplainTimeout?: string;
                  /** @description BFT: until a request is given up. Default: 3m0s. */
                  readonly requestAutoRemoveTimeout?: string;
                  /** @description BFT: until a call for a new leader is repeated. Default: 5s. */
                  readonly viewChangeResendInterval?: string;
                  /** @description BFT: until the next leader is called for. Default: 20s. */
                  readonly viewChangeTimeout?: string;
                  /** @description BFT: without a heartbeat until the leader is taken for lost. Default: 1m0s. */
                  readonly leaderHeartbeatTimeout?: string;
                  /** @description BFT: how long state is collected from others. Default: 1s. */
                  readonly collectTimeout?: string;
                  /** @description BFT: bytes in a batch. Orderers put batch.absoluteMaxBytes here. Default: the same. */
                  readonly requestBatchMaxBytes?: number;
                  /** @description BFT: messages that wait to be read. Default: 200. */
                  readonly incomingMessageBufferSize?: number;
                  /** @description BFT: requests that wait to be ordered. Default: 100000. */
                  readonly requestPoolSize?: number;
                  /** @description BFT: heartbeats within the timeout above. Default: 10. */
                  readonly leaderHeartbeatCount?: number;
                }
            );
        /** @description When a block is cut. */
        readonly batch?: {
          /** @description How long a block waits for more transactions. Default: 2s. */
          readonly timeout?: string;
          /** @description Transactions in a block at most. Default: 500. */
          readonly maxMessageCount?: number;
          /** @description Larger transactions are refused. Default: 10 MB. */
          readonly absoluteMaxBytes?: string;
          /** @description A block that would grow over it is cut before. Default: 2 MB. */
          readonly preferredMaxBytes?: string;
        };
        /** @description Who may do what: an implicit policy such as MAJORITY Admins, or a signature policy. Default: Fabric's own. */
        readonly policies?: {
          /** @description Policies of the members. */
          readonly application?: {
            /** @description Who may read blocks and events. Default: ANY Readers. */
            readonly readers?: string;
            /** @description Who may submit transactions. Default: ANY Writers. */
            readonly writers?: string;
            /** @description Who may change the members and what they agreed on. Default: MAJORITY Admins. */
            readonly admins?: string;
            /** @description Who must approve a chaincode. Default: MAJORITY Endorsement. */
            readonly lifecycleEndorsement?: string;
            /** @description Who must endorse, where a chaincode says nothing else. Default: MAJORITY Endorsement. */
            readonly endorsement?: string;
          };
          /** @description Policies of the ordering organizations. */
          readonly orderer?: {
            /** @description Who may read blocks. Default: ANY Readers. */
            readonly readers?: string;
            /** @description Who may write blocks. Default: ANY Writers. */
            readonly writers?: string;
            /** @description Who may change the orderers and how they order. Default: MAJORITY Admins. */
            readonly admins?: string;
            /** @description Who must have signed a block; with bft Fabric makes it from the consenters. Default: ANY Writers. */
            readonly blockValidation?: string;
          };
        };
        /** @description Capability levels, which all nodes of the channel must know. */
        readonly capabilities?: {
          /**
           * @description Of all nodes. Default: V3_0 with Fabric 3 or bft, else V2_0.
           * @enum {string}
           */
          readonly channel?: 'V2_0' | 'V3_0';
          /**
           * @description Of orderers. Default: V2_0.
           * @enum {string}
           */
          readonly orderer?: 'V2_0';
          /**
           * @description Of peers. Default: V2_5 with Fabric 2.5 and later, else V2_0.
           * @enum {string}
           */
          readonly application?: 'V2_0' | 'V2_5';
        };
      }[];
      /** @description The chaincodes, each run as a service. Default: none. */
      readonly chaincodes?: readonly {
        /** @description Name of the chaincode. */
        readonly name: string;
        /** @description Name of its channel. Default: the only one. */
        readonly channel?: string;
        /** @description Version, a text: quote what looks like a number. */
        readonly version: string;
        /** @description Image of its server, which Weft runs beside the peers. Either this or address. */
        readonly image?: string;
        /** @description Host and port, as peers reach it, of a server that somebody else runs. Either this or image. */
        readonly address?: string;
        /**
         * @description With image: whether the peers of an organization share a server, or each has one. Default: organization.
         * @enum {string}
         */
        readonly per?: 'organization' | 'peer';
        /** @description Kubernetes resource requests and limits. Replaces the default requests as a whole. */
        readonly resources?: {
          /** @description What the scheduler reserves, e.g. cpu: 50m, memory: 128Mi. */
          readonly requests?: {
            readonly [key: string]: string;
          };
          /** @description What the pod may use at most. */
          readonly limits?: {
            readonly [key: string]: string;
          };
        };
        /** @description With image: environment variables of the server. Not for secrets, as for nodes. */
        readonly environment?: {
          readonly [key: string]: string;
        };
        /** @description Who must endorse: a signature policy, or the path of a policy of the channel. Default: /Channel/Application/Endorsement. */
        readonly endorsementPolicy?: string;
        /** @description The first transaction must be its initialization. Default: false. */
        readonly initRequired?: boolean;
        /** @description TLS between peers and chaincode. Default: false. */
        readonly tls?: boolean;
        /** @description Private data collections: a list, or the path of Fabric's collections_config.json. Default: none. */
        readonly collections?:
          | readonly {
              /** @description Name of the collection. */
              readonly name: string;
              /** @description Who holds the data: roles joined by OR, e.g. OR('Org1MSP.member'). */
              readonly policy: string;
              /** @description Other peers that must have the data at endorsement. Default: 0. */
              readonly requiredPeerCount?: number;
              /** @description Other peers that are given the data at endorsement. Default: 1. */
              readonly maxPeerCount?: number;
              /** @description Blocks after which the data is purged; 0 means never. Default: 0. */
              readonly blockToLive?: number;
              /** @description Only clients of members may read. Default: true. */
              readonly memberOnlyRead?: boolean;
              /** @description Only clients of members may write. Default: true. */
              readonly memberOnlyWrite?: boolean;
              /** @description Who must endorse a write to the collection. Default: the chaincode's policy. */
              readonly endorsementPolicy?: {
                /** @description A signature policy. */
                readonly signaturePolicy?: string;
                /** @description Or the path of a policy of the channel. */
                readonly channelConfigPolicy?: string;
              };
            }[]
          | string;
      }[];
    } & {
      readonly [key: string]: unknown;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
