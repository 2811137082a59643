/** ICE candidates with the server's name. They are loaded where its addresses are not reached. */

/**
 * The answer's candidates with the server's name in place of its addresses of IPv4 (RFC 8839 section 5.1), one for each port and
 * protocol. In a network with IPv6 only the resolver translates the name (DNS64, RFC 6147), and nobody the addresses. None if `host`
 * is an address itself.
 */
export function namedCandidates(answer: string, host = location.hostname): string[] {
  if (!/[a-z]/i.test(host) || host.includes(":")) return [];
  const found = answer.matchAll(/^a=candidate:\S+ 1 (\S+) (\d+) [\d.]+ (.*)\r\n/gim);
  const named = [...found].map(([, protocol, priority, port]) => [`${protocol} ${port}`, `candidate:name 1 ${protocol} ${priority} ${host} ${port}`] as const);
  return [...new Map(named).values()];
}
