/**
 * The only policy of trusted types (`trusted-types teranga` in the content security policy of `src/http/pages.rs`): a browser
 * that knows them starts workers from addresses of this server, and refuses to make a script of any text.
 */

interface Policy {
  createScriptURL(url: string): string;
}

interface PolicyFactory {
  createPolicy(name: string, rules: Policy): Policy;
}

const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory };

const policy = trustedTypes?.createPolicy("teranga", { createScriptURL: ownAddress });

/** The address of a worker's script, as the browser takes it. It throws if the script is not of this server. */
export function trustedUrl(url: string): string {
  return policy ? policy.createScriptURL(url) : url;
}

function ownAddress(url: string): string {
  if (new URL(url, location.href).origin !== location.origin) throw new TypeError("a script of another server");
  return url;
}
