/** Where a browser begins to sign in at the issuer. */
export const SIGN_IN_PATH = '/v1/sign-in/oidc';

/** Where it comes back to: the issuer has to know it. */
export const CALLBACK_PATH = '/v1/sign-in/oidc/callback';
